/*
 * What every word of a text is: the one reading that semantic colours, definitions, references and rename share. Like
 * completion it goes by words and brackets, so it works on texts that do not parse.
 */
import type { IToken } from 'chevrotain';
import type { CatalogShape } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { findFilterOperator } from '../filter-operators.ts';
import * as t from '../syntax/tokens.ts';
import { isCombinator, isNamePlace, isSelectionArea } from './cursor-areas.ts';
import { definitionWords, isCompleteAction, tokensOf, Walk, wordOf } from './cursor-context.ts';
import type { Frame } from './cursor-frame.ts';
import { findParameter } from './signature.ts';
import { partMeanings, updateOperatorMeanings } from './word-meanings.ts';

export type Role =
  | 'keyword'
  | 'operationName'
  | 'fragment'
  | 'fragmentDefinition'
  | 'variable'
  | 'variableDefinition'
  | 'collection'
  | 'collectionDefinition'
  | 'field'
  | 'fieldDefinition'
  | 'alias'
  | 'key'
  | 'argument'
  | 'operator'
  | 'function'
  | 'directive'
  | 'type'
  | 'constant'
  | 'number'
  | 'string'
  | 'version'
  | 'handler';

export interface Mark {
  readonly role: Role;
  readonly name: string;
  /** The name alone: without quotes, `$` and `@`. */
  readonly span: Span;
  readonly token: number;
  /** The definition of the text that it stands in, counted from 1; 0 outside all. */
  readonly definition: number;
  /** The bracket that it stands in. */
  readonly frame: Frame;
  /** The collection that a field belongs to, where that is known. */
  readonly collection?: string | undefined;
}

export interface MarkedText {
  readonly tokens: readonly IToken[];
  readonly marks: readonly Mark[];
  readonly marksByToken: ReadonlyMap<number, Mark>;
  /** Where each definition begins and ends; the first one is at index 1. */
  readonly definitions: readonly (Span & { readonly token: number })[];
}

/** Longer texts are not marked: what marks are for is of no use there, and typing must not wait. */
const markedLengthMax = 2_000_000;

export function markText(text: string, catalog: CatalogShape): MarkedText {
  const tokens = text.length > markedLengthMax ? [] : tokensOf(text);
  const walk = new Walk(tokens, catalog);
  const marks: Mark[] = [];
  const definitions: { start: number; end: number; token: number }[] = [
    { start: 0, end: 0, token: 0 },
  ];
  tokens.forEach((token, index) => {
    const before = { frame: walk.frame, valueFrame: walk.valueFrame };
    const role = /^["\w-]/.test(token.image) ? roleOf(before, token, tokens[index + 1]) : undefined;
    const collection = role === undefined ? undefined : collectionOf(before, role);
    walk.step(index);
    const { definition } = walk;
    const end = token.startOffset + token.image.length;
    const last = definitions[definition];
    if (last === undefined) definitions.push({ start: token.startOffset, end, token: index });
    else last.end = end;
    if (role === undefined) return;
    const { frame } = before;
    const name = wordOf(token);
    marks.push({ role, name, span: nameSpan(token), token: index, definition, frame, collection });
  });
  const marksByToken = new Map(marks.map((mark) => [mark.token, mark]));
  return { tokens, marks, marksByToken, definitions };
}

interface Place {
  readonly frame: Frame;
  readonly valueFrame: Frame;
}

function nameSpan({ startOffset, image }: IToken): Span {
  const quotes = /^"+/.exec(image)?.[0].length ?? 0;
  const start = startOffset + quotes;
  const closing = quotes > 0 ? (/"+$/.exec(image.slice(quotes))?.[0].length ?? 0) : 0;
  return { start, end: startOffset + image.length - closing };
}

function collectionOf({ frame, valueFrame }: Place, role: Role): string | undefined {
  if (role === 'fieldDefinition') return frame.owner;
  if (role !== 'field') return undefined;
  if (frame.expecting === 'value' && valueFrame.area === 'arguments') {
    const parameter = findParameter(valueFrame.signature, valueFrame.key);
    if (parameter?.kind === 'localField') return valueFrame.outer?.name;
  }
  return valueFrame.collection?.name ?? valueFrame.owner;
}

function roleOf(place: Place, token: IToken, next: IToken | undefined): Role | undefined {
  const { frame, valueFrame } = place;
  const word = wordOf(token);
  const isWord = /^[A-Za-z_]/.test(token.image);
  switch (frame.expecting) {
    case 'directive':
      return 'directive';
    case 'variable':
      return frame.area === 'variables' ? 'variableDefinition' : 'variable';
    case 'typeCondition':
      return 'collection';
    case 'spread':
      return word === 'on' ? 'keyword' : 'fragment';
    case 'value':
    case 'default':
      return isWord ? wordValueRole(place, word) : literalRole(valueFrame, token);
    case 'expression':
      if (!isWord) return literalRole(valueFrame, token);
      if (word === 'set' || word === 'where') return 'keyword';
      if (next?.tokenType === t.ParenOpen) return 'function';
      return isConstant(word) ? 'constant' : 'field';
    case 'name':
      if (isWord) return nameRole(frame, word, next);
      return token.image.startsWith('"') ? quotedNameRole(frame) : 'number';
  }
}

function literalRole(frame: Frame, token: IToken): Role {
  if (!token.image.startsWith('"')) return 'number';
  if (frame.area === 'order') return 'field';
  if (frame.area !== 'arguments') return 'string';
  switch (findParameter(frame.signature, frame.key)?.kind) {
    case 'collection':
      return 'collection';
    case 'field':
    case 'fields':
    case 'localField':
      return token.image.includes('.') ? 'string' : 'field';
    default:
      return 'string';
  }
}

function wordValueRole({ frame, valueFrame }: Place, word: string): Role {
  if (isConstant(word)) return 'constant';
  switch (valueFrame.area) {
    case 'variables':
    case 'collectionBody':
    case 'alterBody':
      return frame.expecting === 'value' ? 'type' : 'constant';
    default:
      return 'constant';
  }
}

function isConstant(word: string): boolean {
  return word === 'true' || word === 'false' || word === 'null';
}

function quotedNameRole(frame: Frame): Role {
  switch (frame.area) {
    case 'filter':
    case 'data':
    case 'order':
      return 'field';
    case 'versions':
      return 'version';
    case 'schema':
      return 'handler';
    default:
      return 'key';
  }
}

function nameRole(frame: Frame, word: string, next: IToken | undefined): Role {
  if (isSelectionArea(frame.area)) {
    return next?.tokenType === t.Colon ? 'alias' : selectionRole(frame, word);
  }
  switch (frame.area) {
    case 'document':
      return documentRole(frame, word);
    case 'arguments':
      return 'argument';
    case 'filter':
      return isCombinator(word) ? 'operator' : 'field';
    case 'operators':
      return isCombinator(word) || findFilterOperator(word) !== undefined ? 'operator' : 'key';
    case 'order':
      return orderRole(frame, word);
    case 'data':
    case 'indexFields':
      return 'field';
    case 'update':
      return Object.hasOwn(updateOperatorMeanings, word) ? 'operator' : 'key';
    case 'schema':
    case 'steps':
      return statementRole(frame, word, next);
    case 'collectionBody':
      return 'fieldDefinition';
    case 'alterBody':
      return alterRole(frame, word, next);
    case 'dataStep':
      return frame.words.length === 1 && frame.words[0] === 'set' ? 'field' : 'keyword';
    default:
      return 'key';
  }
}

function selectionRole(frame: Frame, word: string): Role {
  switch (frame.area) {
    case 'queryRoot':
      return word.startsWith('__') ? 'function' : 'collection';
    case 'mutationRoot':
    case 'aggregate':
      return 'function';
    case 'selection': {
      const isField = frame.collection?.fields.some(({ name }) => name === word) ?? false;
      return !isField && Object.hasOwn(partMeanings, word) ? 'function' : 'field';
    }
    default:
      return 'key';
  }
}

function documentRole(frame: Frame, word: string): Role {
  const [first] = frame.words;
  if (definitionWords.has(word) && !isNamePlace(frame.words)) return 'keyword';
  if (first === 'fragment') return frame.words.length === 1 ? 'fragmentDefinition' : 'keyword';
  return first === undefined || frame.words.length > 1 ? 'key' : 'operationName';
}

function orderRole(frame: Frame, word: string): Role {
  const isField = frame.collection?.fields.some(({ name }) => name === word) ?? false;
  if (isField || word === 'id') return 'field';
  if (word === 'field' || word === 'direction') return 'argument';
  return frame.signature?.name === 'groupBy' ? 'key' : 'field';
}

function statementRole(frame: Frame, word: string, next: IToken | undefined): Role {
  const isCondition = word === 'if' && (next?.image === 'not' || next?.image === 'exists');
  const isNot = word === 'not' && next?.image === 'exists';
  if (!isNamePlace(frame.words) || isCondition || isNot) return 'keyword';
  const [first] = frame.words;
  return first === 'define' || first === 'create' ? 'collectionDefinition' : 'collection';
}

function alterRole(frame: Frame, word: string, next: IToken | undefined): Role {
  const words = frame.words.filter((each) => !each.startsWith('@'));
  const [action] = words;
  if (action === undefined || isCompleteAction(frame.words)) return 'keyword';
  if (word === 'index' && next?.tokenType === t.ParenOpen) return 'keyword';
  if (action === 'rename') {
    if (words.length === 2) return 'keyword';
    return words.length === 1 ? 'field' : 'fieldDefinition';
  }
  return action === 'add' ? 'fieldDefinition' : 'field';
}
