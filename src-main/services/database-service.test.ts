import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { DatabaseService } from './database-service.ts';

it('opens nothing any more once it closes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aurora-databases-'));
  const databases = new DatabaseService({
    dataFolder: folder,
    homeFolder: folder,
    sampleFolder: folder,
    clock: systemClock,
    log: (line) => expect.unreachable(line),
  });
  const closing = databases.closeAll();
  const opening = databases.open(join(folder, 'late.db'), { create: true });
  await closing;
  await expect(opening).rejects.toThrow('aborted');
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
