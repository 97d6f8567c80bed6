import type { IToken } from 'chevrotain';
import { findCollection } from '../binding/field-access.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { findFilterOperator } from '../filter-operators.ts';
import { contextAt, type Frame, tokensOf } from './cursor-context.ts';
import { collectionMarkdown, fieldMarkdown, idField } from './describe.ts';
import {
  argumentMeanings,
  directiveMeanings,
  functionMeanings,
  statementMeanings,
  typeMeanings,
} from './word-meanings.ts';

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** What the word at a place means; `undefined` when it is nothing the language or the catalog knows. */
export function hover(text: string, offset: number, catalog: CatalogShape): Hover | undefined {
  const tokens = tokensOf(text);
  const index = tokens.findIndex((token) => contains(token, offset));
  const token = tokens[index];
  if (token === undefined || !/^["A-Za-z_]/.test(token.image)) return undefined;
  const { frame } = contextAt(tokens, index, catalog);
  const word = token.image.replace(/^"+/, '').replace(/"+$/, '');
  const isAlias = tokens[index + 1]?.image === ':';
  const markdown = meaning(frame, word, catalog, isAlias);
  if (markdown === undefined) return undefined;
  const span = { start: token.startOffset, end: token.startOffset + token.image.length };
  return { span, markdown };
}

function contains(token: IToken, offset: number): boolean {
  return token.startOffset <= offset && offset < token.startOffset + token.image.length;
}

function meaning(
  frame: Frame,
  word: string,
  catalog: CatalogShape,
  isAlias: boolean,
): string | undefined {
  if (frame.expecting === 'directive') return directiveMeanings[word];
  if (frame.expecting === 'typeCondition') return collectionMeaning(catalog, word);
  if (frame.expecting === 'value') return valueMeaning(frame, word, catalog);
  if (frame.expecting !== 'name') return undefined;
  switch (frame.area) {
    case 'document':
      return frame.words.length === 0 ? statementMeanings[word] : undefined;
    case 'queryRoot':
      return isAlias ? undefined : collectionMeaning(catalog, word);
    case 'mutationRoot':
      return isAlias ? undefined : functionMeanings[word];
    case 'selection':
      return isAlias ? undefined : fieldMeaning(frame.collection, word);
    case 'filter':
    case 'order':
    case 'data':
      return fieldMeaning(frame.collection, word);
    case 'operators':
      return findFilterOperator(word)?.meaning;
    case 'rootArguments':
    case 'mutationArguments':
      return argumentMeanings[word];
    default:
      return undefined;
  }
}

function valueMeaning(frame: Frame, word: string, catalog: CatalogShape): string | undefined {
  if (frame.key === 'collection') return collectionMeaning(catalog, word);
  const isType = frame.area === 'collectionBody' || frame.area === 'variables';
  return isType ? typeMeanings[word] : undefined;
}

function collectionMeaning(catalog: CatalogShape, name: string): string | undefined {
  const collection = findCollection(catalog, name);
  return collection === undefined ? undefined : collectionMarkdown(collection);
}

function fieldMeaning(
  collection: CollectionDefinition | undefined,
  name: string,
): string | undefined {
  const [first = ''] = name.split('.');
  const field = first === 'id' ? idField : collection?.fields.find((each) => each.name === first);
  return collection === undefined || field === undefined
    ? undefined
    : fieldMarkdown(collection, field);
}
