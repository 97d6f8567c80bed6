/* What is exported can be imported again, whatever it is; and what imports offer beyond reading a file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import type { UntypedNewDocument } from '../fluent/collection.ts';
import { schemaText } from '../migrations/definition-text.ts';
import type { ExportOptions } from './export-documents.ts';
import type { ImportOptions } from './import-report.ts';

const seed = Number(process.env['TRANSFER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let db: Database;
let folder = '';
beforeEach(async () => {
  db = await Aurora.open(':memory:');
  folder = mkdtempSync(join(tmpdir(), 'aurora-transfer-'));
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(
  from: Database,
  collection: string,
  options: ExportOptions = {},
): Promise<string> {
  let text = '';
  await from.exportFrom(
    collection,
    async (part) => {
      text += part;
    },
    options,
  );
  return text;
}

const contents = async (from: Database, collection: string): Promise<string> =>
  JSON.stringify(await from.query(collection).orderBy('id').collect());

const schema = `schema {
  define collection closed @index(fields: ["city", "age"]) {
    city: String  age: Int  score: Float  active: Boolean  key: Uuid  born: DateTime
    tags: [String]  home: Object  anything: Any  role: String @default(value: "member")
  }
  define collection open @open { city: String }
}`;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('', ',', '"', '\r\n', '\\N', 'null', ' x ', '7', '﻿', ';\t'),
);
const someJson = fc.jsonValue({ maxDepth: 2 });
const closed = fc.record(
  {
    city: fc.option(text),
    age: fc.option(fc.integer()),
    score: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    active: fc.option(fc.boolean()),
    key: fc.option(fc.uuid()),
    born: fc.option(
      fc
        .date({ noInvalidDate: true, min: new Date(-1e12), max: new Date(4e12) })
        .map((date) => date.toISOString()),
    ),
    tags: fc.option(fc.array(text, { maxLength: 3 })),
    home: fc.option(fc.dictionary(fc.constantFrom('city', 'zip'), text)),
    anything: fc.option(someJson),
    role: text,
  },
  { requiredKeys: ['role'] },
);
const open = fc.record({ city: text, extra: someJson, more: fc.integer() }, { requiredKeys: [] });

/** As a program that has read them from somewhere. */
function asDocuments(values: readonly unknown[]): readonly UntypedNewDocument[] {
  const documents: readonly UntypedNewDocument[] = JSON.parse(JSON.stringify(values));
  return documents;
}

describe('what is exported', () => {
  it(`comes back as the same database (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(closed, { maxLength: 12 }),
        fc.array(open, { maxLength: 6 }),
        fc.constantFrom('ndjson', 'json'),
        async (ofClosed, ofOpen, format) => {
          const first = await Aurora.open(':memory:');
          const second = await Aurora.open(':memory:');
          try {
            await first.execute(schema);
            if (ofClosed.length > 0) await first.insertMany('closed', asDocuments(ofClosed));
            if (ofOpen.length > 0) await first.insertMany('open', asDocuments(ofOpen));
            await second.execute(schemaText(first.catalog().collections));
            expect(second.catalog().collections).toEqual(first.catalog().collections);
            for (const name of ['closed', 'open']) {
              const text = await exported(first, name, { format });
              await second.importInto(name, { text }, { format });
              expect(await contents(second, name)).toBe(await contents(first, name));
            }
          } finally {
            await first.close();
            await second.close();
          }
        },
      ),
      { seed, numRuns: 40 },
    );
  }, 60_000);

  it(`comes back from CSV, but for what is not set, which is null then (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(closed, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(',', ';', '\t'),
        async (documents, delimiter) => {
          const second = await Aurora.open(':memory:');
          const first = await Aurora.open(':memory:');
          try {
            for (const each of [first, second]) await each.execute(schema);
            const names = first.catalog().collections[0]?.fields.map(({ name }) => name) ?? [];
            const whole = documents.map((document) => ({
              ...Object.fromEntries(names.map((name) => [name, null])),
              ...document,
              // A JSON text inside of a cell of JSON cannot be told from the value that it spells.
              anything: null,
            }));
            await first.insertMany('closed', whole);
            const nullToken = '\\N';
            const text = await exported(first, 'closed', { format: 'csv', nullToken, delimiter });
            const options: ImportOptions = { format: 'csv', nullTokens: [nullToken], delimiter };
            const isToken = whole.some(
              ({ city, role }) => city === nullToken || role === nullToken,
            );
            const report = await second.importInto('closed', { text }, options);
            expect(report.rejections).toEqual([]);
            if (!isToken)
              expect(await contents(second, 'closed')).toBe(await contents(first, 'closed'));
          } finally {
            await first.close();
            await second.close();
          }
        },
      ),
      { seed, numRuns: 40 },
    );
  }, 60_000);

  it('is what a filter lets through, with progress', async () => {
    await db.execute('schema { define collection people { age: Int } }');
    await db.insertMany(
      'people',
      Array.from({ length: 5_000 }, (_, age) => ({ age })),
    );
    const counts: number[] = [];
    const text = await exported(db, 'people', {
      where: { age: { gte: 10 } },
      onProgress: ({ documentCount }) => counts.push(documentCount),
    });
    expect(text.trimEnd().split('\n')).toHaveLength(4_990);
    expect(counts.at(-1)).toBe(4_990);
    await expect(exported(db, 'people', { where: { agee: 1 } })).rejects.toMatchObject({
      code: 'UnknownField',
    });
  });
});

const people = 'schema { define collection people { name: String! @unique age: Int } }';
const ndjson = { format: 'ndjson' } as const;
const lines = (...documents: readonly unknown[]): { readonly text: string } => ({
  text: documents
    .map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`)
    .join(''),
});

describe('an import', () => {
  beforeEach(() => db.execute(people));
  const names = async () =>
    (await db.query('people').orderBy('name').collect()).map(({ name, age }) => [name, age]);

  it('gives what it rejects back in a file that can be corrected and imported', async () => {
    const rejectsPath = join(folder, 'rejects.ndjson');
    const source = lines(
      { name: 'a', age: 1 },
      { name: 'a' },
      '{"name":',
      { name: 'b', age: 'x' },
      { name: 'c' },
    );
    const report = await db.importInto('people', source, {
      ...ndjson,
      onError: 'skip',
      rejectsPath,
    });
    expect(report).toMatchObject({ importedCount: 2, rejectedCount: 3, handledCount: 5 });
    const rejected = readFileSync(rejectsPath, 'utf8');
    expect(rejected.trimEnd().split('\n').toSorted()).toEqual(
      ['{"name":', '{"name":"a"}', '{"name":"b","age":"x"}'].toSorted(),
    );
    const corrected = rejected.replace('{"name":\n', '').replace('"a"', '"d"').replace('"x"', '7');
    await db.importInto('people', { text: corrected }, ndjson);
    expect(await names()).toEqual([
      ['a', 1],
      ['b', 7],
      ['c', undefined],
      ['d', undefined],
    ]);
  });

  it('gives rejected rows of CSV back with their header', async () => {
    const rejectsPath = join(folder, 'rejects.csv');
    const text = 'name,age\r\na,1\r\n"b, c",x\r\nd\r\n';
    await db.importInto('people', { text }, { format: 'csv', onError: 'skip', rejectsPath });
    expect(readFileSync(rejectsPath, 'utf8')).toBe('name,age\r\n"b, c",x\r\nd\r\n');
    writeFileSync(
      rejectsPath,
      readFileSync(rejectsPath, 'utf8').replace(',x', ',2').replace('\nd', '\nd,3'),
    );
    await db.importInto('people', { path: rejectsPath });
    expect(await names()).toEqual([
      ['a', 1],
      ['b, c', 2],
      ['d', 3],
    ]);
  });

  it('says what it would do, and writes nothing', async () => {
    await db.insertInto('people', { name: 'a' });
    const source = lines({ name: 'a' }, { name: 'b' }, { name: 'c', age: 'x' });
    const report = await db.importInto('people', source, {
      ...ndjson,
      onError: 'skip',
      dryRun: true,
    });
    expect(report).toMatchObject({ dryRun: true, importedCount: 1, rejectedCount: 2 });
    const other = await db.importInto('others', source, {
      ...ndjson,
      onError: 'skip',
      dryRun: true,
    });
    expect(other).toMatchObject({ created: true, importedCount: 3 });
    expect(await names()).toEqual([['a', undefined]]);
    expect(db.catalog().collections).toHaveLength(1);
  });

  it('says what it would do also of records that are far apart', async () => {
    await db.execute(
      'schema { define collection pairs @index(fields: ["a", "b"], unique: true) { a: Int b: Int tags: [String] @unique } }',
    );
    await db.insertMany('people', [{ name: 'p3' }, { name: 'q3' }]);
    const far = (letter: string) =>
      lines(
        ...Array.from({ length: 1_200 }, (_, at) => ({ name: `${letter}${at % 700}`, age: at })),
      );
    const pairs = Array.from({ length: 700 }, (_, at) => ({
      a: at % 600,
      b: at === 650 ? null : 1,
      tags: at % 650 === 0 ? ['same'] : [`t${at}`],
    }));
    const counts: unknown[] = [];
    for (const [name, source, more] of [
      ['people', far('p'), { upsertKey: 'name' }],
      ['people', far('q'), {}],
      ['pairs', lines(...pairs), {}],
    ] as const) {
      const options = { ...ndjson, ...more, onError: 'skip', rejectionsMax: 2_000 } as const;
      const tried = await db.importInto(name, source, { ...options, dryRun: true });
      const done = await db.importInto(name, source, options);
      const { importedCount, updatedCount, rejectedCount } = done;
      expect(tried).toMatchObject({ importedCount, updatedCount, rejectedCount });
      expect(tried.rejections.map(({ line }) => line)).toEqual(
        done.rejections.map(({ line }) => line),
      );
      counts.push([importedCount, updatedCount, rejectedCount]);
    }
    expect(counts).toEqual([
      [1_200, 501, 0],
      [699, 0, 501],
      [600, 0, 100],
    ]);
  });

  it('replaces what a key finds', async () => {
    await db.insertMany('people', [
      { name: 'a', age: 1 },
      { name: 'b', age: 2 },
    ]);
    const source = lines({ name: 'a', age: 5 }, { name: 'c', age: 6 });
    const twice = { ...ndjson, upsertKey: 'name' };
    await db.importInto('people', source, twice);
    await db.importInto('people', source, twice);
    expect(await names()).toEqual([
      ['a', 5],
      ['b', 2],
      ['c', 6],
    ]);
  });

  it('puts columns where it is told to, or leaves them out', async () => {
    const text = 'who,secret,years\r\na,x,3\r\n';
    const mapping = { who: { field: 'name' }, secret: { skip: true }, years: { field: 'age' } };
    await db.importInto('people', { text }, { format: 'csv', mapping });
    expect(await names()).toEqual([['a', 3]]);
    const years = { field: 'years', type: { kind: 'scalar', name: 'String' } } as const;
    await db.importInto(
      'others',
      { text },
      { format: 'csv', mapping: { secret: { skip: true }, years } },
    );
    expect(
      db
        .catalog()
        .collections[1]?.fields.map(({ name, type }) => [
          name,
          type.kind === 'scalar' && type.name,
        ]),
    ).toEqual([
      ['who', 'String'],
      ['years', 'String'],
    ]);
  });

  it('goes on where another one was stopped', async () => {
    const source = (bad: unknown) =>
      lines(...Array.from({ length: 700 }, (_, at) => (at === 600 ? bad : { name: `p${at}` })));
    const stopped = await db.importInto('people', source({ name: 7 }), ndjson);
    expect(stopped).toMatchObject({ outcome: 'stopped', importedCount: 600, handledCount: 600 });
    const skipRecords = stopped.handledCount;
    const rest = await db.importInto('people', source({ name: 'p600' }), {
      ...ndjson,
      skipRecords,
    });
    expect(rest).toMatchObject({ outcome: 'completed', importedCount: 100, handledCount: 700 });
    expect(await db.query('people').count()).toBe(700);
  });

  it('takes back a collection that it has made, unless others have written to it', async () => {
    const source = lines(...Array.from({ length: 2_000 }, (_, at) => ({ n: at })));
    for (const hasOthers of [false, true]) {
      const abort = new AbortController();
      const imported = db.importInto('numbers', source, {
        ...ndjson,
        onCancel: 'revert',
        signal: abort.signal,
        onProgress: ({ phase, importedCount }) => {
          if (phase !== 'importing' || importedCount < 500 || abort.signal.aborted) return;
          if (hasOthers) void db.insertInto('numbers', { n: -1 });
          abort.abort();
        },
      });
      await expect(imported).rejects.toMatchObject({ code: 'Cancelled' });
      const isThere = db.catalog().collections.some(({ name }) => name === 'numbers');
      expect(isThere).toBe(hasOthers);
    }
    expect(await db.query('numbers').collect()).toMatchObject([{ n: -1 }]);
  });

  it('leaves what it has committed when it is cancelled, or takes it back, as told', async () => {
    await db.insertInto('people', { name: 'before' });
    const source = lines(...Array.from({ length: 2_000 }, (_, at) => ({ name: `p${at}` })));
    const cancelled = async (onCancel: 'keep' | 'revert') => {
      const abort = new AbortController();
      const error: unknown = await db
        .importInto('people', source, {
          ...ndjson,
          onCancel,
          signal: abort.signal,
          onProgress: ({ importedCount }) => {
            if (importedCount >= 500) abort.abort();
          },
        })
        .catch((caught: unknown) => caught);
      return error;
    };
    expect(await cancelled('revert')).toMatchObject({
      code: 'Cancelled',
      details: { importedCount: 0, handledCount: 0 },
    });
    expect(await names()).toEqual([['before', undefined]]);
    const kept = await cancelled('keep');
    const count = (await db.query('people').count()) - 1;
    expect(count).toBeGreaterThanOrEqual(500);
    expect(kept).toMatchObject({
      code: 'Cancelled',
      details: { importedCount: count, handledCount: count },
    });
  });
});
