import { describe, expect, it } from 'vitest';
import { guardedWrites, queryOf } from './guarded-writes.ts';

const queriesIn = (text: string) =>
  guardedWrites(text).map((write) => queryOf(write, { fields: ['id'] }));

describe('guarded writes', () => {
  it('are the updates, deletes and drops of a text, in its order; inserts are not', () => {
    const text = `mutation {
      insertInto(collection: "films", data: { title: "Heat" }) { id }
      update(collection: "films", where: { year: { lt: 1990 } }, data: { old: true }) { id }
      deleteFrom(collection: "orders", filter: {}) { id }
    }
    schema { drop collection if exists teams define collection users { name: String } }
    query { films { id } }`;
    expect(guardedWrites(text).map(({ kind, collection }) => [kind, collection])).toEqual([
      ['update', 'films'],
      ['delete', 'orders'],
      ['dropCollection', 'teams'],
    ]);
  });

  it('are found under other names, in fragments and in groups', () => {
    const text = `mutation { ...clean transaction { delete(collection: "b", where: {}) { id } } }
      fragment clean on Mutation { x: deleteFrom(collection: "a", where: {}) { id } ...clean }`;
    expect(guardedWrites(text).map(({ collection }) => collection)).toEqual(['a', 'b']);
  });

  it('give the query for the same documents, with just the variables that it uses', () => {
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

  it('take a whole filter from a variable', () => {
    expect(
      queriesIn('mutation ($f: UsersFilter) { delete(collection: "users", where: $f) { id } }'),
    ).toEqual(['query Touched($f: UsersFilter) { users(where: $f) { id } }']);
  });

  it('are none in a statement that cannot be read', () => {
    expect(guardedWrites('mutation { deleteFrom(collection: "a", where: {) { id } }')).toEqual([]);
  });
});
