import type { CatalogShape } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { markText, type Role } from './marks.ts';

/** What a word is, for its colour. */
export type SemanticTokenKind =
  | 'keyword'
  | 'collection'
  | 'field'
  | 'key'
  | 'argument'
  | 'operator'
  | 'function'
  | 'annotation'
  | 'type'
  | 'constant'
  | 'number'
  | 'string'
  | 'variable'
  | 'fragment'
  | 'alias';

export interface SemanticToken {
  readonly kind: SemanticTokenKind;
  readonly span: Span;
}

const kindOf: Readonly<Record<Role, SemanticTokenKind>> = {
  keyword: 'keyword',
  operationName: 'fragment',
  fragment: 'fragment',
  fragmentDefinition: 'fragment',
  variable: 'variable',
  variableDefinition: 'variable',
  collection: 'collection',
  collectionDefinition: 'collection',
  field: 'field',
  fieldDefinition: 'field',
  alias: 'alias',
  key: 'key',
  argument: 'argument',
  operator: 'operator',
  function: 'function',
  directive: 'annotation',
  type: 'type',
  constant: 'constant',
  number: 'number',
  string: 'string',
  version: 'string',
  handler: 'string',
};

/** What each word of a text is, in text order. Strings and numbers that stand for themselves are left out. */
export function semanticTokens(text: string, catalog: CatalogShape): readonly SemanticToken[] {
  return markText(text, catalog).marks.flatMap(({ role, span }) =>
    role === 'string' || role === 'number' || span.start === span.end
      ? []
      : [{ kind: kindOf[role], span }],
  );
}
