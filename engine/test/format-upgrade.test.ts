import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { formatVersion } from '../storage/format.ts';
import { metaKey } from '../storage/key-space.ts';
import { openLmdbStore } from '../storage/lmdb-store.ts';

/** Files that earlier versions wrote. */
function testdata(name: string): Buffer {
  return gunzipSync(readFileSync(join(import.meta.dirname, '../storage/testdata', name)));
}

/** A database of 40 films: one collection, three indexes. */
const oldBytes = testdata('format-1.mdb.gz');
/** The same with checksums, two indexes, and one more film whose text lies in two pieces. */
const secondBytes = testdata('format-2.mdb.gz');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function oldDatabase(bytes: Buffer = oldBytes): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-format-'));
  folders.push(folder);
  const path = join(folder, 'old.db');
  mkdirSync(path);
  writeFileSync(join(path, 'data.mdb'), bytes);
  return path;
}

/** Changes the first record of a database that nobody has open. */
async function writeFormatNumber(path: string, format: number): Promise<void> {
  const store = await openLmdbStore({
    path: join(path, 'data.mdb'),
    readOnly: false,
    initialize: () => undefined,
  });
  store.transact((writer) => {
    writer.put(metaKey('format'), Buffer.from(JSON.stringify({ format, databaseId: 'some' })));
  }, 0);
  await store.close();
}

async function formatNumber(path: string): Promise<unknown> {
  const store = await openLmdbStore({
    path: join(path, 'data.mdb'),
    readOnly: true,
    initialize: () => undefined,
  });
  const snapshot = store.snapshot();
  const bytes = snapshot.get(metaKey('format'));
  snapshot.release();
  await store.close();
  return JSON.parse(Buffer.from(bytes ?? []).toString('utf8')).format;
}

const film7 = { title: 'Film 7', year: 1960, extra: { number: 7, ключ: [null, true] } };

describe('a database of format 1', () => {
  it('is raised when it is opened, and its file is kept as it was', async () => {
    const path = oldDatabase();
    const db = await Aurora.open(path);
    const films = db.query('films');
    expect(await films.filter((f) => f.eq('title', 'Film 7')).collect()).toMatchObject([film7]);
    await films.filter((f) => f.eq('year', 1960)).update({ year: 1959 });
    expect(await films.filter((f) => f.eq('year', 1959)).count()).toBe(6);
    expect(await db.verify()).toMatchObject({ isSound: true, problems: [] });
    await db.close();
    expect(await formatNumber(path)).toBe(formatVersion);
    expect(readFileSync(join(path, 'data-format-1.mdb')).equals(oldBytes)).toBe(true);
  });

  it('stays as it is when it is only read', async () => {
    const path = oldDatabase();
    const db = await Aurora.open({ dbPath: path, readOnly: true });
    const found = await db
      .query('films')
      .filter((f) => f.eq('title', 'Film 7'))
      .collect();
    expect(found).toMatchObject([film7]);
    await db.close();
    expect(await formatNumber(path)).toBe(1);
    expect(readdirSync(path)).not.toContain('data-format-1.mdb');
  });

  it('never writes over the copy of an earlier upgrade', async () => {
    const path = oldDatabase();
    writeFileSync(join(path, 'data-format-1.mdb'), 'an earlier copy');
    await (await Aurora.open(path)).close();
    expect(readFileSync(join(path, 'data-format-1.mdb'), 'utf8')).toBe('an earlier copy');
    expect(readFileSync(join(path, 'data-format-1-2.mdb')).equals(oldBytes)).toBe(true);
  });
});

describe('a database of format 2', () => {
  it('is raised, keeps its documents, and may be deflated and brought back', async () => {
    const path = oldDatabase(secondBytes);
    const long = 'the same again and '.repeat(300_000);
    const sizes: number[] = [];
    for (const coldMode of [undefined, 'LowSpace', 'HighThroughput'] as const) {
      const db = await Aurora.open({ dbPath: path, coldMode });
      await db.compact();
      const one = await db
        .query('films')
        .filter((f) => f.eq('title', 'A long one'))
        .firstOne();
      expect(one?.['extra']).toEqual({ text: long });
      expect(await db.query('films').count()).toBe(41);
      expect(await db.verify()).toMatchObject({ isSound: true, problems: [] });
      sizes.push((await db.stats()).file?.usedBytes ?? 0);
      await db.close();
    }
    const [before = 0, small = 0, after = 0] = sizes;
    expect([small < before / 10, after > 0.9 * before]).toEqual([true, true]);
    expect(await formatNumber(path)).toBe(formatVersion);
    expect(readFileSync(join(path, 'data-format-2.mdb')).equals(secondBytes)).toBe(true);
  });
});

it('a database of a newer format is refused, and stays as it is', async () => {
  const path = oldDatabase();
  await writeFormatNumber(path, formatVersion + 1);
  for (const readOnly of [false, true]) {
    await expect(Aurora.open({ dbPath: path, readOnly })).rejects.toMatchObject({
      code: 'FormatTooNew',
      details: { format: formatVersion + 1, supported: formatVersion },
    });
  }
  expect(await formatNumber(path)).toBe(formatVersion + 1);
});
