/* Connects Monaco's semantic highlighting with the language client. Its token types are named as the theme's rules. */
import { type SemanticToken, semanticTokenKinds } from '#engine/aql';
import { aqlLanguageId } from './aql-language.ts';
import type { LanguageClient } from './language-client.ts';
import { documentOf } from './language-document.ts';
import { monaco } from './monaco.ts';
import { type PositionModel, rangeOfSpan } from './text-positions.ts';

export function registerSemanticTokens(client: LanguageClient): void {
  monaco.languages.registerDocumentSemanticTokensProvider(aqlLanguageId, {
    getLegend: () => ({ tokenTypes: [...semanticTokenKinds], tokenModifiers: [] }),
    async provideDocumentSemanticTokens(model, _lastResultId, token) {
      const question = { name: 'semanticTokens' } as const;
      const tokens = await client.askUntil(token, documentOf(model), question);
      return tokens === undefined ? undefined : { data: encodedTokens(model, tokens) };
    },
    releaseDocumentSemanticTokens: () => undefined,
  });
}

/** Five numbers for each token: lines and columns since the last one, length, type, no modifiers. */
export function encodedTokens(
  model: PositionModel,
  tokens: readonly SemanticToken[],
): Uint32Array<ArrayBuffer> {
  const data = new Uint32Array(tokens.length * 5);
  let line = 1;
  let column = 1;
  tokens.forEach(({ kind, span }, index) => {
    const { startLineNumber, startColumn } = rangeOfSpan(model, span);
    const columns = startLineNumber === line ? startColumn - column : startColumn - 1;
    const type = semanticTokenKinds.indexOf(kind);
    data.set([startLineNumber - line, columns, span.end - span.start, type, 0], index * 5);
    line = startLineNumber;
    column = startColumn;
  });
  return data;
}
