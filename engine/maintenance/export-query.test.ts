import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { type ExportQueryOptions, exportQuery } from './export-query.ts';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute('schema { define collection people { name: String! age: Int home: Object } }');
  await db.insertMany('people', [
    { name: 'Ann; "A"', age: 1, home: { city: 'Rome' } },
    { name: 'Bob', age: null },
    { name: 'Cy' },
  ]);
});
afterEach(() => db.close());

async function exported(text: string, options: ExportQueryOptions = {}): Promise<string> {
  let file = '';
  await exportQuery(
    db,
    text,
    async (piece) => {
      file += piece;
    },
    options,
  );
  return file;
}

const query =
  'query($name: String) { none: people(where: { name: { eq: $name } }) { id } people(orderBy: { name: ASC }) { called: name age home } }';

describe('the rows of a query as text', () => {
  it('are those of the result that is named, with null and not set told apart', async () => {
    const variables = { name: 'nobody' };
    expect(await exported(query, { variables, format: 'json' })).toBe('[\n]\n');
    expect(await exported(query, { variables, result: 1 })).toBe(
      `${[
        '{"called":"Ann; \\"A\\"","age":1,"home":{"city":"Rome"}}',
        '{"called":"Bob","age":null}',
        '{"called":"Cy"}',
      ].join('\n')}\n`,
    );
  });

  it('are rows of CSV as they are wished', async () => {
    const options = { result: 1, format: 'csv', delimiter: ';', nullToken: 'NULL' } as const;
    expect(await exported(query, options)).toBe(
      'called;age;home\r\n"Ann; ""A""";1;"{""city"":""Rome""}"\r\nBob;NULL;NULL\r\nCy;NULL;NULL\r\n',
    );
    expect(await exported(query, { ...options, header: false })).toMatch(/^"Ann/);
  });

  it('have a column for each nested field, when that is wished', async () => {
    await db.insertMany('people', [
      { name: 'Di', home: { city: 'Oslo', flat: { door: 3, bells: ['a'] } } },
      { name: 'Ed', home: {} },
    ]);
    const nested = { result: 1, format: 'csv', nested: 'columns' } as const;
    expect((await exported(query, nested)).split('\r\n')).toEqual([
      'called,age,home.city,home.flat.door,home.flat.bells,home',
      '"Ann; ""A""",1,Rome,,,',
      'Bob,,,,,',
      'Cy,,,,,',
      'Di,,Oslo,3,"[""a""]",',
      'Ed,,,,,{}',
      '',
    ]);
    const none = { ...nested, result: 0, variables: { name: 'nobody' } };
    expect(await exported(query, none)).toBe('id\r\n');
  });

  it('are refused for a text that does more than read, and for a result that is not there', async () => {
    const text = 'mutation { deleteFrom(collection: "people", where: {}) { id } }';
    await expect(exported(text)).rejects.toMatchObject({ code: 'InvalidOption' });
    await expect(exported(query, { result: 2 })).rejects.toMatchObject({ code: 'InvalidOption' });
    await expect(exported('{ persons { id } }')).rejects.toMatchObject({
      code: 'CollectionNotFound',
    });
    expect(await db.query('people').count()).toBe(3);
  });
});
