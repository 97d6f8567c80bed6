/*
 * A catalog as a GraphQL schema. AQL is wider than GraphQL's type system in some places: one field gives documents or
 * a page, a mutation's result depends on the collection it names, objects are open. There the schema says the most that
 * is true of every case, so that whatever GraphQL tools accept against it, AQL accepts.
 */
import type { CatalogShape } from '../catalog-shape.ts';
import { engineCollections } from '../engine-collections.ts';
import { relationsOf } from '../relations.ts';
import { aggregateType, filterType, pageInfoType } from '../type-names.ts';
import { collectionTypes, operatorTypes, readArguments } from './collection-types.ts';
import { metaEnums, metaTypes, ownMetaTypes } from './meta-types.ts';
import {
  type DirectiveModel,
  type FieldModel,
  field,
  inputs,
  type SchemaModel,
  type TypeModel,
} from './type-model.ts';

/** The schema of a catalog, from its present collections and the engine's own. */
export function schemaModel(catalog: CatalogShape): SchemaModel {
  const collections = [...catalog.collections, ...engineCollections];
  // A reference may name a collection that is not there.
  const names = new Set(collections.map(({ name }) => name));
  const known = collections.map((each) => ({
    ...each,
    fields: each.fields.map(({ references, ...rest }) =>
      references === undefined || !names.has(references) ? rest : { ...rest, references },
    ),
  }));
  const closed = { ...catalog, collections: known };
  const types: readonly TypeModel[] = [
    ...scalars,
    ...enums,
    ...describingTypes(),
    { kind: 'OBJECT', name: 'Query', fields: known.map(({ name }) => rootField(name)) },
    { kind: 'OBJECT', name: 'Mutation', fields: mutationFields },
    {
      kind: 'OBJECT',
      name: 'Subscription',
      fields: known.map(({ name }) =>
        field(name, name, { where: filterType(name), filter: filterType(name) }),
      ),
    },
    ...operatorTypes(),
    ...sharedTypes,
    { kind: 'OBJECT', name: '_Document', fields: documentFields(closed) },
    ...known.flatMap((each) => collectionTypes(closed, each)),
  ];
  return { types: new Map(types.map((type) => [type.name, type])), directives };
}

function rootField(name: string): FieldModel {
  return field(name, `[${name}!]!`, {
    ...readArguments(name),
    first: 'Int',
    after: 'String',
    last: 'Int',
    before: 'String',
    search: '_Search',
  });
}

/** What a mutation gives may be of any collection: the fields of all of them. */
function documentFields(catalog: CatalogShape): readonly FieldModel[] {
  const byName = new Map<string, FieldModel>();
  const add = (each: FieldModel): void => {
    const earlier = byName.get(each.name);
    const isSame = earlier === undefined || earlier.type === each.type;
    byName.set(each.name, isSame ? each : { ...each, type: 'Any' });
  };
  for (const collection of catalog.collections) {
    const [own] = collectionTypes(catalog, collection);
    const relations = new Set(relationsOf(catalog, collection).map(({ name }) => name));
    if (own?.kind !== 'OBJECT') continue;
    for (const each of own.fields) {
      if (['edges', 'pageInfo', 'groupBy'].includes(each.name)) continue;
      if (relations.has(each.name)) byName.set(each.name, byName.get(each.name) ?? each);
      else add({ ...each, type: each.type.replace(/!$/, '') });
    }
  }
  return [...byName.values()];
}

const scalars: readonly TypeModel[] = [
  { kind: 'SCALAR', name: 'String' },
  { kind: 'SCALAR', name: 'Int', description: 'A whole number within ±(2^53 − 1).' },
  { kind: 'SCALAR', name: 'Float' },
  { kind: 'SCALAR', name: 'Boolean' },
  { kind: 'SCALAR', name: 'Uuid' },
  { kind: 'SCALAR', name: 'DateTime', description: 'RFC 3339 text; UTC in results.' },
  { kind: 'SCALAR', name: 'Object', description: 'Any JSON object.' },
  { kind: 'SCALAR', name: 'Any', description: 'Any JSON value.' },
];

const enums: readonly TypeModel[] = [
  { kind: 'ENUM', name: '_Direction', values: ['ASC', 'DESC'] },
  {
    kind: 'ENUM',
    name: '_Interval',
    values: ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'],
  },
  { kind: 'ENUM', name: '_Priority', values: ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] },
  { kind: 'ENUM', name: '_Format', values: ['JSON', 'NDJSON', 'CSV'] },
];

const sharedTypes: readonly TypeModel[] = [
  {
    kind: 'OBJECT',
    name: pageInfoType,
    fields: [
      field('hasNextPage', 'Boolean!'),
      field('hasPreviousPage', 'Boolean!'),
      field('startCursor', 'String'),
      field('endCursor', 'String'),
    ],
  },
  {
    kind: 'OBJECT',
    name: aggregateType,
    fields: [
      field('count', 'Int!', { field: 'String' }),
      field('sum', 'Float', { field: 'String!' }),
      field('avg', 'Float', { field: 'String!' }),
      field('min', 'Any', { field: 'String!' }),
      field('max', 'Any', { field: 'String!' }),
      field('countDistinct', 'Int!', { field: 'String!' }),
    ],
  },
  {
    kind: 'INPUT_OBJECT',
    name: '_Search',
    inputFields: inputs({
      query: 'String!',
      fields: '[String!]',
      fuzzy: 'Boolean',
      minScore: 'Float',
    }),
  },
];

const data = { data: 'Any', set: 'Any' };
const where = { where: 'Any', filter: 'Any' };
const version = { ifVersion: 'String' };
const collection = { collection: 'String!' };
const jobOptions = {
  priority: '_Priority',
  maxRetries: 'Int',
  runAt: 'DateTime',
  scheduledAt: 'DateTime',
  delayMs: 'Int',
  uniqueKey: 'String',
  timeoutMs: 'Int',
  timeoutSeconds: 'Int',
  queue: 'String',
  backoffMs: 'Int',
};

const mutationFields: readonly FieldModel[] = [
  field('insertInto', '_Document', { ...collection, ...data }),
  field('insert', '_Document', { ...collection, ...data }),
  field('insertMany', '[_Document!]!', { ...collection, ...data }),
  field('import', '[_Document!]!', { ...collection, ...data }),
  field('update', '[_Document!]!', { ...collection, ...data, ...where, ...version }),
  field('upsert', '[_Document!]!', { ...collection, ...data, ...where, on: 'String' }),
  field('deleteFrom', '[_Document!]!', { ...collection, ...where, ...version }),
  field('delete', '[_Document!]!', { ...collection, ...where, ...version }),
  field('export', 'Any', { ...collection, ...where, format: '_Format' }),
  field('enqueueJob', '_jobs!', { jobType: 'String!', payload: 'Any', ...jobOptions }),
  field('enqueueJobs', '[_jobs!]!', { jobType: 'String!', payloads: '[Any]!', ...jobOptions }),
  field('cancelJob', '[_jobs!]!', { id: 'Uuid', ...where }),
  field('retryJob', '[_jobs!]!', { id: 'Uuid', ...where }),
  field('transaction', 'Mutation!'),
];

const selectionPlaces = ['FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'];

const directives: readonly DirectiveModel[] = [
  {
    name: 'include',
    description: 'Selects only when the argument is true.',
    locations: selectionPlaces,
    args: inputs({ if: 'Boolean!' }),
  },
  {
    name: 'skip',
    description: 'Selects only when the argument is false.',
    locations: selectionPlaces,
    args: inputs({ if: 'Boolean!' }),
  },
  {
    name: 'live',
    description: 'Keeps the result of the query up to date.',
    locations: ['QUERY'],
    args: [],
  },
];

/** The types that describe types, as far as GraphQL knows them. */
function describingTypes(): readonly TypeModel[] {
  const objects = [...metaTypes].flatMap(([name, fields]): TypeModel[] => {
    if (ownMetaTypes.has(name)) return [];
    const shown = Object.entries(fields).filter(([, { type = '' }]) => !ownMetaTypes.has(type));
    return [
      {
        kind: 'OBJECT',
        name,
        fields: shown.map(([fieldName, { typeText, hasDeprecated }]) =>
          field(
            fieldName,
            typeText,
            hasDeprecated === true ? { includeDeprecated: 'Boolean' } : {},
          ),
        ),
      },
    ];
  });
  const names = Object.entries(metaEnums).map(
    ([name, values]): TypeModel => ({ kind: 'ENUM', name, values }),
  );
  return [...objects, ...names];
}
