/* What completion offers in each kind of place. */
import { mutationArguments, mutationFunctions } from '../binding/bind-mutation.ts';
import { rootArguments } from '../binding/bind-query.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { filterOperators, operatorApplies } from '../filter-operators.ts';
import type { CursorContext, Frame } from './cursor-context.ts';
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

/** An item before it knows its place in the text and in the list. */
export interface Draft {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** Snippet text; the label when absent. */
  readonly snippet?: string | undefined;
  /** Lower comes first; 5 when absent. */
  readonly rank?: number;
}

/** What may stand inside a string. */
export function stringDrafts({ valueFrame: frame }: CursorContext, catalog: CatalogShape): Draft[] {
  if (frame.expecting === 'value' && frame.key === 'collection') return collectionDrafts(catalog);
  if (frame.area === 'directiveArguments' && frame.owner === 'index') return [];
  if (frame.expecting === 'name' && frame.area === 'filter') {
    return fieldDrafts(frame.collection, () => undefined);
  }
  return [];
}

/** What may stand at a place, best first. */
export function draftsAt(context: CursorContext, catalog: CatalogShape): Draft[] {
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
