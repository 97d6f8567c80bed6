/* Connects Monaco's completion, signature help, hover and formatting with the language client. */
import type { CompletionItem, CompletionKind, SignatureHelp } from '#engine/aql';
import { aqlConfiguration, aqlLanguageId, aqlTokens } from './aql-language.ts';
import type { LanguageClient } from './language-client.ts';
import { documentOf } from './language-document.ts';
import { registerNavigation } from './language-navigation.ts';
import { registerRevision } from './language-revision.ts';
import { registerSemanticTokens } from './language-tokens.ts';
import { monaco } from './monaco.ts';
import { isOnePiece } from './text-in-one-piece.ts';
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

/** Registers AQL with Monaco; to be called once. */
export function registerAql(client: LanguageClient): void {
  monaco.languages.register({ id: aqlLanguageId, extensions: ['.aql'], aliases: ['AQL'] });
  monaco.languages.setLanguageConfiguration(aqlLanguageId, aqlConfiguration);
  monaco.languages.setMonarchTokensProvider(aqlLanguageId, aqlTokens);
  monaco.languages.registerCompletionItemProvider(aqlLanguageId, {
    // No brackets among them: an open list would take the Enter that was meant to begin a line.
    triggerCharacters: ['"', '$', '@', '.'],
    async provideCompletionItems(model, position, _context, token) {
      const offset = offsetAt(model, position);
      const question = { name: 'complete', offset } as const;
      const items = (await client.askUntil(token, documentOf(model), question)) ?? [];
      return { suggestions: items.map((item) => suggestionOf(model, item)) };
    },
  });
  monaco.languages.registerHoverProvider(aqlLanguageId, {
    async provideHover(model, position, token) {
      const offset = offsetAt(model, position);
      const question = { name: 'hover', offset } as const;
      const found = await client.askUntil(token, documentOf(model), question);
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
  registerSignatureHelp(client);
  registerNavigation(client);
  registerRevision(client);
  registerSemanticTokens(client);
}

function registerSignatureHelp(client: LanguageClient): void {
  monaco.languages.registerSignatureHelpProvider(aqlLanguageId, {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [':', ' '],
    async provideSignatureHelp(model, position, token) {
      const offset = offsetAt(model, position);
      const question = { name: 'signatureHelp', offset } as const;
      const found = await client.askUntil(token, documentOf(model), question);
      return found === undefined
        ? undefined
        : { value: signatureOf(found), dispose: () => undefined };
    },
  });
}

function signatureOf(help: SignatureHelp): monaco.languages.SignatureHelp {
  const parameters = help.parameters.map(
    ({ start, end, documentation }): monaco.languages.ParameterInformation => ({
      label: [start, end],
      documentation: { value: documentation },
    }),
  );
  const signature = { label: help.label, documentation: { value: help.documentation }, parameters };
  // A number behind the last one marks none of them.
  const activeParameter = help.activeParameter ?? parameters.length;
  return { signatures: [signature], activeSignature: 0, activeParameter };
}

/** Takes over Monaco's command for typed text, for what is not typed; to be called once. */
export function takeTextInOnePiece(): void {
  monaco.editor.registerCommand('type', (_accessor, typed: { readonly text: string }) => {
    const editor = monaco.editor.getEditors().find((one) => one.hasTextFocus());
    if (editor === undefined) return;
    if (isOnePiece(typed.text)) editor.trigger('keyboard', 'paste', { text: typed.text });
    else editor.trigger('keyboard', 'type', typed);
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
