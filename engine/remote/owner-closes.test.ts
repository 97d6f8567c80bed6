import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import { SharedBackend } from './shared-backend.ts';

const documentCount = 10_000;

it('tells a guest whose call it ends that the owner went, not that somebody cancelled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-owner-closes-'));
  const path = join(folder, 'shared.db');
  try {
    const owner = await Aurora.open(path);
    await owner.newCollection('people', { age: { type: 'Int' } });
    const people = Array.from({ length: documentCount }, () => ({ age: 30 }));
    await owner.insertMany('people', people);
    const backend = await SharedBackend.open({
      ...{ path, create: false, readOnly: false, guest: true, waitMsMax: 5_000 },
      openLocal: async () => {
        throw new AuroraError('DatabaseLocked', 'It is open in this process.');
      },
    });
    const guest = new Database({ backend, readOnly: false });
    const text = 'migrate { "1": { migrate data in people { set age = age + 1 } } }';
    const failure = guest.execute(text).then(
      () => 'it was done',
      (error: unknown) => error,
    );
    while ((await owner.migrations.running()).length === 0) await setTimeout(1);
    await owner.close();
    expect(await failure).toMatchObject({ code: 'OwnerLost', details: { outcome: 'unknown' } });
    await guest.close();

    const again = await Aurora.open(path);
    const unchanged = again.query('people').filter((f) => f.eq('age', 30));
    expect(await unchanged.count()).toBe(documentCount);
    await again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
