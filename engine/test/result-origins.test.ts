/* Where the values of results come from: whoever writes a value back to its origin changes what the query shows. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database, type RunPart } from '#engine';
import { editText } from '#engine/aql';

let db: Database;
let ids: { readonly red: string; readonly ada: string; readonly bob: string };

beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
  await db.execute(`schema {
    define collection teams { name: String! }
    define collection users { name: String! age: Int team_id: Uuid @references(collection: "teams") home: Object }
  }`);
  const red = await db.insertInto('teams', { name: 'red' });
  const ada = await db.insertInto('users', { name: 'Ada', team_id: red, home: { city: 'London' } });
  const bob = await db.insertInto('users', { name: 'Bob', age: 7 });
  ids = { red, ada, bob };
});
afterEach(() => db.close());

async function partsOf(text: string, origins = true): Promise<readonly RunPart[]> {
  const run = db.run(text, { origins });
  const all: RunPart[] = [];
  for (let isDone = false; !isDone; ) {
    const { parts, done } = await run.next(100);
    all.push(...parts);
    isDone = done;
  }
  return all;
}

async function originsOf(text: string) {
  const parts = await partsOf(text);
  const columns = parts.flatMap((part) => (part.kind === 'head' ? part.columns : []));
  const rows = parts.flatMap((part) => (part.kind === 'rows' ? [part] : []));
  return { columns: columns.map(({ name, origin }) => [name, origin]), rows };
}

const query = `{ users(orderBy: { name: ASC }) {
  called: name home { town: city } team { id title: name } twice: compute("age * 2") _version __typename
} }`;

describe('the origins of a result', () => {
  it('name collection and path of what is stored, and why the rest is not', async () => {
    const { columns, rows } = await originsOf(query);
    expect(columns).toEqual([
      ['called', { kind: 'stored', collection: 'users', path: 'name' }],
      [
        'home',
        { kind: 'stored', collection: 'users', path: 'home', fields: { town: 'home.city' } },
      ],
      ['team', { kind: 'reference', collection: 'teams', fields: { id: 'id', title: 'name' } }],
      ['twice', { kind: 'none', reason: 'computed' }],
      ['_version', { kind: 'none', reason: 'digest' }],
      ['__typename', { kind: 'none', reason: 'name' }],
    ]);
    expect(rows.map(({ origins }) => origins)).toEqual([
      { ids: [ids.ada, ids.bob], referred: { 2: [ids.red, null] } },
    ]);
  });

  it('name the paths of members inside members', async () => {
    // What was selected two levels deep was said to be no stored field.
    const { columns } = await originsOf(
      '{ users { home { town: city geo { lat where: at { floor } } } team { name } } }',
    );
    const fields = {
      town: 'home.city',
      'geo.lat': 'home.geo.lat',
      'geo.where.floor': 'home.geo.at.floor',
    };
    expect(columns[0]).toEqual([
      'home',
      { kind: 'stored', collection: 'users', path: 'home', fields },
    ]);
  });

  it('lead to the documents that show the values, those of a relation included', async () => {
    const { rows } = await originsOf(query);
    const [user = '', team = ''] = [
      rows[0]?.origins?.ids[0],
      rows[0]?.origins?.referred[2]?.[0] ?? '',
    ];
    await db.execute(
      editText([
        { kind: 'update', collection: 'users', id: user, set: { name: 'Ada L.' }, unset: [] },
        { kind: 'update', collection: 'teams', id: team, set: { name: 'blue' }, unset: [] },
      ]),
    );
    const { data } = await db.execute(query);
    expect(data['users']).toMatchObject([
      { called: 'Ada L.', team: { title: 'blue' } },
      { called: 'Bob' },
    ]);
  });

  it('are those of the documents that a mutation gives, unless it has deleted them', async () => {
    const updated = await originsOf(
      'mutation { update(collection: "users", where: { name: "Bob" }, data: { age: 8 }) { age team { name } } }',
    );
    expect(updated.columns[0]).toEqual([
      'age',
      { kind: 'stored', collection: 'users', path: 'age' },
    ]);
    expect(updated.rows[0]?.origins?.ids).toEqual([ids.bob]);
    const deleted = await originsOf(
      'mutation { deleteFrom(collection: "users", where: { name: "Bob" }) { age } }',
    );
    expect(deleted.columns).toEqual([['age', { kind: 'none', reason: 'written' }]]);
  });

  it('are not told unless they are asked for', async () => {
    const parts = await partsOf(query, false);
    expect(parts.some((part) => 'origins' in part)).toBe(false);
    expect(
      parts
        .flatMap((part) => (part.kind === 'head' ? part.columns : []))
        .some((column) => 'origin' in column),
    ).toBe(false);
  });
});
