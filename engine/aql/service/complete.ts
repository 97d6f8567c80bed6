import type { IToken } from 'chevrotain';
import { mutationArguments, mutationFunctions } from '../binding/bind-mutation.ts';
import { rootArguments } from '../binding/bind-query.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import type { FieldType } from '../field-type.ts';
import { filterOperators, operatorApplies } from '../filter-operators.ts';
import * as t from '../syntax/tokens.ts';
import { type CursorContext, contextAt, type Frame, tokensOf } from './cursor-context.ts';
import {
  collectionDetail,
  collectionMarkdown,
  fieldDetail,
  fieldMarkdown,
  idField,
} from './describe.ts';
import {
  argumentMeanings,
  directiveArguments,
  directiveMeanings,
  functionMeanings,
  statementMeanings,
  typeMeanings,
} from './word-meanings.ts';

export type CompletionKind =
  | 'keyword'
  | 'collection'
  | 'field'
  | 'argument'
  | 'operator'
  | 'type'
  | 'directive'
  | 'function'
  | 'variable'
  | 'value'
  | 'fragment';

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Text to insert. In a snippet `$0` is where the cursor goes, and `\$` is a dollar sign. */
  readonly insertText: string;
  readonly isSnippet: boolean;
  /** One short line beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly replaceSpan: Span;
  readonly sortText: string;
}

/** An item before it knows its place in the text and in the list. */
interface Draft {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** Snippet text; the label when absent. */
  readonly snippet?: string | undefined;
  /** Lower comes first; 5 when absent. */
  readonly rank?: number;
}

/**
 * What may stand at a place of a text, best first. Works on broken texts: it reads only the words and brackets before
 * the place. Linear in the length of the text.
 */
export function complete(
  text: string,
  offset: number,
  catalog: CatalogShape,
): readonly CompletionItem[] {
  if (isInComment(text, offset)) return [];
  const tokens = tokensOf(text);
  const touched = tokens.findIndex((token) => isTouched(token, offset));
  const word = tokens[touched];
  const before =
    touched >= 0 ? touched : tokens.filter((token) => token.startOffset < offset).length;
  const context = contextAt(tokens, before, catalog);
  const isString = word?.image.startsWith('"') ?? false;
  const drafts = isString ? stringDrafts(context, catalog) : draftsAt(context, catalog);
  const span = replaceSpan(word, offset, text);
  const next = tokens.find((token) => token.startOffset >= span.end);
  const isFollowed = next?.tokenType === t.Colon || next?.tokenType === t.ParenOpen;
  return drafts.map((draft, index) => itemOf(draft, index, span, isFollowed || isString));
}

function itemOf(draft: Draft, index: number, span: Span, wordOnly: boolean): CompletionItem {
  const { label, kind, detail, documentation, rank = 5 } = draft;
  const snippet = wordOnly ? undefined : draft.snippet;
  return {
    label,
    kind,
    insertText: snippet ?? label,
    isSnippet: snippet !== undefined,
    replaceSpan: span,
    sortText: `${rank}${String(index).padStart(5, '0')}`,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

/** True when the cursor is in or right behind a word or a string. */
function isTouched(token: IToken, offset: number): boolean {
  const end = token.startOffset + token.image.length;
  if (token.startOffset >= offset || end < offset) return false;
  if (token.image.startsWith('"')) {
    return end > offset || token.tokenType === t.UnclosedString;
  }
  return /^[A-Za-z_]/.test(token.image);
}

function replaceSpan(word: IToken | undefined, offset: number, text: string): Span {
  if (word === undefined) return { start: offset, end: offset };
  const end = word.startOffset + word.image.length;
  if (!word.image.startsWith('"')) return { start: word.startOffset, end };
  const isClosed = word.tokenType !== t.UnclosedString;
  const stop = isClosed ? end - 1 : offset;
  return { start: word.startOffset + 1, end: Math.max(stop, offset, 0) || text.length };
}

function isInComment(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  if (!text.slice(lineStart, offset).includes('#')) return false;
  const comments = t.aqlLexer.tokenize(text).groups['comments'] ?? [];
  return comments.some(
    ({ startOffset, image }) => startOffset < offset && offset <= startOffset + image.length,
  );
}

function stringDrafts({ valueFrame: frame }: CursorContext, catalog: CatalogShape): Draft[] {
  if (frame.expecting === 'value' && frame.key === 'collection') return collectionDrafts(catalog);
  if (frame.area === 'directiveArguments' && frame.owner === 'index') return [];
  if (frame.expecting === 'name' && frame.area === 'filter') {
    return fieldDrafts(frame.collection, () => undefined);
  }
  return [];
}

function draftsAt(context: CursorContext, catalog: CatalogShape): Draft[] {
  const { frame } = context;
  switch (frame.expecting) {
    case 'variable':
      return frame.area === 'variables' ? [] : variableDrafts(context, '');
    case 'directive':
      return directiveDrafts(frame);
    case 'typeCondition':
      return collectionDrafts(catalog);
    case 'spread':
      return spreadDrafts(context);
    case 'value':
      return valueDrafts(context, catalog);
    case 'name':
      return nameDrafts(context, catalog);
  }
}

function nameDrafts(context: CursorContext, catalog: CatalogShape): Draft[] {
  const { frame } = context;
  switch (frame.area) {
    case 'document':
      return documentDrafts(frame);
    case 'queryRoot':
      return collectionDrafts(catalog, (name) => `${name} {\n\t$0\n}`);
    case 'mutationRoot':
      return functionDrafts();
    case 'selection':
      return selectionDrafts(context);
    case 'rootArguments':
      return argumentDrafts(frame, Object.keys(rootArguments.known));
    case 'mutationArguments': {
      const kind = mutationFunctions.get(frame.owner ?? '');
      return kind === undefined
        ? []
        : argumentDrafts(frame, Object.keys(mutationArguments[kind].known));
    }
    case 'directiveArguments':
      return argumentDrafts(frame, directiveArguments[frame.owner ?? ''] ?? []);
    case 'filter':
      return [...fieldDrafts(frame.collection, filterSnippet), ...combinatorDrafts()];
    case 'operators':
      return frame.type === undefined ? [] : operatorDrafts(frame.type);
    case 'order':
      return fieldDrafts(frame.collection, (name) => `${name}: `).concat([]);
    case 'data':
      return fieldDrafts(frame.collection, (name) => `${name}: `).filter(
        ({ label }) => label !== 'id' && !frame.seen.has(label),
      );
    case 'schema':
      return schemaDrafts(frame);
    case 'collectionBody':
      return [];
    default:
      return [];
  }
}

function documentDrafts(frame: Frame): Draft[] {
  if (frame.words.length > 0) return [];
  const snippets: Readonly<Record<string, string>> = {
    query: 'query {\n\t$0\n}',
    mutation: 'mutation {\n\t$0\n}',
    schema: 'schema {\n\t$0\n}',
    fragment: 'fragment $1 on $2 {\n\t$0\n}',
  };
  return Object.entries(statementMeanings).map(([label, documentation]) => ({
    label,
    kind: 'keyword',
    documentation,
    snippet: snippets[label],
  }));
}

function schemaDrafts(frame: Frame): Draft[] {
  if (frame.words.length === 0) {
    return [
      {
        label: 'define collection',
        kind: 'keyword',
        snippet: 'define collection $1 {\n\t$0\n}',
        documentation: 'Defines a collection.',
      },
      {
        label: 'drop collection',
        kind: 'keyword',
        documentation: 'Drops a collection with its documents.',
      },
    ];
  }
  if (frame.words.length === 1) return [{ label: 'collection', kind: 'keyword' }];
  if (frame.words.length > 2) return [];
  const label = frame.words[0] === 'drop' ? 'if exists' : 'if not exists';
  return [{ label, kind: 'keyword' }];
}

function collectionDrafts(
  catalog: CatalogShape,
  snippet: (name: string) => string | undefined = () => undefined,
): Draft[] {
  return catalog.collections.map((collection) => ({
    label: collection.name,
    kind: 'collection',
    detail: collectionDetail(collection),
    documentation: collectionMarkdown(collection),
    snippet: snippet(collection.name),
  }));
}

function fieldDrafts(
  collection: CollectionDefinition | undefined,
  snippet: (name: string, type: FieldType) => string | undefined,
): Draft[] {
  if (collection === undefined) return [];
  return [idField, ...collection.fields].map((field) => ({
    label: field.name,
    kind: 'field',
    detail: fieldDetail(field),
    documentation: fieldMarkdown(collection, field),
    snippet: snippet(field.name, field.type),
    rank: 3,
  }));
}

function filterSnippet(name: string): string {
  return `${name}: { $0 }`;
}

function combinatorDrafts(): Draft[] {
  return [
    { label: 'and', kind: 'operator', snippet: 'and: [{ $0 }]', documentation: 'All must hold.' },
    { label: 'or', kind: 'operator', snippet: 'or: [{ $0 }]', documentation: 'One must hold.' },
    { label: 'not', kind: 'operator', snippet: 'not: { $0 }', documentation: 'Must not hold.' },
  ];
}

const operatorSnippets: Readonly<Record<string, string>> = {
  between: 'between: [$0]',
  in: 'in: [$0]',
  notIn: 'notIn: [$0]',
  containsAny: 'containsAny: [$0]',
  containsAll: 'containsAll: [$0]',
  isNull: 'isNull: true',
  isNotNull: 'isNotNull: true',
  size: 'size: { $0 }',
  startsWith: 'startsWith: "$0"',
  endsWith: 'endsWith: "$0"',
  icontains: 'icontains: "$0"',
  ieq: 'ieq: "$0"',
  matches: 'matches: "$0"',
};

function operatorDrafts(type: FieldType): Draft[] {
  return filterOperators
    .filter((info) => operatorApplies(info, type))
    .map((info) => ({
      label: info.name,
      kind: 'operator',
      documentation: info.meaning,
      snippet: operatorSnippets[info.name] ?? `${info.name}: $0`,
    }));
}

function functionDrafts(): Draft[] {
  const snippets: Readonly<Record<string, string>> = {
    insertInto: 'insertInto(collection: "$1", data: { $0 }) { id }',
    insertMany: 'insertMany(collection: "$1", data: [{ $0 }]) { id }',
    update: 'update(collection: "$1", where: { $2 }, data: { $0 }) { id }',
    deleteFrom: 'deleteFrom(collection: "$1", where: { $0 }) { id }',
  };
  return Object.entries(functionMeanings).map(([label, documentation]) => ({
    label,
    kind: 'function',
    documentation,
    snippet: snippets[label],
  }));
}

function argumentDrafts(frame: Frame, names: readonly string[]): Draft[] {
  const snippets: Readonly<Record<string, string>> = {
    where: 'where: { $0 }',
    orderBy: 'orderBy: { $0 }',
    data: 'data: { $0 }',
    collection: 'collection: "$0"',
    fields: 'fields: ["$0"]',
    now: 'now: true',
  };
  return names
    .filter((name) => !frame.seen.has(name))
    .map((label) => ({
      label,
      kind: 'argument',
      documentation: argumentMeanings[label],
      snippet: snippets[label] ?? `${label}: $0`,
    }));
}

function selectionDrafts({ frame, fragments }: CursorContext): Draft[] {
  const { collection } = frame;
  if (collection === undefined) return [];
  const spreads = fragments.filter(({ on }) => on === collection.name);
  return [
    ...fieldDrafts(collection, () => undefined).filter(({ label }) => !frame.seen.has(label)),
    ...spreads.map(({ name }): Draft => ({ label: `...${name}`, kind: 'fragment' })),
  ];
}

function spreadDrafts({ frame, fragments }: CursorContext): Draft[] {
  const usable = fragments.filter(
    ({ on }) => frame.collection === undefined || on === frame.collection.name,
  );
  return [
    ...usable.map(({ name, on }): Draft => ({ label: name, kind: 'fragment', detail: `on ${on}` })),
    { label: 'on', kind: 'keyword' },
  ];
}

function directiveDrafts(frame: Frame): Draft[] {
  const names =
    frame.area === 'collectionBody'
      ? ['unique', 'indexed', 'default', 'references', 'validate', 'primary']
      : frame.area === 'schema'
        ? ['open', 'index']
        : ['include', 'skip'];
  return names.map((label) => ({
    label,
    kind: 'directive',
    documentation: directiveMeanings[label],
    snippet: directiveArguments[label] === undefined ? undefined : `${label}($0)`,
  }));
}

function valueDrafts(context: CursorContext, catalog: CatalogShape): Draft[] {
  const { valueFrame: frame } = context;
  switch (frame.area) {
    case 'collectionBody':
    case 'variables':
      return Object.entries(typeMeanings).map(([label, documentation]) => ({
        label,
        kind: 'type',
        documentation,
      }));
    case 'order':
      return ['ASC', 'DESC'].map((label) => ({ label, kind: 'value' }));
    case 'mutationArguments':
    case 'directiveArguments':
      if (frame.key === 'collection') return quotedCollectionDrafts(catalog);
      if (frame.key === 'format') return words(['EMAIL', 'URL', 'UUID', 'DATE', 'DATETIME']);
      if (frame.key === 'now' || frame.key === 'if' || frame.key === 'unique') {
        return words(['true', 'false']);
      }
      return variableDrafts(context, '\\$');
    case 'operators':
      return [...booleanDrafts(frame), ...variableDrafts(context, '\\$')];
    default:
      return variableDrafts(context, '\\$');
  }
}

function quotedCollectionDrafts(catalog: CatalogShape): Draft[] {
  return collectionDrafts(catalog, (name) => `"${name}"`);
}

function booleanDrafts(frame: Frame): Draft[] {
  const isBoolean = frame.type?.kind === 'scalar' && frame.type.name === 'Boolean';
  const isTest = frame.key === 'isNull' || frame.key === 'isNotNull';
  return isBoolean || isTest ? words(['true', 'false']) : [];
}

function words(labels: readonly string[]): Draft[] {
  return labels.map((label) => ({ label, kind: 'value' }));
}

function variableDrafts({ variables }: CursorContext, dollar: string): Draft[] {
  return variables.map((name) => ({
    label: dollar === '' ? name : `$${name}`,
    kind: 'variable',
    snippet: dollar === '' ? undefined : `${dollar}${name}`,
  }));
}
