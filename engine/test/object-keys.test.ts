import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import type { JsonValue } from '#engine/aql';

type JsonObject = { readonly [key: string]: JsonValue };

const folder = mkdtempSync(join(tmpdir(), 'aurora-keys-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes objects, reads them, and reads them again after the database was opened again; gives their JSON. */
async function roundTrip(name: string, objects: readonly JsonObject[]): Promise<string[][]> {
  const path = join(folder, name);
  const first = await Aurora.open(path);
  await first.execute('schema { define collection things { at: Int! content: Object } }');
  const documents = objects.map((content, at) => ({ at, content }));
  await first.insertMany('things', documents);
  const before = await contents(first);
  await first.close();
  const second = await Aurora.open(path);
  const after = await contents(second);
  expect(await second.verify()).toMatchObject({ isSound: true });
  await second.close();
  return [before, after];
}

async function contents(db: Database): Promise<string[]> {
  const { data } = await db.execute('query { things(orderBy: { at: ASC }) { content } }');
  const rows: unknown = data?.['things'];
  return Array.isArray(rows) ? rows.map(({ content }) => JSON.stringify(content)) : [];
}

describe('the keys of an object', () => {
  it('may be any Unicode text, the empty one and those that JavaScript treats specially', async () => {
    const objects: JsonObject[] = [
      JSON.parse('{"__proto__":{"a":1},"__proto_":2,"__proto___":[{"__proto__":null}]}'),
      { '': { '': '' } },
      { 'a\u0000b': 1, '\u{10ffff}': 2, '\uffff': 3, مفتاح: 4, 'e\u0301': 5, é: 6, '👩‍👩‍👧': 7 },
      JSON.parse('{"constructor":1,"toString":null,"hasOwnProperty":true,"toJSON":"x","then":{}}'),
      { id: 'not mine', 'a.b': 1, $set: 2, '0': 3, '-1': 4 },
      Object.fromEntries(Array.from({ length: 1_000 }, (_, number) => [`key ${number}`, number])),
    ];
    const expected = objects.map((object) => JSON.stringify(object));
    expect(await roundTrip('special.db', objects)).toEqual([expected, expected]);
  });

  // Such a field was taken for the prototype of the document, and lost without a word.
  it('may be "__proto__" too where a collection takes any field', async () => {
    const path = join(folder, 'open.db');
    const fields = '"__proto__":{"a":1},"__proto_":2';
    const first = await Aurora.open(path);
    await first.newCollection('things', { at: { type: 'Int' } }, { open: true });
    const inserted = await first.insertInto('things', JSON.parse(`{"at":1,${fields}}`));
    const updated = await first.insertInto('things', { at: 1 });
    const found = first.query('things').filter((thing) => thing.eq('id', updated));
    await found.update(JSON.parse(`{${fields}}`));
    const read = (db: Database) =>
      [inserted, updated].map((id) => JSON.stringify(db.get('things', id)));
    const expected = [inserted, updated].map((id) => `{"id":"${id}","at":1,${fields}}`);
    const before = read(first);
    await first.close();
    const second = await Aurora.open(path);
    expect([before, read(second)]).toEqual([expected, expected]);
    await second.close();
  });

  it('come back, whatever they are', async () => {
    let run = 0;
    const key = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('__proto__', ''),
    );
    const object = fc.dictionary(key, fc.dictionary(key, fc.integer(), { maxKeys: 3 }), {
      maxKeys: 6,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 20 }), async (objects) => {
        run += 1;
        const expected = objects.map((each) => JSON.stringify(each));
        expect(await roundTrip(`any-${run}.db`, objects)).toEqual([expected, expected]);
      }),
      { numRuns: 10 },
    );
  });

  it.each([['a\ud800'], ['\udc00']])('is refused when it holds half of a pair: %j', async (key) => {
    const db = await Aurora.open({ store: 'memory' });
    await db.execute('schema { define collection things { content: Object } }');
    await expect(db.insertInto('things', { content: { [key]: 1 } })).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining('half a surrogate pair'),
    });
    await db.close();
  });
});
