/* Connects Monaco's completion, hover and formatting with the language client. */
import type { CompletionItem, CompletionKind } from '#engine/aql';
import { aqlConfiguration, aqlLanguageId, aqlTokens } from './aql-language.ts';
import type { LanguageClient } from './language-client.ts';
import { monaco } from './monaco.ts';
import { offsetAt, rangeOfSpan } from './text-positions.ts';

const kinds: Readonly<Record<CompletionKind, monaco.languages.CompletionItemKind>> = {
  keyword: monaco.languages.CompletionItemKind.Keyword,
  collection: monaco.languages.CompletionItemKind.Struct,
  field: monaco.languages.CompletionItemKind.Field,
  argument: monaco.languages.CompletionItemKind.Property,
  operator: monaco.languages.CompletionItemKind.Operator,
  type: monaco.languages.CompletionItemKind.TypeParameter,
  directive: monaco.languages.CompletionItemKind.Event,
  function: monaco.languages.CompletionItemKind.Function,
  variable: monaco.languages.CompletionItemKind.Variable,
  value: monaco.languages.CompletionItemKind.Value,
  fragment: monaco.languages.CompletionItemKind.Reference,
  snippet: monaco.languages.CompletionItemKind.Snippet,
};

/** The name under which the worker knows a model. */
export function documentOf(model: monaco.editor.ITextModel): string {
  return model.uri.toString();
}

/** Registers AQL with Monaco; to be called once. */
export function registerAql(client: LanguageClient): void {
  monaco.languages.register({ id: aqlLanguageId, extensions: ['.aql'], aliases: ['AQL'] });
  monaco.languages.setLanguageConfiguration(aqlLanguageId, aqlConfiguration);
  monaco.languages.setMonarchTokensProvider(aqlLanguageId, aqlTokens);
  monaco.languages.registerCompletionItemProvider(aqlLanguageId, {
    // No brackets among them: an open list would take the Enter that was meant to begin a line.
    triggerCharacters: ['"', '$', '@', '.'],
    async provideCompletionItems(model, position) {
      const offset = offsetAt(model, position);
      const items = await client.ask(documentOf(model), { name: 'complete', offset });
      return { suggestions: items.map((item) => suggestionOf(model, item)) };
    },
  });
  monaco.languages.registerHoverProvider(aqlLanguageId, {
    async provideHover(model, position) {
      const offset = offsetAt(model, position);
      const found = await client.ask(documentOf(model), { name: 'hover', offset });
      if (found === undefined) return undefined;
      return { range: rangeOfSpan(model, found.span), contents: [{ value: found.markdown }] };
    },
  });
  monaco.languages.registerDocumentFormattingEditProvider(aqlLanguageId, {
    async provideDocumentFormattingEdits(model) {
      const before = model.getValue();
      const text = await client.ask(documentOf(model), { name: 'format' });
      return text === before ? [] : [{ range: model.getFullModelRange(), text }];
    },
  });
}

function suggestionOf(
  model: monaco.editor.ITextModel,
  item: CompletionItem,
): monaco.languages.CompletionItem {
  const { label, kind, insertText, isSnippet, detail, documentation, sortText } = item;
  const opensMore = isSnippet && insertText.includes('$0') && kind !== 'keyword';
  return {
    label: detail === undefined ? label : { label, description: detail },
    kind: kinds[kind],
    insertText,
    filterText: label,
    sortText,
    range: rangeOfSpan(model, item.replaceSpan),
    ...(documentation === undefined ? {} : { documentation: { value: documentation } }),
    ...(isSnippet
      ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet }
      : {}),
    ...(opensMore
      ? { command: { id: 'editor.action.triggerSuggest', title: 'Suggest what goes inside' } }
      : {}),
  };
}
