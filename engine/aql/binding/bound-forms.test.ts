import { describe, expect, it } from 'vitest';
import { type BoundStatement, bind, parse } from '../index.ts';
import { shopCatalog } from '../testdata/shop-catalog.ts';

/** The statements of a right text, without places. */
function bound(text: string): readonly BoundStatement[] {
  const { document, diagnostics } = parse(text);
  const result = bind(document, shopCatalog);
  expect([...diagnostics, ...result.diagnostics]).toEqual([]);
  return JSON.parse(
    JSON.stringify(result.statements, (key, inner: unknown) =>
      key === 'span' ? undefined : inner,
    ),
  ) as readonly BoundStatement[];
}

function firstRoot(text: string) {
  const [statement] = bound(text);
  return statement?.kind === 'query' ? statement.roots[0] : undefined;
}

const int = { kind: 'scalar', name: 'Int' };
const float = { kind: 'scalar', name: 'Float' };

describe('bound reads', () => {
  it('page forward and backward', () => {
    expect(firstRoot('{ users(first: 2, after: "c") { edges { cursor } } }')).toMatchObject({
      page: {
        direction: 'forward',
        count: { kind: 'constant', value: 2 },
        cursor: { kind: 'constant', value: 'c' },
      },
      selection: [],
      parts: [{ kind: 'edges', fields: [{ kind: 'cursor', responseKey: 'cursor' }] }],
    });
    expect(firstRoot('{ users(before: "c") { pageInfo { endCursor } } }')).toMatchObject({
      page: { direction: 'backward', cursor: { kind: 'constant', value: 'c' } },
      parts: [{ kind: 'pageInfo', fields: [{ kind: 'pageInfo', name: 'endCursor' }] }],
    });
  });

  it('type the values of aggregates', () => {
    const root = firstRoot(
      '{ orders { aggregate { count n: sum(field: "qty") s: sum(field: "amount") avg(field: "qty") min(field: "placed") } } }',
    );
    const [part] = root?.kind === 'read' ? (root.parts ?? []) : [];
    expect(part?.kind === 'aggregate' && part.values).toMatchObject([
      { function: 'count', type: int, nullable: false },
      { function: 'sum', path: ['qty'], type: int },
      { function: 'sum', path: ['amount'], type: float },
      { function: 'avg', type: float, nullable: true },
      { function: 'min', type: { kind: 'scalar', name: 'DateTime' }, nullable: true },
    ]);
  });

  it('measure groups', () => {
    const root = firstRoot(
      '{ orders { groupBy(field: "placed", interval: DAY, timeZone: "Europe/Rome", having: { sum: { amount: { gt: 5 } } }, orderBy: [{ count: DESC }, { key: ASC }], limit: 3) { key n: count nodes(limit: 1) { id } } } }',
    );
    expect(root).toMatchObject({
      parts: [
        {
          kind: 'groupBy',
          keys: [{ name: 'placed', path: ['placed'] }],
          isCompound: false,
          interval: 'DAY',
          timeZone: 'Europe/Rome',
          limit: { value: 3 },
          having: {
            kind: 'compare',
            measure: { kind: 'aggregate', function: 'sum', path: ['amount'] },
            operator: 'gt',
          },
          orderBy: [
            { by: { kind: 'aggregate', function: 'count' }, direction: 'desc' },
            { by: { kind: 'key' }, direction: 'asc' },
          ],
          fields: [
            { kind: 'key', responseKey: 'key' },
            { kind: 'count', responseKey: 'n' },
            { kind: 'nodes', limit: { value: 1 } },
          ],
        },
      ],
    });
  });

  it('join by references both ways, and by value', () => {
    const root = firstRoot(
      '{ users { team { title } orders_by_user_id(limit: 1) { number } lookup(collection: "orders", localField: "name", foreignField: "status") { id } } }',
    );
    expect(root?.kind === 'read' && root.selection).toMatchObject([
      {
        kind: 'join',
        form: 'reference',
        localPath: ['team_id'],
        foreignPath: ['id'],
        read: { collection: 'teams' },
      },
      {
        kind: 'join',
        form: 'referrers',
        localPath: ['id'],
        foreignPath: ['user_id'],
        read: { collection: 'orders', limit: { value: 1 } },
      },
      { kind: 'join', form: 'lookup', localPath: ['name'], foreignPath: ['status'] },
    ]);
  });

  it('type computed values', () => {
    const root = firstRoot(
      '{ orders { a: compute("amount * qty") b: compute("if(amount > 3, upper(status), null)") c: compute("qty - 1 * 2") } }',
    );
    expect(root?.kind === 'read' && root.selection).toMatchObject([
      { kind: 'computed', expression: { type: float, nullable: true, operator: '*' } },
      {
        kind: 'computed',
        expression: { kind: 'call', name: 'if', type: { name: 'String' }, nullable: true },
      },
      {
        kind: 'computed',
        expression: { type: int, operator: '-', right: { kind: 'binary', operator: '*' } },
      },
    ]);
  });

  it('keep conditions, joined over fragments and repeated fields', () => {
    const root = firstRoot(`query($a: Boolean!, $b: Boolean!) {
      users { ...F @include(if: $a) name @skip(if: $b) role }
    } fragment F on users { name role @include(if: $b) }`);
    const a = { kind: 'variable', name: 'a', wanted: true };
    const b = { kind: 'variable', name: 'b', wanted: true };
    expect(root?.kind === 'read' && root.selection).toEqual([
      expect.objectContaining({
        responseKey: 'name',
        condition: { kind: 'or', operands: [a, { ...b, wanted: false }] },
      }),
      expect.not.objectContaining({ condition: expect.anything() }),
    ]);
  });
});

describe('bound changes', () => {
  it('give mutations their forms', () => {
    const [statement] = bound(`mutation {
      upsert(collection: "users", on: "email", data: { name: "a", email: "x" })
      enqueueJobs(jobType: "mail", payloads: [{ a: 1 }], priority: low, scheduledAt: "2026-01-01T00:00:00Z") { id status }
      cancelJob(where: { status: "Pending" }) { id }
      transaction { deleteFrom(collection: "users", where: {}) { aggregate { count } } }
    }`);
    expect(statement?.kind === 'mutation' && statement.fields).toMatchObject([
      { kind: 'upsert', find: { kind: 'on', field: 'email' } },
      {
        kind: 'enqueue',
        many: true,
        options: { priority: { value: 'LOW' }, runAt: { value: '2026-01-01T00:00:00Z' } },
        selection: [{ path: ['id'] }, { path: ['status'] }],
      },
      { kind: 'cancelJob', target: { kind: 'where' } },
      { kind: 'transaction', fields: [{ kind: 'delete', parts: [{ kind: 'aggregate' }] }] },
    ]);
  });

  it('follow a collection through its alterations', () => {
    const [statement] = bound(`schema { alter collection orders {
      rename status to state  add index (state) unique  drop notes  modify qty: Float! @indexed
    } }`);
    const [change] = statement?.kind === 'schema' ? statement.changes : [];
    expect(change?.kind === 'alterCollection' && change.definition).toMatchObject({
      indexes: [
        { fields: ['state', 'placed'], unique: false },
        { fields: ['state'], unique: true },
      ],
    });
    const fields = change?.kind === 'alterCollection' ? change.definition.fields : [];
    expect(fields.map(({ name }) => name)).not.toContain('notes');
    expect(fields.find(({ name }) => name === 'qty')).toMatchObject({
      type: float,
      nullable: false,
      indexed: true,
      default: { kind: 'value', value: 1 },
    });
  });

  it('let migrations skip what is recorded, and say what they mean whatever their layout', () => {
    const steps = 'migrate data in users { set age = age + 1 where { name: "x" } }';
    const one = bound(`migrate { "v1": { drop collection nowhere } "v2": { ${steps} } }`)[0];
    const other = bound(`migrate {\n "v2": { # again\n ${steps.replaceAll(' ', '  ')} } }`)[0];
    const versions = one?.kind === 'migration' ? one.versions : [];
    expect(versions).toMatchObject([
      { version: 'v1', isRecorded: true, steps: [] },
      {
        version: 'v2',
        isRecorded: false,
        steps: [
          {
            kind: 'migrateData',
            assignments: [{ path: ['age'], expression: { kind: 'binary', type: int } }],
          },
        ],
      },
    ]);
    expect(other?.kind === 'migration' && other.versions[0]?.meaning).toBe(versions[1]?.meaning);
  });

  it('give handlers the fields of the document', () => {
    const [statement] = bound(
      'schema { define handler "h" { on: "update orders", action: { update(collection: "users", where: { id: $_user_id }, data: { balance: { increment: $_amount } }) } } }',
    );
    expect(statement?.kind === 'schema' && statement.changes).toMatchObject([
      {
        kind: 'defineHandler',
        name: 'h',
        trigger: { event: 'update', collection: 'orders' },
        action: { kind: 'update', where: { operand: { kind: 'variable', name: '_user_id' } } },
      },
    ]);
  });
});
