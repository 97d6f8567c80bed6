/*
 * Generators for documents and queries over one collection with a field of every type. Domains are small on purpose,
 * so that values meet: equal keys, ties, shared prefixes, null beside missing, numbers beside text in `Any`.
 */
import fc from 'fast-check';
import type { JsonValue } from '#engine/aql';
import type { CollectionSpec } from '../fluent/collection-spec.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const plain = {
  n: { type: 'Int', nullable: true },
  x: { type: 'Float', nullable: true },
  s: { type: 'String', nullable: true },
  b: { type: 'Boolean', nullable: true },
  d: { type: 'DateTime', nullable: true },
  u: { type: 'Uuid', nullable: true },
  t: { type: ['String'], nullable: true },
  k: { type: ['Int'], nullable: true },
  o: { type: 'Object', nullable: true },
  y: { type: 'Any', nullable: true },
} as const satisfies CollectionSpec;

/** The same fields without any index, and with an index on each and over several. */
export const everyType: CollectionSpec = plain;
export const everyTypeIndexed: CollectionSpec = Object.fromEntries(
  Object.entries(plain).map(([name, spec]) => [name, { ...spec, indexed: name !== 'o' }]),
);
export const compoundIndexes = [
  { fields: ['n', 's'] },
  { fields: ['b', 'x', 'd'] },
  { fields: ['o.city', 'n'] },
];
export const everyFieldName = Object.keys(plain);

const longText = 'long '.repeat(60);
const texts = fc.constantFrom(
  ...[
    '',
    'a',
    'A',
    'ab',
    'abc',
    'b',
    'ß',
    'ẞ',
    'é',
    'É',
    '\ud83d\ude00',
    '\uffee',
    'a\u0000',
    'Σ',
    'ς',
  ],
  ...[longText, `${longText}a`, `${longText}b`],
);
const integers = fc.constantFrom(-2, -1, 0, 1, 2, 3, 10, 2 ** 53 - 1);
const floats = fc.constantFrom(-1.5, -1, -0, 0, 2 ** -500, 0.5, 1, 1.5, 2, 1e300);
const times = fc.constantFrom(
  '1969-12-31T23:59:59.999Z',
  '2020-01-01T00:00:00Z',
  '2020-01-01T01:00:00+01:00',
  '2020-01-02',
);
const uuids = fc.constantFrom(
  '00000000-0000-4000-8000-000000000000',
  '0FFFFFFF-0000-4000-8000-00000000000a',
  'ffffffff-ffff-4fff-bfff-ffffffffffff',
);
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  integers,
  texts,
  fc.boolean(),
  fc.constantFrom<JsonValue>([], [1], ['a', 1], {}, { city: 'a' }, { a: 1, b: 2 }, { b: 2, a: 1 }),
);
const objects: fc.Arbitrary<JsonValue> = fc.record(
  {
    city: fc.oneof(texts, integers, fc.constant(null)),
    size: integers,
    inner: fc.record({ deep: fc.oneof(texts, fc.constant(null)) }),
  },
  { requiredKeys: [] },
);

const values: { readonly [field: string]: fc.Arbitrary<JsonValue> } = {
  n: integers,
  x: floats,
  s: texts,
  b: fc.boolean(),
  d: times,
  u: uuids,
  t: fc.array(texts, { maxLength: 3 }),
  k: fc.array(integers, { maxLength: 3 }),
  o: objects,
  y: anything,
};

/** A document without its id: each field set, null, or missing. */
export const documents: fc.Arbitrary<JsonObject> = fc
  .record(
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }),
      ]),
    ),
    { requiredKeys: [] },
  )
  .map((fields) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]): [string, JsonValue][] =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
  );

const orNull = (value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
  fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });

function comparison(name: string, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.oneof(
    ...['eq', 'ne'].map((operator) => keyed(operator, orNull(value))),
    ...['in', 'notIn'].map((operator) =>
      keyed(operator, fc.array(orNull(value), { maxLength: 4 })),
    ),
    ...['isNull', 'isNotNull'].map((operator) => keyed(operator, fc.constant(true))),
    ...specific(name, value),
  );
}

function specific(
  name: string,
  value: fc.Arbitrary<JsonValue>,
): readonly fc.Arbitrary<JsonObject>[] {
  const ranges = [
    ...['gt', 'gte', 'lt', 'lte'].map((operator) => keyed(operator, value)),
    keyed('between', fc.tuple(value, value)),
    fc.tuple(value, value).map(([low, high]): JsonObject => ({ gt: low, lte: high })),
    fc.tuple(value, value).map(([one, other]): JsonObject => ({ lt: one, lte: other })),
    fc.tuple(value, value).map(([one, other]): JsonObject => ({ gt: one, gte: other })),
  ];
  const text = ['startsWith', 'endsWith', 'contains', 'icontains', 'ieq'].map((operator) =>
    keyed(operator, texts),
  );
  const pattern = keyed('matches', fc.constantFrom('^a', 'b$', 'a.c', '[a-c]+', '^$', 'ß|é'));
  switch (name) {
    case 'n':
      return [...ranges, keyed('lt', fc.constant(1.5))];
    case 'x':
    case 'd':
    case 'u':
      return ranges;
    case 's':
      return [...ranges, ...text, pattern];
    case 't':
      return onList(texts);
    case 'k':
      return onList(integers);
    case 'y':
      return [...ranges, ...text];
    default:
      return [];
  }
}

function onList(element: fc.Arbitrary<JsonValue>): readonly fc.Arbitrary<JsonObject>[] {
  const size = fc.oneof(
    keyed('eq', integers),
    keyed('gte', fc.constantFrom(0, 1, 2)),
    keyed('in', fc.constantFrom([0], [1, 2])),
    keyed('isNull', fc.constant(true)),
  );
  return [
    keyed('contains', element),
    keyed('containsAny', fc.array(element, { maxLength: 3 })),
    keyed('containsAll', fc.array(element, { maxLength: 3 })),
    keyed('size', size),
  ];
}

function keyed(key: string, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return value.map((inner) => ({ [key]: inner }));
}

/** Filters on some of the fields as AQL's `where`, nested a few levels deep. */
export function filtersOn(names: readonly string[]): fc.Arbitrary<JsonObject> {
  const inside = [
    keyed('o.city', comparison('y', fc.oneof(texts, integers))),
    keyed('o', keyed('inner', keyed('deep', comparison('y', texts)))),
  ];
  const conditions = fc.oneof(
    ...Object.entries(values).flatMap(([name, value]) =>
      names.includes(name) ? [keyed(name, comparison(name, value))] : [],
    ),
    ...(names.includes('o') ? inside : []),
  );
  return fc.letrec<{ filter: JsonObject }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      conditions,
      fc.tuple(conditions, conditions).map(([left, right]): JsonObject => ({ ...left, ...right })),
      keyed('and', fc.array(tie('filter'), { maxLength: 3 })),
      keyed('or', fc.array(tie('filter'), { maxLength: 3 })),
      keyed('not', tie('filter')),
    ),
  })).filter;
}

/** Filters on all fields. */
export const filters = filtersOn(everyFieldName);

/** Orders by some of the fields as AQL's `orderBy`. */
export function ordersOn(names: readonly string[]): fc.Arbitrary<readonly JsonObject[]> {
  const keys = [...names, ...(names.includes('o') ? ['o.city'] : []), 'id'];
  return fc
    .uniqueArray(fc.constantFrom(...keys), { maxLength: 3 })
    .chain((fields) =>
      fc.tuple(
        ...fields.map((field) =>
          fc.constantFrom('ASC', 'DESC').map((direction): JsonObject => ({ field, direction })),
        ),
      ),
    );
}

/** Orders by all fields. */
export const orders = ordersOn(everyFieldName);

/** `limit` and `offset`; `undefined` means none. */
export const windows = fc.record({
  limit: fc.option(fc.constantFrom(0, 1, 2, 5, 100), { nil: undefined }),
  offset: fc.option(fc.constantFrom(0, 1, 3, 50), { nil: undefined }),
});
