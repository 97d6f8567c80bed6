/* Connects how Monaco moves about a text with the language client: definitions, outline, folding, selections. */
import type { DocumentSymbol } from '#engine/aql';
import { aqlLanguageId } from './aql-language.ts';
import type { LanguageClient } from './language-client.ts';
import { documentOf } from './language-document.ts';
import { monaco } from './monaco.ts';
import { foldedLines, offsetAt, rangeOfSpan } from './text-positions.ts';

export function registerNavigation(client: LanguageClient): void {
  monaco.languages.registerDefinitionProvider(aqlLanguageId, {
    async provideDefinition(model, position, token) {
      const question = { name: 'definition', offset: offsetAt(model, position) } as const;
      const span = await client.askUntil(token, documentOf(model), question);
      return span === undefined ? undefined : { uri: model.uri, range: rangeOfSpan(model, span) };
    },
  });
  monaco.languages.registerReferenceProvider(aqlLanguageId, {
    async provideReferences(model, position, _context, token) {
      const question = { name: 'references', offset: offsetAt(model, position) } as const;
      const spans = await client.askUntil(token, documentOf(model), question);
      return spans?.map((span) => ({ uri: model.uri, range: rangeOfSpan(model, span) }));
    },
  });
  monaco.languages.registerDocumentSymbolProvider(aqlLanguageId, {
    displayName: 'AQL',
    async provideDocumentSymbols(model, token) {
      const question = { name: 'documentSymbols' } as const;
      const symbols = await client.askUntil(token, documentOf(model), question);
      return symbols?.map((symbol) => symbolOf(model, symbol));
    },
  });
  monaco.languages.registerFoldingRangeProvider(aqlLanguageId, {
    async provideFoldingRanges(model, _context, token) {
      const question = { name: 'foldingRanges' } as const;
      const ranges = await client.askUntil(token, documentOf(model), question);
      return ranges?.flatMap(({ span, kind }) => {
        const lines = foldedLines(model, span, kind);
        if (lines === undefined) return [];
        return kind === 'comment'
          ? [{ ...lines, kind: monaco.languages.FoldingRangeKind.Comment }]
          : [lines];
      });
    },
  });
  monaco.languages.registerSelectionRangeProvider(aqlLanguageId, {
    async provideSelectionRanges(model, positions, token) {
      const answers = positions.map((position) => {
        const question = { name: 'selectionRanges', offset: offsetAt(model, position) } as const;
        return client.askUntil(token, documentOf(model), question);
      });
      const chains = await Promise.all(answers);
      return chains.map((spans) =>
        (spans ?? []).map((span) => ({ range: rangeOfSpan(model, span) })),
      );
    },
  });
}

const symbolKinds: Readonly<Record<DocumentSymbol['kind'], monaco.languages.SymbolKind>> = {
  statement: monaco.languages.SymbolKind.Method,
  fragment: monaco.languages.SymbolKind.Interface,
  collection: monaco.languages.SymbolKind.Struct,
  field: monaco.languages.SymbolKind.Field,
  function: monaco.languages.SymbolKind.Function,
  version: monaco.languages.SymbolKind.Package,
};

function symbolOf(
  model: monaco.editor.ITextModel,
  { name, kind, detail, span, nameSpan, children }: DocumentSymbol,
): monaco.languages.DocumentSymbol {
  return {
    name,
    detail,
    kind: symbolKinds[kind],
    tags: [],
    range: rangeOfSpan(model, span),
    selectionRange: rangeOfSpan(model, nameSpan),
    children: children.map((child) => symbolOf(model, child)),
  };
}
