import { describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { limits } from '../limits.ts';
import type { ImportOptions, ImportReport, ImportSource } from './import-report.ts';

async function withDatabase<Result>(use: (db: Database) => Promise<Result>): Promise<Result> {
  const db = await Aurora.open({ store: 'memory' });
  try {
    return await use(db);
  } finally {
    await db.close();
  }
}

/** Documents of a collection in the order of import, without their ids. */
async function documentsOf(db: Database, collection: string): Promise<unknown[]> {
  const documents = await db.query(collection).collect();
  return documents.map(({ id: _id, ...fields }) => fields);
}

function lines(...texts: readonly string[]): ImportSource {
  return { text: texts.join('\n') };
}

const csv: ImportOptions = { format: 'csv' };
const ndjson: ImportOptions = { format: 'ndjson' };

function columnsOf(report: ImportReport): unknown {
  return report.columns.map(({ source, field, type, nullable }) => [
    source,
    field,
    (type.kind === 'list' ? 'list' : type.name) + (nullable ? '?' : ''),
  ]);
}

describe('import into a new collection', () => {
  it('defines fields from all values and converts them', () =>
    withDatabase(async (db) => {
      const source = lines(
        '\uFEFFFull Name,Born,Score,Active,Note',
        'Ann,Jun 12 1998,1,true,',
        '"Bob ""B"" Byte",Jan 2 2001,2.5,FALSE,"two\nlines"',
      );
      const report = await db.importInto('people', source, csv);
      expect(report).toMatchObject({
        created: true,
        outcome: 'completed',
        recordCount: 2,
        importedCount: 2,
        rejectedCount: 0,
      });
      expect(columnsOf(report)).toEqual([
        ['Full Name', 'full_name', 'String'],
        ['Born', 'born', 'DateTime'],
        ['Score', 'score', 'Float'],
        ['Active', 'active', 'Boolean'],
        ['Note', 'note', 'String?'],
      ]);
      expect(await documentsOf(db, 'people')).toEqual([
        {
          full_name: 'Ann',
          born: '1998-06-12T00:00:00.000Z',
          score: 1,
          active: true,
          note: null,
        },
        {
          full_name: 'Bob "B" Byte',
          born: '2001-01-02T00:00:00.000Z',
          score: 2.5,
          active: false,
          note: 'two\nlines',
        },
      ]);
    }));

  it('keeps every digit of integers beyond 2^53, as text', () =>
    withDatabase(async (db) => {
      const source = lines('{"n":9007199254740993,"deep":{"n":-9007199254740993}}', '{"n":7}');
      await db.importInto('numbers', source, ndjson);
      expect(await documentsOf(db, 'numbers')).toEqual([
        { n: '9007199254740993', deep: { n: '-9007199254740993' } },
        { n: '7' },
      ]);
    }));

  it('keeps ids that are Uuids and renames others', () =>
    withDatabase(async (db) => {
      const id = '0190163d-8694-739b-aea5-966c26f8ad91';
      await db.importInto('kept', lines(`{"id":"${id}","a":1}`), ndjson);
      expect((await db.query('kept').collect()).map((document) => document['id'])).toEqual([id]);
      const report = await db.importInto('renamed', lines('{"id":12,"a":1}'), ndjson);
      expect(columnsOf(report)).toEqual([
        ['id', 'source_id', 'Int'],
        ['a', 'a', 'Int'],
      ]);
    }));

  it('finds a name for every header that a collection cannot have', () =>
    withDatabase(async (db) => {
      const headers =
        'id,_id,edges,pageInfo,totalCount,aggregate,groupBy,lookup,__typename,1st,,a b,constructor';
      const cells = headers.replaceAll(/[^,]+/g, 'x');
      const report = await db.importInto('odd', lines(headers, cells), csv);
      expect(report.columns.map((column) => column.field)).toEqual([
        'source_id',
        'source_id_2',
        'source_edges',
        'page_info',
        'total_count',
        'source_aggregate',
        'group_by',
        'source_lookup',
        'typename',
        'field_1st',
        'column_11',
        'a_b',
        'constructor',
      ]);
      expect(await db.query('odd').count()).toBe(1);
    }));

  it('takes mixed types as Any, lists as lists and missing keys as missing', () =>
    withDatabase(async (db) => {
      const source = lines('{"mixed":1,"tags":["a"]}', '{"mixed":"x","tags":[],"late":true}');
      const report = await db.importInto('mixed', source, ndjson);
      expect(columnsOf(report)).toEqual([
        ['mixed', 'mixed', 'Any'],
        ['tags', 'tags', 'list'],
        ['late', 'late', 'Boolean?'],
      ]);
      expect(await documentsOf(db, 'mixed')).toEqual([
        { mixed: 1, tags: ['a'] },
        { mixed: 'x', tags: [], late: true },
      ]);
    }));

  it('reads a stream once and infers from its beginning', () =>
    withDatabase(async (db) => {
      const bytes = new TextEncoder().encode('a,b\n1,x\n2,y\n');
      const stream = (async function* () {
        yield bytes.subarray(0, 5);
        yield bytes.subarray(5);
      })();
      const report = await db.importInto('streamed', { stream }, csv);
      expect(report.importedCount).toBe(2);
      expect(await documentsOf(db, 'streamed')).toEqual([
        { a: 1, b: 'x' },
        { a: 2, b: 'y' },
      ]);
    }));

  it('refuses a file without documents, and one of an unknown format', () =>
    withDatabase(async (db) => {
      await expect(db.importInto('none', lines('a,b'), csv)).rejects.toMatchObject({
        code: 'ImportFailed',
      });
      await expect(db.importInto('none', { path: 'data.xlsx' })).rejects.toMatchObject({
        code: 'InvalidOption',
      });
      expect(db.catalog().collections).toEqual([]);
    }));
});

describe('import into an existing collection', () => {
  const schema = `schema { define collection users {
    name: String!  email: String @unique  age: Int  joined: DateTime  tags: [String]
  } }`;

  it('converts text to the types of the schema, also where the headers are written differently', () =>
    withDatabase(async (db) => {
      await db.execute(schema);
      const source = lines('Name,AGE,Joined,tags', '7,30,2001/02/03 04:05,"[""x""]"', ',,,');
      const report = await db.importInto('users', source, csv);
      expect(report).toMatchObject({ created: false, importedCount: 2 });
      expect(await documentsOf(db, 'users')).toEqual([
        { name: '7', age: 30, joined: '2001-02-03T04:05:00.000Z', tags: ['x'] },
        { name: '', age: null, joined: null, tags: null },
      ]);
    }));

  it('stops at the first record that does not fit, with everything before it imported', () =>
    withDatabase(async (db) => {
      await db.execute(schema);
      const source = lines('name,age', 'a,1', 'b,2', 'c,many', 'd,4');
      const report = await db.importInto('users', source, csv);
      expect(report).toMatchObject({ outcome: 'stopped', importedCount: 2, rejectedCount: 1 });
      expect(report.rejections).toEqual([{ line: 4, reason: '"many" in "age" is no Int.' }]);
      expect(await db.query('users').count()).toBe(2);
    }));

  it('skips what does not fit and tells lines and reasons', () =>
    withDatabase(async (db) => {
      await db.execute(schema);
      const source = lines(
        '{"name":"a","email":"a@x"}',
        '{"name":"b","email":"a@x"}',
        '{"name":null}',
        '{"name":"d","colour":"red"}',
        'not json',
        '{"name":"e","email":"e@x"}',
      );
      const report = await db.importInto('users', source, {
        ...ndjson,
        onError: 'skip',
      });
      expect(report).toMatchObject({ outcome: 'completed', recordCount: 6, importedCount: 2 });
      expect(report.rejections.map((rejection) => rejection.line)).toEqual([2, 3, 4, 5]);
      expect(report.rejections[0]?.reason).toContain('a@x');
      expect(report.rejections[2]?.reason).toContain('colour');
      expect(await documentsOf(db, 'users')).toEqual([
        { name: 'a', email: 'a@x' },
        { name: 'e', email: 'e@x' },
      ]);
    }));

  it('counts all rejections and describes the first ones', () =>
    withDatabase(async (db) => {
      await db.execute(schema);
      const rows = Array.from({ length: 50 }, (_, index) => `n${index},x`);
      const report = await db.importInto('users', lines('name,age', ...rows), {
        ...csv,
        onError: 'skip',
        rejectionsMax: 3,
      });
      expect(report.rejectedCount).toBe(50);
      expect(report.rejections).toHaveLength(3);
    }));
});

describe('import of numbers', () => {
  // JSON.parse makes an infinity of 1e400, and the rejection said: null in "m" is no Float.
  it('says that one is too large for any number', () =>
    withDatabase(async (db) => {
      const report = await db.importInto('big', lines('{"m":1.5}', '{"m":1e400}'), ndjson);
      expect(report.rejections).toEqual([
        { line: 2, reason: 'A number beyond the range of numbers in "m" is no Float.' },
      ]);
    }));
});

describe('import of long files', () => {
  const many = Array.from({ length: 3_650 }, (_, index) => `{"n":${index}}`);
  const batchCount = Math.floor(many.length / limits.importBatchMax);

  it('commits in batches and reports progress', () =>
    withDatabase(async (db) => {
      const counts: number[] = [];
      await db.importInto('many', lines(...many), {
        ...ndjson,
        onProgress: ({ phase, importedCount }) => {
          if (phase === 'importing') counts.push(importedCount);
        },
      });
      expect(counts).toEqual([
        ...Array.from({ length: batchCount }, (_, batch) => (batch + 1) * limits.importBatchMax),
        many.length,
      ]);
    }));

  it('can be cancelled, and says what stays', () =>
    withDatabase(async (db) => {
      const controller = new AbortController();
      const result = db.importInto('many', lines(...many), {
        ...ndjson,
        signal: controller.signal,
        onProgress: ({ importedCount }) => {
          if (importedCount === 1_000) controller.abort();
        },
      });
      await expect(result).rejects.toMatchObject({
        code: 'Cancelled',
        details: { importedCount: 1_000 },
      });
      expect(await db.query('many').count()).toBe(1_000);
    }));

  it('names the line where a file breaks, and how many documents stay', () =>
    withDatabase(async (db) => {
      await db.execute('schema { define collection many { n: Int! } }');
      const text = `[${many.join(',\n')},\n{"n":}]`;
      await expect(db.importInto('many', { text }, { format: 'json' })).rejects.toMatchObject({
        code: 'ImportFailed',
        details: { line: many.length + 1, importedCount: batchCount * limits.importBatchMax },
      });
      expect(await db.query('many').count()).toBe(batchCount * limits.importBatchMax);
    }));

  it(
    'rejects a document that is too large, and only that',
    () =>
      withDatabase(async (db) => {
        const large = `{"n":"${'x'.repeat(limits.documentBytesMax)}"}`;
        const source = lines('{"n":"a"}', large, '{"n":"b"}');
        const report = await db.importInto('texts', source, { ...ndjson, onError: 'skip' });
        expect(report.rejections).toEqual([
          { line: 2, reason: expect.stringContaining('takes 67108') },
        ]);
        expect(await documentsOf(db, 'texts')).toEqual([{ n: 'a' }, { n: 'b' }]);
      }),
    60_000,
  );

  it('finds one refused document among thousands', () =>
    withDatabase(async (db) => {
      await db.execute('schema { define collection many { n: Int! @unique } }');
      const withDouble = [...many.slice(0, 2_345), '{"n":5}', ...many.slice(2_345)];
      const report = await db.importInto('many', lines(...withDouble), {
        ...ndjson,
        onError: 'skip',
      });
      expect(report.importedCount).toBe(many.length);
      expect(report.rejections.map((rejection) => rejection.line)).toEqual([2_346]);
    }));
});
