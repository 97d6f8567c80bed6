import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

let db: Database;

beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema {
    define collection teams { name: String! @unique }
    define collection people @open @index(fields: ["role", "name"]) {
      name: String!
      team_id: Uuid @references(collection: "teams")
      tags: [String] @indexed
      role: String @default(value: "member")
    }
  }`);
  await db.insertMany('people', [{ name: 'Eve' }, { name: 'Bob' }]);
});

afterEach(() => db.close());

async function rows(text: string): Promise<unknown> {
  const { data } = await db.execute(text);
  return data;
}

describe('the schema as documents', () => {
  it('tells collections with the number of their documents', async () => {
    const found = await rows(
      'query { _collections(orderBy: { name: ASC }) { name open document_count field_count index_count } }',
    );
    expect(found).toEqual({
      _collections: [
        { name: 'people', open: true, document_count: 2, field_count: 4, index_count: 2 },
        { name: 'teams', open: false, document_count: 0, field_count: 1, index_count: 1 },
      ],
    });
  });

  it('tells fields with their rules, and can be filtered like any collection', async () => {
    const found = await rows(`query {
      _fields(where: { collection: { eq: "people" } }, orderBy: { name: ASC }) {
        name type required indexed unique references default
      }
    }`);
    const plain = {
      required: false,
      indexed: false,
      unique: false,
      references: null,
      default: null,
    };
    expect(found).toEqual({
      _fields: [
        { ...plain, name: 'name', type: 'String', required: true },
        { ...plain, name: 'role', type: 'String', default: 'member' },
        { ...plain, name: 'tags', type: '[String]', indexed: true },
        { ...plain, name: 'team_id', type: 'Uuid', references: 'teams' },
      ],
    });
  });

  it('tells indexes with their fields', async () => {
    const found = await rows(
      'query { _indexes(where: { unique: { eq: true } }) { collection fields unique state bytes_estimated use_count } }',
    );
    expect(found).toEqual({
      _indexes: [
        {
          collection: 'teams',
          fields: ['name'],
          unique: true,
          state: 'live',
          bytes_estimated: 0,
          use_count: 0,
        },
      ],
    });
    expect(await rows('query { _indexes { aggregate { count } } }')).toEqual({
      _indexes: { aggregate: { count: 3 } },
    });
  });

  it('cannot be written', async () => {
    const write = db.execute(
      'mutation { deleteFrom(collection: "_collections", where: {}) { id } }',
    );
    await expect(write).rejects.toMatchObject({ code: 'ReadOnlyCollection' });
  });

  it('tells about how many different values a field has once its column is there', async () => {
    const people = Array.from({ length: 3_000 }, (_, n) => ({
      name: `name ${n}`,
      ...(n % 3 === 0 ? {} : { role: `role ${n % 7}` }),
    }));
    await db.insertMany('people', people);
    const text = `{ _fields(where: { collection: { eq: "people" }, name: { eq: "role" } }) { distinct_count } }`;
    expect(await rows(text)).toEqual({ _fields: [{ distinct_count: null }] });
    await rows('{ people { groupBy(field: "role") { key count } } }');
    // Seven, and the default of those that gave none.
    expect(await rows(text)).toEqual({ _fields: [{ distinct_count: 8 }] });
  });
});
