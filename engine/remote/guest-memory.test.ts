import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { Database } from '../database.ts';
import { AuroraError } from '../errors.ts';
import { SharedBackend } from './shared-backend.ts';

it('holds the queries of guests to the memory that the owner was opened with, and to the rows that they want', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-guest-memory-'));
  const path = join(folder, 'shared.db');
  const owner = await Aurora.open({ dbPath: path, queryMemoryMb: 1 });
  try {
    await owner.newCollection('notes', { text: { type: 'String' } });
    const notes = Array.from({ length: 4_000 }, (_, n) => ({ text: `${n}`.padStart(400, '.') }));
    await owner.insertMany('notes', notes);
    const backend = await SharedBackend.open({
      ...{ path, create: false, readOnly: false, guest: true, waitMsMax: 5_000 },
      openLocal: async () => {
        throw new AuroraError('DatabaseLocked', 'It is open in this process.');
      },
    });
    const guest = new Database({ backend, readOnly: false });
    const text = '{ notes(orderBy: { text: ASC }) { text } }';
    await expect(guest.execute(text)).rejects.toMatchObject({
      code: 'LimitExceeded',
      details: { option: 'queryMemoryMb' },
    });
    await expect(guest.execute('{ notes { id } }', { rowsMax: 3_999 })).rejects.toMatchObject({
      code: 'LimitExceeded',
      details: { rowsMax: 3_999 },
    });
    const whole = await guest.execute('{ notes { id } }', { rowsMax: 4_000 });
    expect(whole.data['notes']).toHaveLength(4_000);
    await guest.close();
  } finally {
    await owner.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
