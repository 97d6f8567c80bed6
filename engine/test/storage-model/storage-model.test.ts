/*
 * Any operations, crashes and reopenings in any order, against a naive model: in every mode, with and without cache and
 * write buffer. STORAGE_MODEL_RUNS says how many sequences are tried for each (`npm run test:long -- storage-model`),
 * STORAGE_MODEL_SEED repeats them; a failure is shrunk and shows the shortest sequence that fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlainOptions, Promised } from '../durability/modes.ts';
import { chooseSeed } from '../durability/seeded-random.ts';
import { type StorageCommand, storageCommands } from './commands.ts';
import { StorageModel } from './model.ts';
import { RealDatabase } from './real-database.ts';

const runCount = Number(process.env['STORAGE_MODEL_RUNS'] ?? 6);
const seed = chooseSeed('STORAGE_MODEL_SEED');
console.info(`storage model: seed ${seed}`);

interface Configuration {
  readonly name: string;
  readonly options: PlainOptions;
  readonly afterKill: Promised;
}

const small: PlainOptions = {
  walSegmentBytes: 256 * 1024,
  writeBufferSize: 8,
  writeBufferFlushIntervalMs: 5,
  checkpointIntervalMs: 20,
};

/** Mode × cache × buffer. `Synchronous` never buffers. */
const configurations: readonly Configuration[] = (
  ['None', 'WAL', 'Strict', 'Synchronous'] as const
).flatMap((durabilityMode) =>
  [1, 0].flatMap((hotCacheSizeMb) =>
    (durabilityMode === 'Synchronous' ? [false] : [true, false]).map((enableWriteBuffering) => ({
      name: `${durabilityMode}, ${hotCacheSizeMb > 0 ? 'cache' : 'no cache'}, ${enableWriteBuffering ? 'buffer' : 'no buffer'}`,
      options: { ...small, durabilityMode, hotCacheSizeMb, enableWriteBuffering },
      afterKill: durabilityMode === 'None' ? 'a prefix' : 'everything',
    })),
  ),
);

async function runSequences(
  options: PlainOptions,
  promised: Promised,
  settings: fc.Parameters<[Iterable<StorageCommand>]>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.commands(storageCommands(promised), { maxCommands: 30, size: '+1' }),
      async (commands) => {
        const real = await RealDatabase.create(options);
        try {
          await fc.asyncModelRun(() => ({ model: new StorageModel(), real }), commands);
          expect((await real.db.verify()).problems).toEqual([]);
        } finally {
          await real.end();
        }
      },
    ),
    settings,
  );
}

describe('a database on disk', () => {
  it.each(configurations)(
    'agrees with the model: $name',
    async ({ options, afterKill }) => {
      await runSequences(options, afterKill, { numRuns: runCount, seed });
    },
    60_000 + runCount * 5_000,
  );

  it('is found out when a crash takes what was promised', async () => {
    const options: PlainOptions = { durabilityMode: 'None', writeBufferFlushIntervalMs: 60_000 };
    const settings = { numRuns: 200, seed, endOnFailure: true };
    await expect(runSequences(options, 'everything', settings)).rejects.toThrow(/crash/);
  }, 60_000);

  it.each(configurations)(
    'loses no increment of 64 callers: $name',
    { timeout: 60_000 },
    async ({ options }) => {
      const real = await RealDatabase.create(options);
      try {
        const ids = await real.db.insertMany('things', [{ count: 0 }, { count: 0 }]);
        const callerCount = 64;
        await Promise.all(
          Array.from({ length: callerCount }, async (_, caller) => {
            const target = ids[caller % ids.length] ?? '';
            await real.db
              .query('things')
              .filter((f) => f.eq('id', target))
              .update({ count: { increment: 1 } });
            await real.db.query('things').update({ count: { increment: 1 } });
          }),
        );
        const counts = async () => (await real.documents()).map(({ count }) => count);
        const expected = ids.map(() => callerCount / 2 + callerCount);
        expect(await counts()).toEqual(expected);
        await real.reopen();
        expect(await counts()).toEqual(expected);
      } finally {
        await real.end();
      }
    },
  );
});
