/* What the language has, as far as this version runs it, and what it says about the rest. */
import { describe, expect, it } from 'vitest';
import { openPeople } from './people.ts';

const people = openPeople();
const { run, partsOf } = people;

describe('conditions', () => {
  const text = `query Q($yes: Boolean!, $no: Boolean = false) {
    users(where: { name: "ann" }) {
      name @include(if: $yes)
      age @skip(if: $no) @include(if: $yes)
      ... @include(if: $no) { email }
      address @skip(if: $yes) { city }
      address { zip }
      tags @skip(if: true)
    }
    others: users @include(if: $no) { name }
  }`;

  it('select by the values of variables', async () => {
    expect(await run(text, { yes: true })).toEqual({
      users: [{ name: 'ann', age: 30, address: { zip: 1 } }],
    });
    expect(await run(text, { yes: false, no: true })).toEqual({
      users: [{ email: 'a@b.c', address: { city: 'Rome', zip: 1 } }],
      others: [{ name: 'ann' }, { name: 'bob' }],
    });
  });

  it('leave columns out of tables', async () => {
    const parts = await partsOf(text, { yes: true });
    const heads = parts.flatMap((part) =>
      part.kind === 'head' ? [part.columns.map(({ name }) => name)] : [],
    );
    expect(heads).toEqual([['name', 'age', 'address']]);
  });

  it('refuse a default that was overridden with null', async () => {
    await expect(run(text, { yes: true, no: null })).rejects.toMatchObject({
      code: 'InvalidValue',
    });
  });
});

describe('mutations', () => {
  it('compute from what is there', async () => {
    const data = await run(`mutation {
      update(collection: "users", where: {}, data: {
        age: { increment: 2 }, score: { set: 1.5 }, tags: { addToSet: "y" }, email: { unset: true }
      }) { name age score tags email }
    }`);
    expect(data['update']).toEqual([
      { name: 'ann', age: 32, score: 1.5, tags: ['x', 'y'], email: null },
      { name: 'bob', age: 22, score: 1.5, tags: ['y'], email: null },
    ]);
  });

  it('take variables inside operators', async () => {
    const text =
      'mutation($by: Int!) { update(collection: "users", where: { name: "bob" }, data: { age: { decrement: $by } }) { age } }';
    expect(await run(text, { by: 5 })).toEqual({ update: [{ age: 15 }] });
  });

  it('upsert by a unique field', async () => {
    const text = `mutation($data: Object!) {
      upsert(collection: "users", on: "email", data: $data) { name age }
    }`;
    const first = await run(text, {
      data: { email: 'a@b.c', name: 'anna', age: { increment: 1 } },
    });
    expect(first['upsert']).toEqual([{ name: 'anna', age: 31 }]);
    const second = await run(text, { data: { email: 'new@b.c', name: 'cid' } });
    expect(second['upsert']).toEqual([{ name: 'cid', age: null }]);
    await expect(run(text, { data: { name: 'dan' } })).rejects.toMatchObject({
      code: 'ValidationError',
    });
    expect(await run('{ users { name } }')).toEqual({
      users: [{ name: 'anna' }, { name: 'bob' }, { name: 'cid' }],
    });
  });

  it('upsert by a filter, by id, and after an insert of the same mutation', async () => {
    const id = '018f0000-0000-7000-8000-000000000001';
    const data = await run(`mutation {
      a: upsert(collection: "users", where: { name: "dan" }, data: { name: "dan", age: 1 }) { age }
      b: upsert(collection: "users", where: { name: "dan" }, data: { age: { multiply: 5 } }) { age }
      c: upsert(collection: "users", on: "id", data: { id: "${id}", name: "eve" }) { id name }
      d: upsert(collection: "users", on: "id", data: { id: "${id}", name: "eva" }) { id name }
      __typename
    }`);
    expect(data).toEqual({
      a: [{ age: 1 }],
      b: [{ age: 5 }],
      c: [{ id, name: 'eve' }],
      d: [{ id, name: 'eva' }],
      __typename: 'Mutation',
    });
  });
});

describe('what the engine knows of itself', () => {
  it('is read like any other collection', async () => {
    const text = `{ _stats(where: { name: { eq: "documents" } }) { value unit } _slow_queries { text } }`;
    expect(await run(text)).toEqual({
      _stats: [{ value: 2, unit: null }],
      _slow_queries: [],
    });
  });
});

describe('a subscription', () => {
  it('ends a run of several statements after those before it', async () => {
    const pulled = people.db.run(
      '{ users { name } } subscription { users { name } } { users { age } }',
    );
    const { parts, done } = await pulled.next(10);
    await pulled.close();
    expect(parts.map(({ kind }) => kind)).toEqual(['head', 'rows', 'summary', 'failed']);
    expect(done).toBe(true);
  });
});
