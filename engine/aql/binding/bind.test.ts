import { describe, expect, it } from 'vitest';
import {
  type BoundStatement,
  bind,
  bindFilterValue,
  bindOrderValue,
  type JsonValue,
  parse,
} from '../index.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { shopCatalog } from '../testdata/shop-catalog.ts';

function bound(text: string): readonly BoundStatement[] {
  const { document, diagnostics } = parse(text);
  const result = bind(document, sampleCatalog);
  expect([...diagnostics, ...result.diagnostics]).toEqual([]);
  return result.statements;
}

function firstRoot(text: string) {
  const [statement] = bound(text);
  const root = statement?.kind === 'query' ? statement.roots[0] : undefined;
  return root?.kind === 'read' ? root : undefined;
}

const users = sampleCatalog.collections[0] ?? { name: '', fields: [], indexes: [], open: false };

/** A filter without places. */
function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'span' ? undefined : inner)),
  );
}

function problems(text: string): readonly string[] {
  return bind(parse(text).document, sampleCatalog).diagnostics.map(({ message }) => message);
}

describe('bind', () => {
  it('reads shorthand, aliases of words and dotted paths as their long forms', () => {
    const short = firstRoot(
      '{ users(filter: { age: 30, "address.city": "Rome", role: { nin: ["a"] } }, skip: 2) { id } }',
    );
    const long = firstRoot(
      '{ users(where: { age: { eq: 30 }, address: { city: { eq: "Rome" } }, role: { notIn: ["a"] } }, offset: 2) { id } }',
    );
    expect(bare(short)).toEqual(bare(long));
  });

  it('reads every form of order alike', () => {
    const forms = [
      '{ age: DESC }',
      '[{ age: DESC }]',
      '{ field: "age", direction: DESC }',
      '{ age: "desc" }',
    ];
    const orders = forms.map((form) => firstRoot(`{ users(orderBy: ${form}) { id } }`)?.orderBy);
    expect(orders).toEqual(
      forms.map(() => [
        { path: ['age'], type: { kind: 'scalar', name: 'Int' }, direction: 'desc' },
      ]),
    );
    expect(firstRoot('{ users(orderBy: "age") { id } }')?.orderBy).toMatchObject([
      { direction: 'asc' },
    ]);
  });

  it('puts fragments in place of their spreads and joins equal fields', () => {
    const root = firstRoot(`
      { users { id address { city } ...F ... on users { age } ... @skip(if: true) { role } } }
      fragment F on users { id name address { zip } }`);
    expect(root?.selection.map(({ responseKey }) => responseKey)).toEqual([
      'id',
      'address',
      'name',
      'age',
    ]);
    const address = root?.selection[1];
    expect(
      address?.kind === 'field' && address.selection?.map(({ responseKey }) => responseKey),
    ).toEqual(['city', 'zip']);
  });

  it('makes isNull: false the opposite test', () => {
    expect(firstRoot('{ users(where: { age: { isNull: false } }) { id } }')?.where).toMatchObject({
      operator: 'isNotNull',
      operand: { kind: 'constant', value: true },
    });
  });

  // The message began with a capital letter by force: True is not an Int.
  it('quotes a wrong value as it was written', () => {
    expect(problems('{ users(where: { age: true }) { id } }')).toEqual([
      'true is not an Int, which "eq" on "age" needs.',
    ]);
  });

  // Such a text passed here and was refused only when the write came to be stored.
  it('refuses a DateTime whose offset does not exist', () => {
    const filter = (text: string) =>
      bindFilterValue({ born: { gt: text } }, users).diagnostics.length;
    expect(filter('2020-01-01T00:00:00+23:59')).toBe(0);
    expect(filter('2020-01-01T00:00:00+25:00')).toBe(1);
    expect(filter('2020-01-01T00:00:00+01:60')).toBe(1);
  });

  it('leaves variables as variables', () => {
    const root = firstRoot(
      'query($a: Int!, $l: Int = 5) { users(where: { age: { in: [1, $a] } }, limit: $l) { id } }',
    );
    expect(root?.where).toMatchObject({
      operand: {
        kind: 'list',
        items: [
          { kind: 'constant', value: 1 },
          { kind: 'variable', name: 'a' },
        ],
      },
    });
    expect(root?.limit).toMatchObject({ kind: 'variable', name: 'l' });
  });

  it('binds the forms of mutation', () => {
    const [statement] = bound(`mutation {
      insert(collection: "users", set: { name: "a" }) { id }
      b: insertInto(collection: "users", data: [{ name: "b" }])
      c: insertMany(collection: "users", data: { name: "c" }) { id }
      update(collection: "users", data: { age: 1 }, where: {}) { id }
      delete(collection: "users", where: { id: { isNull: true } }) { id }
    }`);
    const fields = statement?.kind === 'mutation' ? statement.fields : [];
    expect(fields.map(({ kind, responseKey }) => [responseKey, kind])).toEqual([
      ['insert', 'insert'],
      ['b', 'insert'],
      ['c', 'insert'],
      ['update', 'update'],
      ['delete', 'delete'],
    ]);
    expect(fields.map((field) => (field.kind === 'insert' ? field.many : undefined))).toEqual([
      false,
      true,
      true,
      undefined,
      undefined,
    ]);
  });

  it('binds definitions whole', () => {
    const [statement] = bound(`schema {
      define collection films @open @index(fields: ["year", "info.place"], unique: true) {
        title: String! @unique
        year: Int = 1995 @indexed @validate(min: 1888)
        mail: String @validate(format: EMAIL, maxLength: 80)
        code: ID @primary
        seen: DateTime @default(now: true)
        info: Object
        cast: [String!]
      }
    }`);
    const change = statement?.kind === 'schema' ? statement.changes[0] : undefined;
    expect(change?.kind === 'defineCollection' && change.definition).toEqual({
      name: 'films',
      open: true,
      indexes: [{ fields: ['year', 'info.place'], unique: true }],
      fields: [
        {
          name: 'title',
          type: { kind: 'scalar', name: 'String' },
          nullable: false,
          unique: true,
          indexed: true,
        },
        {
          name: 'year',
          type: { kind: 'scalar', name: 'Int' },
          nullable: true,
          unique: false,
          indexed: true,
          default: { kind: 'value', value: 1995 },
          validate: { min: 1888 },
        },
        {
          name: 'mail',
          type: { kind: 'scalar', name: 'String' },
          nullable: true,
          unique: false,
          indexed: false,
          validate: { format: 'EMAIL', maxLength: 80 },
        },
        {
          name: 'code',
          type: { kind: 'scalar', name: 'Uuid' },
          nullable: false,
          unique: true,
          indexed: true,
        },
        {
          name: 'seen',
          type: { kind: 'scalar', name: 'DateTime' },
          nullable: true,
          unique: false,
          indexed: false,
          default: { kind: 'now' },
        },
        {
          name: 'info',
          type: { kind: 'scalar', name: 'Object' },
          nullable: true,
          unique: false,
          indexed: false,
        },
        {
          name: 'cast',
          type: { kind: 'list', element: { kind: 'scalar', name: 'String' } },
          nullable: true,
          unique: false,
          indexed: false,
        },
      ],
    });
  });

  it('stays within bounds when fragments multiply each other', () => {
    const count = 30;
    const fragments = Array.from({ length: count }, (_, index) =>
      index === count - 1
        ? `fragment F${index} on users { id }`
        : `fragment F${index} on users { ...F${index + 1} ...F${index + 1} }`,
    );
    const { document } = parse(`{ users { ...F0 } } ${fragments.join(' ')}`);
    expect(bind(document, sampleCatalog).diagnostics.map(({ code }) => code)).toEqual([
      'LimitExceeded',
    ]);
  });
  // Two hundred warnings once kept the error behind them from being reported, and the rest of the text would have run.
  it('reports an error however many warnings come before it', () => {
    const definitions = Array.from(
      { length: 300 },
      (_, at) => `define collection c${at} { a: Uuid @references(collection: "later") }`,
    );
    const { document } = parse(`schema { ${definitions.join(' ')} } query { nothing { id } }`);
    const { diagnostics } = bind(document, sampleCatalog);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect([diagnostics.length, errors.map(({ code }) => code)]).toEqual([
      200,
      ['CollectionNotFound'],
    ]);
  });

  // Each of these once ran out of stack: fragments nest what no text by itself can.
  it.each([
    ['one in another', (next: string) => next],
    ['each inside fields', (next: string) => `team { users_by_team_id { ${next} } }`],
  ])('stays within bounds when thousands of fragments are spread %s', (_how, inside) => {
    const fragments = Array.from(
      { length: 3_000 },
      (_, at) => `fragment F${at} on users { ${inside(`...F${at + 1}`)} }`,
    );
    const last = 'fragment F3000 on users { id }';
    const { document } = parse(`{ users { ...F0 } } ${fragments.join(' ')} ${last}`);
    expect(bind(document, shopCatalog).diagnostics.map(({ code }) => code)).toEqual([
      'LimitExceeded',
    ]);
  });

  it('enters a fragment once that uses itself inside fields', () => {
    const { document } = parse(
      '{ users { ...F } } fragment F on users { team { users_by_team_id { ...F } } }',
    );
    expect(bind(document, shopCatalog).diagnostics.map(({ code }) => code)).toContain(
      'FragmentCycle',
    );
  });

  it('quotes long names by their beginning', () => {
    const name = 'a'.repeat(100_000);
    const { document } = parse(`query { ${name} { id } users { ${name} b: name(x: "${name}") } }`);
    const lengths = bind(document, sampleCatalog).diagnostics.map(
      ({ message, hint = '' }) => message.length + hint.length,
    );
    expect(lengths.filter((length) => length > 400)).toEqual([]);
  });
});

describe('filters and orders that are JSON', () => {
  it('bind as their texts do', () => {
    const json: JsonValue = {
      or: [{ age: { between: [1, 2] } }, { not: { tags: { containsAny: ['a'] } } }],
      name: 'x',
    };
    const text =
      '{ users(where: { or: [{ age: { between: [1, 2] } }, { not: { tags: { containsAny: ["a"] } } }], name: "x" }) { id } }';
    expect(bare(bindFilterValue(json, users).filter)).toEqual(bare(firstRoot(text)?.where));
    expect(bindOrderValue([{ age: 'DESC' }, 'name'], users).orderBy).toEqual(
      firstRoot('{ users(orderBy: [{ age: DESC }, "name"]) { id } }')?.orderBy,
    );
  });

  it('report what is wrong and give nothing', () => {
    const { filter, diagnostics } = bindFilterValue({ age: { gtt: 1 } }, users);
    expect([filter, diagnostics.map(({ code }) => code)]).toEqual([
      undefined,
      ['InvalidFilterOperator'],
    ]);
    expect(bindOrderValue({ nope: 'ASC' }, users).orderBy).toBeUndefined();
  });

  it('refuse values that are nested too deep', () => {
    let value: JsonValue = { id: '' };
    for (let depth = 0; depth < 10_000; depth++) value = { not: value };
    expect(bindFilterValue(value, users).diagnostics.map(({ code }) => code)).toEqual([
      'LimitExceeded',
    ]);
  });
});
