import { describe, expect, it } from 'vitest';
import { queryOf, type RunVariables, textWrites } from './text-writes.ts';

const queriesIn = (text: string, values: RunVariables = {}) =>
  textWrites(text, values).map(({ amount }) =>
    amount.kind === 'found' ? queryOf(amount.query, { fields: ['id'] }) : amount,
  );

describe('the writes of a text', () => {
  it('are those that add and those that touch what is there, in its order', () => {
    const text = `mutation {
      insertInto(collection: "films", data: { title: "Heat" }) { id }
      update(collection: "films", where: { year: { lt: 1990 } }, data: { old: true }) { id }
      upsert(collection: "films", on: "title", data: { title: "Up" }) { id }
      deleteFrom(collection: "orders", filter: {}) { id }
      export(collection: "orders")
      enqueueJob(jobType: "mail", payload: {}) { id }
      cancelJob(where: { queue: "slow" }) { id }
      __typename
    }
    schema {
      drop collection if exists teams
      define collection users { name: String }
      alter collection users { drop age }
      define handler "greet" { on: "insert users", action: { enqueueJob(jobType: "w") { id } } }
      drop handler "greet"
    }
    migrate { "v1": { migrate data in users { set a = 1 } drop collection old } "v2": { drop collection older } }
    query { films { id } }`;
    expect(
      textWrites(text, {}, ['v2']).map(({ kind, effect, target }) => [kind, effect, target]),
    ).toEqual([
      ['insert', 'adds', 'films'],
      ['update', 'touches', 'films'],
      ['upsert', 'touches', 'films'],
      ['delete', 'touches', 'orders'],
      ['enqueue', 'adds', 'mail'],
      ['cancelJob', 'touches', '_jobs'],
      ['dropCollection', 'touches', 'teams'],
      ['defineCollection', 'adds', 'users'],
      ['alterCollection', 'touches', 'users'],
      ['defineHandler', 'adds', 'greet'],
      ['dropHandler', 'touches', 'greet'],
      ['migrateData', 'touches', 'users'],
      ['dropCollection', 'touches', 'old'],
    ]);
  });

  it('are found under other names, in fragments and in groups', () => {
    const text = `mutation { ...clean transaction { delete(collection: "b", where: {}) { id } } }
      fragment clean on Mutation { x: deleteFrom(collection: "a", where: {}) { id } ...clean }`;
    expect(textWrites(text).map(({ target }) => target)).toEqual(['a', 'b']);
  });

  it('are none in a text that reads, or that cannot be read', () => {
    const texts = [
      'query { films { id } }',
      'subscription { films { id } }',
      'mutation { export(collection: "films") __typename }',
      'mutation { deleteFrom(collection: "a", where: {) { id } }',
    ];
    expect(texts.map((text) => textWrites(text))).toEqual([[], [], [], []]);
  });
});

describe('what a write touches', () => {
  it('is found by its own filter, with just the variables that it uses', () => {
    const text = `mutation Close($before: DateTime!, $role: String = "guest", $note: String) {
      update(
        collection: "users"
        where: { and: [{ seen_at: { lt: $before } }, { role: { in: [$role, "bot"] } }] }
        data: { note: $note }
      ) { id }
    }`;
    expect(queriesIn(text)).toEqual([
      'query Touched($before: DateTime! $role: String = "guest") { users(where: { and: [{ seen_at: { lt: $before } }, { role: { in: [$role, "bot"] } }] }) { id } }',
    ]);
  });

  it('is found by a filter that is a variable', () => {
    expect(
      queriesIn('mutation ($f: UsersFilter) { delete(collection: "users", where: $f) { id } }'),
    ).toEqual(['query Touched($f: UsersFilter) { users(where: $f) { id } }']);
  });

  it('is found by the value that an upsert looks for', () => {
    const upsert = (data: string, values: RunVariables = {}) =>
      queriesIn(
        `mutation ($e: String, $d: Object) { upsert(collection: "users", on: "email", data: ${data}) { id } }`,
        values,
      );
    expect([
      ...upsert('{ name: "a", email: $e }'),
      ...upsert('$d', { d: { email: 'a"b@c' } }),
      ...upsert('{ name: "a" }'),
      ...upsert('$d'),
    ]).toEqual([
      'query Touched($e: String) { users(where: { email: { eq: $e } }) { id } }',
      'query { users(where: { email: { eq: "a\\"b@c" } }) { id } }',
      { kind: 'none' },
      { kind: 'none' },
    ]);
  });

  it('is all of a collection that is dropped or altered, or migrated without a condition', () => {
    const text = `schema { drop collection a alter collection b { drop c } } migrate { "v": {
      migrate data in d { set x = 1 where { y: 2 } set z = 3 where { y: 3 } }
      migrate data in e { set x = 1 where { y: 2 } set z = 3 }
    } }`;
    expect(queriesIn(text)).toEqual([
      'query { a { id } }',
      'query { b { id } }',
      'query { d(where: { or: [{ y: 2 } { y: 3 }] }) { id } }',
      'query { e { id } }',
    ]);
  });

  it('is counted where it is given', () => {
    const text = `mutation ($docs: [Object] = [{}, {}], $more: [Object]) {
      a: insertInto(collection: "a", data: {}) { id }
      b: insertMany(collection: "a", data: [{}, {}, {}]) { id }
      c: insertMany(collection: "a", data: $docs) { id }
      d: insertMany(collection: "a", data: $more) { id }
      e: enqueueJobs(jobType: "x", payloads: [{}, {}]) { id }
    }`;
    const counts = textWrites(text, { more: [{}, {}, {}, {}] }).map(({ amount }) => amount);
    expect(counts).toEqual([1, 3, 2, 4, 2].map((count) => ({ kind: 'given', count })));
  });
});
