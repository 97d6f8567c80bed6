import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Aurora } from '#engine';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A closed database with 50 commits in its log. */
async function closedDatabase(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-verify-log-'));
  folders.push(folder);
  const path = join(folder, 'a.db');
  const db = await Aurora.open(path);
  await db.execute('schema { define collection notes { text: String } }');
  for (let at = 0; at < 50; at += 1) await db.insertInto('notes', { text: `note number ${at}` });
  await db.close();
  return path;
}

describe('a verification reads the log', () => {
  it('and finds nothing wrong, also while others write', async () => {
    const path = await closedDatabase();
    const db = await Aurora.open(path);
    const writes = Array.from({ length: 20 }, (_, at) =>
      db.insertInto('notes', { text: `more ${at}` }),
    );
    const report = await db.verify();
    await Promise.all(writes);
    expect(report).toMatchObject({ isSound: true, problems: [] });
    expect(report.log?.recordCount).toBeGreaterThanOrEqual(51);
    await db.close();
    const inMemory = await Aurora.open({ store: 'memory' });
    expect(await inMemory.verify()).toMatchObject({ isSound: true, log: null });
    await inMemory.close();
  });

  // The story: a log that grew under each of four readings was said to be damaged where the last one had come to.
  it('and takes nothing for damage that is being written, however often it looks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aurora-verify-log-'));
    folders.push(folder);
    const options = { dbPath: join(folder, 'a.db'), durabilityMode: 'Synchronous' } as const;
    const db = await Aurora.open(options);
    const notes = await db.newCollection('notes', { text: { type: 'String' } });
    let isDone = false;
    const writer = async (): Promise<void> => {
      while (!isDone) await notes.insert({ text: 'more' });
    };
    const writing = Promise.all([writer(), writer(), writer(), writer()]);
    const found: unknown[] = [];
    for (let count = 0; count < 15; count += 1) found.push(...(await db.verify()).problems);
    isDone = true;
    await writing;
    expect(found).toEqual([]);
    await db.close();
  });

  it('and finds a changed byte in it, though the file has every commit', async () => {
    const path = await closedDatabase();
    const [segment = ''] = readdirSync(join(path, 'wal'));
    const file = join(path, 'wal', segment);
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('note number 20')] = 'N'.charCodeAt(0);
    writeFileSync(file, bytes);
    const db = await Aurora.open({ dbPath: path, readOnly: true });
    expect(await db.query('notes').count()).toBe(50);
    expect(await db.verify()).toMatchObject({
      isSound: false,
      problems: [{ kind: 'logDamaged', message: expect.stringContaining(segment) }],
      log: { end: 'damaged' },
    });
    await db.close();
  });
});
