import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { runAurora } from './remembering-terminal.ts';

let folder = '';
let database = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-cli-transfer-'));
  database = join(folder, 'one.db');
  const db = await Aurora.open(database);
  await db.execute(`schema {
    define collection people { name: String! @unique  born: DateTime  tags: [String] }
    define collection loose @open { kind: String }
  }`);
  await db.insertMany('people', [
    { name: 'ann', born: '2001-02-03T04:05:06Z', tags: ['a', 'b'] },
    { name: 'bob', born: null },
    { name: '' },
  ]);
  await db.insertMany('loose', [{ kind: 'x', more: { deep: [1, null] } }, {}]);
  await db.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aurora = (...words: readonly string[]) => runAurora(words);

async function contents(path: string): Promise<unknown> {
  const db = await Aurora.open({ dbPath: path, create: false });
  try {
    const { collections } = db.catalog();
    const documents = await Promise.all(
      collections.map(({ name }) => db.query(name).orderBy('id').collect()),
    );
    return { collections, documents };
  } finally {
    await db.close();
  }
}

describe('aurora export and import', () => {
  it('take a whole database to a folder, and back to one that is the same', async () => {
    const files = join(folder, 'files');
    const exported = await aurora('export', database, files);
    expect(exported).toMatchObject({ code: 0, errors: '' });
    expect(exported.output).toContain('Exported 3 documents of "people"');
    const copy = join(folder, 'two.db');
    expect(await aurora('import', copy, files)).toMatchObject({ code: 0, errors: '' });
    expect(await contents(copy)).toEqual(await contents(database));
  });

  it('say how to go on with an import that was ended', async () => {
    const ending = new AbortController();
    const lines = (first: number) =>
      Array.from({ length: 1_000 }, (_, at) => `{"kind":"${first + at}"}\n`).join('');
    const input = (async function* () {
      yield Buffer.from(lines(0));
      ending.abort();
      yield Buffer.from(lines(1_000));
    })();
    const words = ['import', database, 'loose', '-', '--format', 'ndjson'];
    const { code, errors } = await runAurora(words, { input, signal: ending.signal });
    expect([code, errors]).toEqual([1, expect.stringContaining('Cancelled')]);
    const [, skip = ''] = /hint: Go on with --skip (\d+)\./.exec(errors) ?? [];
    const again = (async function* () {
      yield Buffer.from(lines(0) + lines(1_000));
    })();
    const rest = { input: again, signal: new AbortController().signal };
    expect(await runAurora([...words, '--skip', skip], rest)).toMatchObject({ code: 0 });
    const { documents } = (await contents(database)) as {
      readonly documents: readonly unknown[][];
    };
    expect(documents.map(({ length }) => length)).toEqual([3, 2_002]);
  });

  it.skipIf(!existsSync('/proc/self'))('say where nothing can be written', async () => {
    // Below /proc the system refuses folders, which Node's own recursive form did not come back from.
    const taken = join(folder, 'taken');
    writeFileSync(taken, '');
    for (const [target, complaint] of [
      [
        '/proc/nope/files',
        /^error: StorageFailure: The folder .* cannot be made: no such file or directory\./,
      ],
      [taken, /^error: InvalidOption: .* is a file\./],
    ] as const) {
      const { code, errors } = await aurora('export', database, target);
      expect([code, errors]).toEqual([1, expect.stringMatching(complaint)]);
    }
    const file = join(folder, 'nowhere', 'people.csv');
    const { code, errors } = await aurora('export', database, file, '--collection', 'people');
    expect([code, errors]).toEqual([1, expect.stringContaining(file)]);
  });

  it('write one collection to the standard output, filtered', async () => {
    const where = '{"name":{"startsWith":"a"}}';
    const { output } = await aurora(
      'export',
      database,
      '-',
      '--collection',
      'people',
      '--where',
      where,
    );
    expect(JSON.parse(output)).toMatchObject({ name: 'ann', tags: ['a', 'b'] });
    const csv = await aurora(
      'export',
      database,
      '-',
      '--collection',
      'people',
      '--format',
      'csv',
      '--null-token',
      'NULL',
    );
    expect(csv.output.split('\r\n')[2]).toMatch(/,bob,NULL,NULL$/);
    expect(
      await aurora('export', database, '-', '--collection', 'people', '--where', 'x'),
    ).toMatchObject({ code: 2 });
    expect(await aurora('export', database, '-')).toMatchObject({ code: 2 });
    expect(await aurora('export', database, '-', '--collection', 'nobody')).toMatchObject({
      code: 1,
    });
  });

  it('try, skip, replace and set rejected records aside', async () => {
    const file = join(folder, 'people.csv');
    const rejects = join(folder, 'rejects.csv');
    writeFileSync(file, 'name,born\r\nann,\r\ncid,never\r\ndan,2020-01-01\r\n');
    const tried = await aurora(
      'import',
      database,
      'people',
      file,
      '--dry-run',
      '--on-error',
      'skip',
    );
    expect(tried.output).toContain('Would import 1 document');
    const stopped = await aurora('import', database, 'people', file, '--upsert', 'name');
    expect(stopped).toMatchObject({ code: 1, errors: expect.stringContaining('--skip 1') });
    const rest = await aurora(
      'import',
      database,
      'people',
      file,
      '--skip',
      '1',
      '--on-error',
      'skip',
      '--rejects',
      rejects,
    );
    expect(rest).toMatchObject({ code: 0, output: expect.stringContaining('Imported 1 document') });
    expect(readFileSync(rejects, 'utf8')).toBe('name,born\r\ncid,never\r\n');
    const one = await aurora('import', database, 'people', rejects, '--on-error', 'skip');
    expect(one.output).toContain('Rejected 1 of 1 record:');
    expect(await aurora('import', database, 'nothing')).toMatchObject({ code: 2 });
  });

  it('leave the file of an export that was there when another one fails', async () => {
    // The file was emptied before anybody had looked at the filter.
    const file = join(folder, 'good.csv');
    const link = join(folder, 'link.csv');
    writeFileSync(file, 'good');
    symlinkSync(file, link);
    const words = ['export', database, link, '--collection', 'people'];
    const failed = await aurora(...words, '--where', '{"name":{"zz":1}}');
    expect([failed.code, readFileSync(file, 'utf8')]).toEqual([1, 'good']);
    const input = (async function* () {})();
    expect(await runAurora(words, { input, signal: AbortSignal.abort() })).toMatchObject({
      code: 1,
    });
    expect(readFileSync(file, 'utf8')).toBe('good');
    expect(await aurora(...words)).toMatchObject({ code: 0 });
    expect(readFileSync(link, 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(readFileSync(file, 'utf8')).toContain('ann');
    expect(readdirSync(folder).toSorted()).toEqual(['good.csv', 'link.csv', 'one.db']);
  });

  it('say what cannot be written, and what to do about it', async () => {
    // A large export ended the process, a small one and rejects said ENOENT only.
    const db = await Aurora.open(database);
    await db.insertMany(
      'loose',
      Array.from({ length: 5_000 }, (_, at) => ({ kind: `${at}`.repeat(10) })),
    );
    await db.close();
    const file = join(folder, 'people.ndjson');
    writeFileSync(file, '{"name":"eve"}\n');
    const nowhere = join(folder, 'nowhere', 'file');
    for (const words of [
      ['export', database, nowhere, '--collection', 'loose'],
      ['import', database, 'people', file, '--rejects', nowhere],
    ]) {
      const { code, errors } = await aurora(...words);
      expect([code, errors]).toEqual([
        1,
        `error: StorageFailure: The file ${nowhere} cannot be written.\nhint: Check that its folder exists, and that you may write there.\n`,
      ]);
    }
    const names = await aurora('export', database, '-', '--collection', 'people');
    expect(names.output).not.toContain('eve');
  });

  it('refuse options that cannot be meant before anything is read', async () => {
    // Rejects took the place of their source; a wrong key was told as a bad record, a pointer into CSV not at all.
    const file = join(folder, 'people.csv');
    const text = 'name,born\r\neve,never\r\n';
    writeFileSync(file, text);
    mkdirSync(join(folder, 'deep'));
    const link = join(folder, 'deep', 'link.csv');
    symlinkSync(file, link);
    for (const [options, complaint] of [
      [['--rejects', file], 'take the place of the source'],
      [['--rejects', link], 'take the place of the source'],
      [['--rejects', join(folder, 'deep')], 'is a folder'],
      [
        ['--upsert', 'nothing'],
        '"people" has no field "nothing" to find documents by. Upsert by id or name.',
      ],
      [
        ['--upsert', 'born'],
        'is not unique, so it may find several documents. Upsert by id or name.',
      ],
      [['--pointer', '/features'], 'leads into a JSON file'],
    ] as const) {
      const { code, errors } = await aurora('import', database, 'people', file, ...options);
      expect([code, errors]).toEqual([2, expect.stringContaining(complaint)]);
      expect(errors).not.toContain('--skip');
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
    const other = await aurora('import', database, 'others', file, '--upsert', 'name');
    expect(other).toMatchObject({ code: 2 });
  });

  it('say that an import which was ended was taken back', async () => {
    const ending = new AbortController();
    const input = (async function* () {
      yield Buffer.from('{"kind":"x"}\n'.repeat(1_000));
      ending.abort();
      yield Buffer.from('{"kind":"x"}\n'.repeat(1_000));
    })();
    const words = ['import', database, 'loose', '-', '--format', 'ndjson'];
    const circumstances = { input, signal: ending.signal };
    const { code, errors } = await runAurora([...words, '--on-cancel', 'revert'], circumstances);
    expect([code, errors]).toEqual([1, expect.stringContaining('was taken back')]);
  });
});
