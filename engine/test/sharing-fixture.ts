/* What a test of shared folders makes, and what is ended and removed after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Aurora, type Database } from '#engine';
import { buildPrograms } from './durability/child-programs.ts';
import { SharingChild, sharingProgram } from './sharing-child.ts';

interface SharingFixture {
  /** A path for a database that is not there yet. */
  newFolder(): string;
  /** Starting a program takes most of the time: it may be done ahead. */
  loadChild(folder: string, ownerTimeoutMs?: number): SharingChild;
  openHere(folder: string, ownerTimeoutMs?: number): Promise<Database>;
}

/** To be called once in a test file. */
export function sharingFixture(): SharingFixture {
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
  return {
    newFolder: () => {
      const folder = mkdtempSync(join(tmpdir(), 'aurora-sharing-'));
      folders.push(folder);
      return join(folder, 'shared.db');
    },
    loadChild: (folder, ownerTimeoutMs = 10_000) => {
      const child = new SharingChild(folder, { ownerTimeoutMs, program });
      children.push(child);
      return child;
    },
    openHere: async (folder, ownerTimeoutMs = 10_000) => {
      const database = await Aurora.open({ dbPath: folder, ownerTimeoutMs });
      databases.push(database);
      return database;
    },
  };
}
