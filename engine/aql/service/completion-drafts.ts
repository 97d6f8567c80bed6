/* What completion offers in each kind of place. */

import { hasInside } from '../binding/field-access.ts';
import { engineCollections } from '../engine-collections.ts';
import type { FieldType } from '../field-type.ts';
import { filterOperators, operatorApplies } from '../filter-operators.ts';
import type { CursorContext } from './cursor-context.ts';
import type { Frame } from './cursor-frame.ts';
import { wantedType } from './cursor-openings.ts';
import { type Draft, hole } from './draft.ts';
import {
  collectionDrafts,
  fieldDrafts,
  innerDrafts,
  partDrafts,
  selectionDrafts,
} from './drafts-for-fields.ts';
import {
  alterDrafts,
  blockDrafts,
  dataStepDrafts,
  documentDrafts,
  expressionDrafts,
  versionDrafts,
} from './drafts-for-statements.ts';
import { valueDrafts, variableDrafts } from './drafts-for-values.ts';
import { type LanguageCatalog, payloads } from './language-catalog.ts';
import type { Parameter } from './signature.ts';
import { directiveSignatures, mutationSignatures } from './signatures.ts';
import { updateOperatorMeanings } from './word-meanings.ts';

/** What may stand at a place, best first. */
export function draftsAt(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { frame } = context;
  switch (frame.expecting) {
    case 'variable':
      if (frame.area === 'variables') return [];
      return variableDrafts(context, '', wantedType(context.valueFrame, frame.area === 'list'));
    case 'directive':
      return directiveDrafts(frame);
    case 'typeCondition':
      return collectionDrafts(catalog);
    case 'spread':
      return spreadDrafts(context);
    case 'expression':
      return expressionDrafts(frame);
    case 'value':
    case 'default':
      return valueDrafts(context, catalog);
    case 'name':
      return nameDrafts(context, catalog);
  }
}

function nameDrafts(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { frame } = context;
  const open = (drafts: Draft[]) => drafts.filter(({ label }) => !frame.seen.has(label));
  switch (frame.area) {
    case 'document':
      return documentDrafts(frame);
    case 'queryRoot':
      return queryRootDrafts(catalog);
    case 'mutationRoot':
      return functionDrafts();
    case 'selection':
      return selectionDrafts(context, catalog);
    case 'edges':
    case 'pageInfo':
    case 'groups':
    case 'aggregate':
      return partDrafts(frame);
    case 'insideSelection':
      return innerDrafts(frame, catalog.samples);
    case 'arguments':
      return argumentDrafts(frame);
    case 'filter':
      return [
        ...fieldDrafts(frame.collection, (name) => `${name}: { $0 }`, catalog),
        ...combinatorDrafts,
      ];
    case 'operators':
      return operatorDrafts(frame, catalog);
    case 'having':
      return [{ label: 'count', kind: 'field', snippet: 'count: { $0 }' }, ...combinatorDrafts];
    case 'order':
      return orderDrafts(frame);
    case 'data':
      if (frame.collection === payloads) {
        return innerDrafts(frame, catalog.samples, (name) => `${name}: `);
      }
      return open(fieldDrafts(frame.collection, (name) => `${name}: `, catalog)).filter(
        ({ label }) => label !== 'id',
      );
    case 'update':
      return open(updateDrafts(frame, catalog));
    case 'schema':
    case 'steps':
      return blockDrafts(frame, catalog);
    case 'alterBody':
      return alterDrafts(frame);
    case 'indexFields':
      return open(fieldDrafts(frame.collection));
    case 'versions':
      return versionDrafts;
    case 'dataStep':
      return dataStepDrafts(frame);
    default:
      return [];
  }
}

function queryRootDrafts(catalog: LanguageCatalog): Draft[] {
  const snippet = (name: string) => `${name} {\n\t$0\n}`;
  const ofEngine = { version: 0, collections: engineCollections };
  return [
    ...collectionDrafts(catalog, snippet),
    ...collectionDrafts(ofEngine, snippet).map((draft) => ({ ...draft, rank: 8 })),
    ...introspection,
  ];
}

const introspection: Draft[] = [
  {
    label: '__schema',
    kind: 'function',
    documentation: 'The schema, as GraphQL tools ask for it.',
    snippet: '__schema { $0 }',
    rank: 9,
  },
  {
    label: '__type',
    kind: 'function',
    documentation: 'A type by its name.',
    snippet: '__type(name: "$1") { $0 }',
    rank: 9,
  },
];

const combinatorDrafts: Draft[] = [
  { label: 'and', kind: 'operator', snippet: 'and: [{ $0 }]', documentation: 'All must hold.' },
  { label: 'or', kind: 'operator', snippet: 'or: [{ $0 }]', documentation: 'One must hold.' },
  { label: 'not', kind: 'operator', snippet: 'not: { $0 }', documentation: 'Must not hold.' },
];

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

function operatorDrafts(frame: Frame, { samples }: LanguageCatalog): Draft[] {
  const { type } = frame;
  if (type === undefined) return [];
  const operators = filterOperators
    .filter((info) => operatorApplies(info, type))
    .map(
      (info): Draft => ({
        label: info.name,
        kind: 'operator',
        documentation: info.meaning,
        snippet: operatorSnippets[info.name] ?? `${info.name}: $0`,
      }),
    );
  const inner = hasInside(type) ? innerDrafts(frame, samples, (name) => `${name}: { $0 }`) : [];
  return [...inner, ...operators];
}

function orderDrafts(frame: Frame): Draft[] {
  if (frame.seen.has('field')) {
    return [{ label: 'direction', kind: 'argument', snippet: 'direction: $0' }];
  }
  const drafts = fieldDrafts(frame.collection, (name) => `${name}: `);
  if (frame.signature?.name !== 'groupBy') return drafts;
  const ofGroups = ['key', 'count'].map(
    (label): Draft => ({ label, kind: 'field', snippet: `${label}: `, rank: 2 }),
  );
  return [...ofGroups, ...drafts];
}

/** The operators of `update`, where the field's type has them; below an object, the names that documents have. */
function updateDrafts(frame: Frame, { samples }: LanguageCatalog): Draft[] {
  const { type, signature } = frame;
  const inner = innerDrafts(frame, samples, (name) => `${name}: `);
  if (signature?.name !== 'update' && signature?.name !== 'upsert') return inner;
  if (frame.seen.size > 0) return inner;
  const operators = Object.entries(updateOperatorMeanings)
    .filter(([name]) => type === undefined || updateApplies(name, type))
    .map(
      ([label, documentation]): Draft => ({
        label,
        kind: 'operator',
        documentation,
        snippet: label === 'unset' ? 'unset: true' : `${label}: $0`,
      }),
    );
  return [...operators, ...inner];
}

function updateApplies(name: string, type: FieldType): boolean {
  const isAny = type.kind === 'scalar' && type.name === 'Any';
  switch (name) {
    case 'increment':
    case 'decrement':
    case 'multiply':
      return isAny || (type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float'));
    case 'push':
    case 'pull':
    case 'addToSet':
      return isAny || type.kind === 'list';
    default:
      return true;
  }
}

const functionSnippets: Readonly<Record<string, string>> = {
  insertInto: 'insertInto(collection: "$1", data: { $0 }) { id }',
  insertMany: 'insertMany(collection: "$1", data: [{ $0 }]) { id }',
  update: 'update(collection: "$1", where: { $2 }, data: { $0 }) { id }',
  upsert: 'upsert(collection: "$1", where: { $2 }, data: { $0 }) { id }',
  deleteFrom: 'deleteFrom(collection: "$1", where: { $0 }) { id }',
  import: 'import(collection: "$1", data: [{ $0 }])',
  export: `export(collection: "$1", format: ${hole(2, 'JSON')}$0)`,
  enqueueJob: 'enqueueJob(jobType: "$1", payload: { $0 }) { id }',
  enqueueJobs: 'enqueueJobs(jobType: "$1", payloads: [{ $0 }]) { id }',
  cancelJob: 'cancelJob(id: "$0") { id }',
  retryJob: 'retryJob(id: "$0") { id }',
  transaction: 'transaction {\n\t$0\n}',
};

function functionDrafts(): Draft[] {
  return Object.entries(functionSnippets).map(([label, snippet]) => ({
    label,
    kind: 'function',
    documentation: mutationSignatures.get(label)?.documentation,
    snippet,
  }));
}

const argumentSnippets: Partial<Record<Parameter['kind'], string>> = {
  filter: '{ $0 }',
  order: '{ $0 }',
  data: '{ $0 }',
  having: '{ $0 }',
  search: '{ $0 }',
  action: '{ $0 }',
  collection: '"$0"',
  field: '"$0"',
  localField: '"$0"',
  fields: '["$0"]',
};

/** Arguments that are still missing, those that are required first. */
function argumentDrafts(frame: Frame): Draft[] {
  const missing = (frame.signature?.parameters ?? []).filter(
    ({ name, aliases }) => ![name, ...aliases].some((each) => frame.seen.has(each)),
  );
  return missing.map(({ name, kind, type, isRequired, documentation }) => ({
    label: name,
    kind: 'argument',
    detail: isRequired ? `${type}!` : type,
    documentation,
    snippet: `${name}: ${type.startsWith('[D') ? '[{ $0 }]' : (argumentSnippets[kind] ?? '$0')}`,
    rank: isRequired ? 4 : 5,
  }));
}

function spreadDrafts({ frame, fragments }: CursorContext): Draft[] {
  const usable = fragments.filter(
    ({ on }) => frame.collection === undefined || on === frame.collection.name,
  );
  return [
    ...usable.map(({ name, on }): Draft => ({ label: name, kind: 'fragment', detail: `on ${on}` })),
    { label: 'on', kind: 'keyword', documentation: 'Fields of this collection only.' },
  ];
}

const fieldDirectives = ['unique', 'indexed', 'default', 'references', 'validate', 'primary'];

function directiveDrafts(frame: Frame): Draft[] {
  return directiveNames(frame).map((label) => {
    const signature = directiveSignatures.get(label);
    return {
      label,
      kind: 'directive',
      documentation: signature?.documentation,
      snippet: signature?.parameters.length === 0 ? undefined : `${label}($0)`,
    };
  });
}

function directiveNames(frame: Frame): readonly string[] {
  switch (frame.area) {
    case 'collectionBody':
    case 'alterBody':
      return fieldDirectives;
    case 'schema':
    case 'steps':
      return ['open', 'index'];
    case 'document':
      return frame.words[0] === 'query' ? ['live'] : [];
    default:
      return ['include', 'skip'];
  }
}
