import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { buildPrograms } from './durability/child-programs.ts';
import { SharingChild, sharingProgram } from './sharing-child.ts';

const folders: string[] = [];
const children: SharingChild[] = [];
const databases: Database[] = [];
let program = '';
let removeProgram = (): void => undefined;

beforeAll(async () => {
  const built = await buildPrograms({ sharing: sharingProgram });
  program = join(built.folder, 'sharing.js');
  removeProgram = built.remove;
}, 120_000);

afterAll(() => removeProgram());

afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  for (const database of databases.splice(0)) await database.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A database with number 1 that another process has open; gives its folder. */
async function ownedDatabase(): Promise<{ readonly path: string; readonly owner: SharingChild }> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-lost-locks-'));
  folders.push(folder);
  const path = join(folder, 'shared.db');
  const owner = new SharingChild(path, { program });
  children.push(owner);
  owner.tell('open');
  await owner.until(() => owner.last('is owner') > 0);
  owner.tell('insert 1');
  await owner.until(() => owner.last('done') === 1);
  return { path, owner };
}

async function open(path: string): Promise<Database> {
  const database = await Aurora.open(path);
  databases.push(database);
  return database;
}

describe('a lock', () => {
  // The next process became a second owner: both wrote to one log, and what the first one acknowledged was gone.
  it('that is deleted while its owner lives does not let a second owner in', async () => {
    const { path, owner } = await ownedDatabase();
    rmSync(join(path, 'aurora.lock'));
    const second = await open(path);
    expect(second.connection).toEqual({ state: 'guest', ownerPid: owner.pid });
    await second.insertInto('numbers', { number: 2 });
    owner.tell('count');
    await owner.until(() => owner.last('count') === 2);
  });

  // The copy of the lock led to the socket of the original: whoever opened the copy to try something out changed the
  // database that it was a copy of.
  it('that was copied with its folder does not lead to the database it was copied from', async () => {
    const { path, owner } = await ownedDatabase();
    const copyPath = `${path}.copy`;
    cpSync(path, copyPath, { recursive: true, filter: (name) => !name.endsWith('.sock') });
    const copy = await open(copyPath);
    expect(copy.connection.state).toBe('owner');
    await copy.insertInto('numbers', { number: 2 });
    owner.tell('count');
    await owner.until(() => owner.last('count') >= 0);
    expect(owner.last('count')).toBe(1);
    // The original is served as before.
    const guest = await open(path);
    expect(guest.connection).toEqual({ state: 'guest', ownerPid: owner.pid });
    expect(await guest.query('numbers').count()).toBe(1);
  });
});
