import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { createSampleDatabase } from './sample-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-sample-'));
const database = join(folder, 'sample.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const teamId = '018cc251-f401-7908-9936-f7e4785652e5';

function writeDocuments(collection: string, documents: readonly object[]): void {
  const lines = documents.map((document) => JSON.stringify(document)).join('\n');
  writeFileSync(join(folder, `${collection}.ndjson.gz`), gzipSync(lines));
}

beforeEach(() => {
  rmSync(database, { recursive: true, force: true });
  writeFileSync(
    join(folder, 'schema.aql'),
    `schema {
      define collection teams { name: String! @unique }
      define collection users { name: String!  team_id: Uuid @references(collection: "teams") }
    }`,
  );
  writeDocuments('teams', [{ id: teamId, name: 'Red' }]);
  writeDocuments('users', [{ name: 'Ann', team_id: teamId }, { name: 'Bob' }]);
});

describe('the sample database', () => {
  it('is made of a schema and files, with ids and references as they stand there', async () => {
    const counts: number[] = [];
    const report = await createSampleDatabase(database, folder, {
      onProgress: ({ documentCount }) => counts.push(documentCount),
    });
    expect(report).toEqual({ path: database, collectionCount: 2, documentCount: 3 });
    expect(counts).toEqual([1, 3]);
    const db = await Aurora.open({ dbPath: database, create: false });
    expect(await db.query('teams').collect()).toEqual([{ id: teamId, name: 'Red' }]);
    expect(
      await db
        .query('users')
        .filter((f) => f.eq('team_id', teamId))
        .count(),
    ).toBe(1);
    await db.close();
  });

  it('never touches a folder that is there', async () => {
    await createSampleDatabase(database, folder);
    await expect(createSampleDatabase(database, folder)).rejects.toMatchObject({
      code: 'InvalidOption',
    });
    expect(existsSync(database)).toBe(true);
  });

  it('leaves nothing behind when a file does not fit its schema', async () => {
    writeDocuments('users', [{ name: 'Ann' }, { name: null }]);
    await expect(createSampleDatabase(database, folder)).rejects.toMatchObject({
      code: 'ImportFailed',
      details: { line: 2 },
    });
    expect(existsSync(database)).toBe(false);
  });

  it('leaves nothing behind when it is cancelled or has no files', async () => {
    const controller = new AbortController();
    const cancelled = createSampleDatabase(database, folder, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
    const missing = createSampleDatabase(database, join(folder, 'nowhere'));
    await expect(missing).rejects.toMatchObject({ code: 'ImportFailed' });
    expect(existsSync(database)).toBe(false);
  });
});
