/* Generators for what stands in place of documents, as AQL text over the collection of arbitraries.ts. */
import fc from 'fast-check';
import { everyFieldName } from './arbitraries.ts';

interface PartGenerators {
  /** `totalCount` and `aggregate`. */
  readonly totals: fc.Arbitrary<string>;
  /** The least or most of one field, which an index may have at its end. */
  readonly ends: fc.Arbitrary<string>;
  /** `groupBy`, under an alias of its own. */
  readonly groupings: fc.Arbitrary<string>;
}

const option = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .option(value, { nil: undefined })
    .map((each) => (each === undefined ? '' : ` ${name}: ${each}`));

function someOf(names: readonly string[], minLength: number): fc.Arbitrary<string> {
  return fc
    .uniqueArray(fc.constantFrom(...names), { minLength, maxLength: 3 })
    .map((some) => `fields: [${some.map((name) => `"${name}"`).join()}]`);
}

/** Generators over some of the fields. */
export function partsOn(names: readonly string[]): PartGenerators {
  const isKnown = (path: string) => path === 'id' || names.includes(path.split('.')[0] ?? '');
  const numberFields = ['n', 'x', 'y', 'o.size'].filter(isKnown);
  const orderedFields = ['n', 'x', 's', 'd', 'u', 'y', 'o.city', 'id'].filter(isKnown);
  const anyFields = [...everyFieldName, 'o.city', 'o.inner', 'id'].filter(isKnown);

  /** Those that have columns: with nothing but them, groups are made of columns alone. */
  const columnFields = ['n', 'x', 's', 'b', 'd', 'u'].filter(isKnown);

  const fieldsOf: { readonly [name: string]: readonly string[] } = {
    sum: numberFields,
    avg: numberFields,
    min: orderedFields,
    max: orderedFields,
    count: anyFields,
    countDistinct: anyFields,
  };

  /** A function and its field. */
  const measures = fc
    .constantFrom(...Object.keys(fieldsOf).filter((name) => fieldsOf[name]?.length))
    .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(fieldsOf[name] ?? []))));

  const aggregateBodies = fc
    .array(measures, { minLength: 1, maxLength: 4 })
    .map((list) =>
      ['count', ...list.map(([name, field], at) => `m${at}: ${name}(field: "${field}")`)].join(' '),
    );

  const totals: fc.Arbitrary<string> = fc.oneof(
    aggregateBodies.map((body) => `aggregate { ${body} }`),
    aggregateBodies.map((body) => `totalCount aggregate { ${body} }`),
    fc.constant('totalCount'),
    fc.constant('aggregate { count }'),
  );

  const ends = fc
    .tuple(fc.constantFrom('min', 'max'), fc.constantFrom(...orderedFields))
    .map(([name, field]) => `aggregate { end: ${name}(field: "${field}") }`);

  const groupOrders = fc.array(
    fc
      .tuple(
        fc.oneof(
          fc.constantFrom('key', 'count'),
          measures.map(([name, field]) => ({ name, field })),
        ),
        fc.constantFrom('ASC', 'DESC'),
      )
      .map(([by, direction]) =>
        typeof by === 'string'
          ? `{ ${by}: ${direction} }`
          : `{ ${by.name}: { "${by.field}": ${direction} } }`,
      ),
    { maxLength: 2 },
  );

  const conditions = fc.constantFrom(
    '{ count: { gt: 1 } }',
    '{ count: { between: [1, 3] } }',
    '{ key: { ne: null } }',
    '{ key: { isNull: true } }',
    ...(isKnown('x') ? ['{ avg: { x: { gte: 0.5 } } }'] : []),
    ...(isKnown('s') ? ['{ min: { s: { startsWith: "a" } } }'] : []),
    ...(isKnown('d') ? ['{ max: { d: { gt: "2020-01-01T00:00:00+01:00" } } }'] : []),
    ...(isKnown('n') ? ['{ count: { n: { lt: 2 } } }'] : []),
    ...(isKnown('b') ? ['{ countDistinct: { b: 2 } }'] : []),
  );

  const havings: fc.Arbitrary<string> = fc.oneof(
    conditions,
    conditions.map((inner) => `{ not: ${inner} }`),
    fc.tuple(conditions, conditions).map(([left, right]) => `{ or: [${left}, ${right}] }`),
    fc.tuple(conditions, conditions).map(([left, right]) => `{ and: [${left}, ${right}] }`),
  );

  const nodes = fc
    .record({
      order: fc.constantFrom(
        '',
        ...(isKnown('s') ? ['orderBy: { s: DESC }'] : []),
        ...(isKnown('n') ? ['orderBy: [{ n: ASC }, { id: DESC }]'] : []),
      ),
      limit: fc.constantFrom('', 'limit: 0', 'limit: 1', 'limit: 3'),
    })
    .map(({ order, limit }) => {
      const given = [order, limit].filter((each) => each !== '').join(' ');
      return `nodes${given === '' ? '' : `(${given})`} { ${['id', 'n', 's'].filter(isKnown).join(' ')}${isKnown('o') ? ' place: o { city }' : ''} }`;
    });

  const intervals = fc
    .record({
      interval: fc.constantFrom(
        'SECOND',
        'MINUTE',
        'HOUR',
        'DAY',
        'WEEK',
        'MONTH',
        'QUARTER',
        'YEAR',
      ),
      zone: fc.constantFrom('', ' timeZone: "Europe/Berlin"', ' timeZone: "America/New_York"'),
    })
    .map(({ interval, zone }) => `field: "d" interval: ${interval}${zone}`);

  const keys = fc.oneof(
    fc.constantFrom(...anyFields).map((field) => `field: "${field}"`),
    ...(isKnown('d') ? [intervals] : []),
    someOf(anyFields, 1),
    ...(columnFields.length < 2 ? [] : [someOf(columnFields, 2)]),
  );

  const groupings: fc.Arbitrary<string> = fc
    .record({
      key: keys,
      orderBy: option(
        'orderBy',
        groupOrders.map((list) => `[${list.join()}]`),
      ),
      having: option('having', havings),
      limit: option('limit', fc.constantFrom('0', '1', '2', '10')),
      aggregate: fc.option(aggregateBodies, { nil: undefined }),
      // Documents are read for them, whatever else could be done.
      nodes: fc.option(nodes, { nil: undefined, freq: 2 }),
    })
    .map(({ key, orderBy, having, limit, aggregate, nodes: shown }) => {
      const inside = ['key count', aggregate && `aggregate { ${aggregate} }`, shown];
      const body = inside.filter((each) => each !== undefined).join(' ');
      return `g: groupBy(${key}${orderBy}${having}${limit}) { ${body} }`;
    });
  return { totals, ends, groupings };
}

/** Those over all fields. */
export const { totals, groupings } = partsOn(everyFieldName);
