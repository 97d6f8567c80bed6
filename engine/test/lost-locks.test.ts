import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SharingChild } from './sharing-child.ts';
import { sharingFixture } from './sharing-fixture.ts';

const { newFolder, loadChild, openHere } = sharingFixture();

/** A database with number 1 that another process has open; gives its folder. */
async function ownedDatabase(): Promise<{ readonly path: string; readonly owner: SharingChild }> {
  const path = newFolder();
  const owner = loadChild(path);
  owner.tell('open');
  await owner.until(() => owner.last('is owner') > 0);
  owner.tell('insert 1');
  await owner.until(() => owner.last('done') === 1);
  return { path, owner };
}

describe('a lock', () => {
  // The next process became a second owner: both wrote to one log, and what the first one acknowledged was gone.
  it('that is deleted while its owner lives does not let a second owner in', async () => {
    const { path, owner } = await ownedDatabase();
    rmSync(join(path, 'aurora.lock'));
    const second = await openHere(path);
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
    const copy = await openHere(copyPath);
    expect(copy.connection.state).toBe('owner');
    await copy.insertInto('numbers', { number: 2 });
    owner.tell('count');
    await owner.until(() => owner.last('count') >= 0);
    expect(owner.last('count')).toBe(1);
    // The original is served as before.
    const guest = await openHere(path);
    expect(guest.connection).toEqual({ state: 'guest', ownerPid: owner.pid });
    expect(await guest.query('numbers').count()).toBe(1);
  });
});
