/* Shows what the options about a second process do: with a program that owns the database. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { Aurora } from '#engine';
import { SharingChild } from './sharing-child.ts';

async function withOwner(
  folder: string,
  work: (dbPath: string, owner: SharingChild) => Promise<void>,
): Promise<void> {
  const dbPath = join(folder, 'shared.db');
  const owner = new SharingChild(dbPath);
  try {
    owner.tell('open');
    await owner.said(`is owner ${owner.pid}`);
    await work(dbPath, owner);
  } finally {
    await owner.kill();
  }
}

/** By option, as the table of `options.test.ts`. */
export const sharingEffects: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  guest: (folder) =>
    withOwner(folder, async (dbPath) => {
      await expect(Aurora.open({ dbPath, guest: false })).rejects.toMatchObject({
        code: 'DatabaseLocked',
      });
      const guest = await Aurora.open({ dbPath, guest: true });
      expect(guest.connection.state).toBe('guest');
      await guest.close();
    }),
  ownerTimeoutMs: (folder) =>
    withOwner(folder, async (dbPath, owner) => {
      const patient = await Aurora.open({ dbPath, ownerTimeoutMs: 60_000 });
      const states: string[] = [];
      patient.onDidChangeConnection(({ state }) => states.push(state));
      owner.tell('hang');
      await owner.said('hanging');
      const answer = patient.query('numbers').count();
      const first = await Promise.race([
        answer.catch(() => 'failed'),
        new Promise((resolve) => setTimeout(resolve, 1_500, 'still waits')),
      ]);
      expect([first, states]).toEqual(['still waits', []]);
      const refused = expect(answer).rejects.toThrow();
      await owner.kill();
      await refused;
      await patient.close();
      const next = new SharingChild(dbPath);
      try {
        next.tell('open');
        await next.said(`is owner ${next.pid}`);
        const impatient = await Aurora.open({ dbPath, ownerTimeoutMs: 300 });
        next.tell('hang');
        await next.said('hanging');
        await expect(impatient.query('numbers').count()).rejects.toThrow();
        expect(impatient.connection.state).not.toBe('guest');
        await impatient.close();
      } finally {
        await next.kill();
      }
    }),
};
