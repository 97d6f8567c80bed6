/* Connects Monaco's semantic highlighting with the language client. Its token types are named as the theme's rules. */
import type { SemanticToken, SemanticTokenKind } from '#engine/aql';
import { aqlLanguageId } from './aql-language.ts';
import type { LanguageClient } from './language-client.ts';
import { documentOf } from './language-document.ts';
import { monaco } from './monaco.ts';
import { type PositionModel, rangeOfSpan } from './text-positions.ts';

/** Where each kind stands in the legend. A table of the page's own: the language itself stays in the worker. */
const places: Readonly<Record<SemanticTokenKind, number>> = {
  keyword: 0,
  collection: 1,
  field: 2,
  key: 3,
  argument: 4,
  operator: 5,
  function: 6,
  annotation: 7,
  type: 8,
  constant: 9,
  number: 10,
  string: 11,
  variable: 12,
  fragment: 13,
  alias: 14,
};

export function registerSemanticTokens(client: LanguageClient): void {
  monaco.languages.registerDocumentSemanticTokensProvider(aqlLanguageId, {
    getLegend: () => ({ tokenTypes: Object.keys(places), tokenModifiers: [] }),
    async provideDocumentSemanticTokens(model, _lastResultId, token) {
      const question = { name: 'semanticTokens' } as const;
      const tokens = await client.askUntil(token, documentOf(model), question);
      return tokens === undefined ? undefined : { data: encodedTokens(model, tokens) };
    },
    releaseDocumentSemanticTokens: () => undefined,
  });
}

/** Five numbers for each token: lines and columns since the last one, length, type, no modifiers. */
function encodedTokens(
  model: PositionModel,
  tokens: readonly SemanticToken[],
): Uint32Array<ArrayBuffer> {
  const data = new Uint32Array(tokens.length * 5);
  let line = 1;
  let column = 1;
  tokens.forEach(({ kind, span }, index) => {
    const { startLineNumber, startColumn } = rangeOfSpan(model, span);
    const columns = startLineNumber === line ? startColumn - column : startColumn - 1;
    const length = span.end - span.start;
    data.set([startLineNumber - line, columns, length, places[kind], 0], index * 5);
    line = startLineNumber;
    column = startColumn;
  });
  return data;
}
