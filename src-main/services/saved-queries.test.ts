import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deleteSavedQuery,
  listSavedQueries,
  readSavedQuery,
  renameSavedQuery,
  saveQuery,
} from './saved-queries.ts';

let folder: string;
let database: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'aurora-saved-')));
  database = join(folder, 'shop.db');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const save = (path: string, text: string, overwrite = false) =>
  saveQuery(database, { path, text, overwrite });
const names = async () => (await listSavedQueries(database)).queries.map(({ path }) => path);

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

describe('saved queries', () => {
  it('are plain files in a folder beside the database', async () => {
    await save('reports/best films.aql', 'query { films { id } }');
    await save('all.aql', 'query { a { id } }');
    const file = join(folder, 'shop.db.queries', 'reports', 'best films.aql');
    expect(await readFile(file, 'utf8')).toBe('query { films { id } }');
    expect(await names()).toEqual(['all.aql', 'reports/best films.aql']);
    expect((await readSavedQuery(database, 'all.aql')).text).toBe('query { a { id } }');
  });

  it('are replaced only when that is asked for', async () => {
    await save('a.aql', 'one');
    expect(await codeOf(save('a.aql', 'two'))).toBe('FileExists');
    await save('a.aql', 'three', true);
    expect((await readSavedQuery(database, 'a.aql')).text).toBe('three');
    expect(await names()).toEqual(['a.aql']);
  });

  it('move, never onto another one, and leave no empty folder behind', async () => {
    await save('old/a.aql', 'a');
    await save('b.aql', 'b');
    expect(await codeOf(renameSavedQuery(database, { from: 'old/a.aql', to: 'b.aql' }))).toBe(
      'FileExists',
    );
    await renameSavedQuery(database, { from: 'old/a.aql', to: 'new/A.aql' });
    await renameSavedQuery(database, { from: 'new/A.aql', to: 'new/a.aql' });
    expect(await names()).toEqual(['b.aql', 'new/a.aql']);
    await deleteSavedQuery(database, 'new/a.aql');
    expect(await codeOf(deleteSavedQuery(database, 'new/a.aql'))).toBe('FileNotFound');
    expect(await names()).toEqual(['b.aql']);
  });

  it.each([
    '../outside.aql',
    'a/../../outside.aql',
    '/etc/passwd.aql',
    'a//b.aql',
    '.hidden.aql',
    'back\\slash.aql',
    'C:\\x.aql',
    'nul.aql',
    'no-extension',
    '.aql',
    'a\0.aql',
    'trailing /x.aql',
    `${'d/'.repeat(12)}deep.aql`,
  ])('refuse the name %j', async (path) => {
    expect(await codeOf(save(path, 'x'))).toBe('InvalidParams');
    expect(await codeOf(readSavedQuery(database, path))).toBe('InvalidParams');
  });

  it('do not follow links out of the folder', async () => {
    await save('a.aql', 'a');
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.aql'), 'secret');
    await symlink(outside, join(folder, 'shop.db.queries', 'way'));
    await symlink(join(outside, 'secret.aql'), join(folder, 'shop.db.queries', 'link.aql'));
    expect(await names()).toEqual(['a.aql']);
    expect(await codeOf(readSavedQuery(database, 'way/secret.aql'))).toBe('InvalidParams');
    expect(await codeOf(readSavedQuery(database, 'link.aql'))).toBe('FileNotFound');
    expect(await codeOf(save('way/new.aql', 'x'))).toBe('InvalidParams');
    await save('link.aql', 'mine', true);
    expect(await readFile(join(outside, 'secret.aql'), 'utf8')).toBe('secret');
  });
});
