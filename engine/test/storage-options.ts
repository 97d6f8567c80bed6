/*
 * The effects of the options about log, buffer and cache. They show in the figures of the commit pipeline, so these
 * open what a database stands on as `Aurora.open` does, by the options' names, and look there. Each compares a value
 * of its option with another one; nothing depends on how fast the machine is.
 */
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { OpenDatabases, type StoreHold } from '../open-databases.ts';
import { type AuroraOptions, resolveOptions } from '../options.ts';
import type { PipelineStats } from '../transactions/pipeline-stats.ts';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { createIdGenerator } from '../values/uuid.ts';

const newId = createIdGenerator(systemClock, randomFillSync);
const hourMs = 3_600_000;
/** Nothing happens by itself, so that only the option in question moves anything. */
const atRest = {
  writeBufferFlushIntervalMs: hourMs,
  checkpointIntervalMs: hourMs,
  walSyncIntervalMs: 10_000,
} satisfies AuroraOptions;

class Opened {
  readonly #hold: StoreHold;

  constructor(hold: StoreHold) {
    this.#hold = hold;
  }

  get stats(): PipelineStats {
    return this.#hold.pipeline.stats();
  }

  get log() {
    const { log } = this.stats;
    if (log === undefined) throw new Error('There is no log.');
    return log;
  }

  /** Commits of one document each, one after the other. */
  async commit(count: number, text = ''): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const document: StoredDocument = { id: newId(), text };
      await this.#hold.pipeline.commit([{ kind: 'insert', collection: 'notes', document }]);
    }
  }

  /** Reads documents by their rows. */
  async read(rows: readonly number[]): Promise<void> {
    const snapshot = await this.#hold.pipeline.settledSnapshot();
    const notes = snapshot.catalog.collection('notes');
    if (notes === undefined) throw new Error('The collection was defined at the beginning.');
    for (const row of rows) expect(snapshot.read(notes, row as Row)).toBeDefined();
    snapshot.release();
  }
}

/** Opens a database with one collection, and closes it when the work is done. */
async function open<Result>(
  folder: string,
  options: AuroraOptions,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const dbPath = join(folder, `${newId()}.db`);
  const hold = await new OpenDatabases().hold(
    resolveOptions({ dbPath, ...atRest, ...options }),
    newId,
  );
  try {
    await hold.pipeline.schema.defineCollection({
      name: 'notes',
      fields: [
        {
          name: 'text',
          type: { kind: 'scalar', name: 'String' },
          nullable: false,
          indexed: false,
          unique: false,
        },
      ],
      indexes: [],
      open: false,
    });
    return await work(new Opened(hold));
  } finally {
    await hold.release();
  }
}

/** Waits for what happens by itself, however long the machine takes. */
function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(condition()).toBe(true), { timeout: 15_000, interval: 5 });
}

const kilobyte = 'x'.repeat(1_000);
const fromZero = (count: number) => Array.from({ length: count }, (_, row) => row);

type Effect = (folder: string) => Promise<void>;

/** By option: shows that two of its values differ as documented. */
export const storageEffects: Readonly<Record<string, Effect>> = {
  hotCacheSizeMb: async (folder) => {
    await open(folder, { hotCacheSizeMb: 0 }, async (opened) => {
      expect(opened.stats.cache).toBeUndefined();
    });
    await open(folder, { hotCacheSizeMb: 1, durabilityMode: 'WAL' }, async (opened) => {
      await opened.commit(600, kilobyte);
      await opened.read(fromZero(600));
      const { cache } = opened.stats;
      expect(cache?.bytesMax).toBe(1_048_576);
      expect(cache?.bytes).toBeLessThanOrEqual(1_048_576);
      expect(cache?.evictionCount).toBeGreaterThan(0);
      await opened.read([599, 599, 599]);
      expect(opened.stats.cache?.hitCount).toBeGreaterThan(cache?.hitCount ?? 0);
    });
  },

  evictionPolicy: async (folder) => {
    const hits: { [policy: string]: number } = {};
    for (const evictionPolicy of ['LRU', 'LFU', 'Hybrid'] as const) {
      const options = { evictionPolicy, hotCacheSizeMb: 1, durabilityMode: 'WAL' } as const;
      hits[evictionPolicy] = await open(folder, options, async (opened) => {
        await opened.commit(1_000, kilobyte);
        // A working set is read again and again, then everything once.
        for (let round = 0; round < 5; round += 1) await opened.read(fromZero(50));
        await opened.read(fromZero(1_000));
        const before = opened.stats.cache?.hitCount ?? 0;
        await opened.read(fromZero(50));
        return (opened.stats.cache?.hitCount ?? 0) - before;
      });
    }
    expect(hits).toEqual({ LRU: 0, LFU: 50, Hybrid: 50 });
  },

  enableWriteBuffering: async (folder) => {
    await open(folder, { enableWriteBuffering: true }, async (opened) => {
      await opened.commit(3);
      const { buffer, sequence, storedSequence } = opened.stats;
      expect([buffer.changeCount, sequence - storedSequence]).toEqual([3, 3]);
    });
    await open(folder, { enableWriteBuffering: false }, async (opened) => {
      await opened.commit(3);
      const { buffer, sequence, storedSequence } = opened.stats;
      expect([buffer.changeCount, sequence - storedSequence]).toEqual([0, 0]);
    });
  },

  writeBufferSize: async (folder) => {
    await open(folder, { writeBufferSize: 1_000 }, async (opened) => {
      await opened.commit(40);
      expect(opened.stats.buffer.changeCount).toBe(40);
    });
    await open(folder, { writeBufferSize: 4 }, async (opened) => {
      await opened.commit(40);
      await until(() => opened.stats.buffer.changeCount <= 8);
      expect(opened.stats.storedSequence).toBeGreaterThan(0);
    });
  },

  writeBufferFlushIntervalMs: async (folder) => {
    await open(folder, { writeBufferFlushIntervalMs: hourMs }, async (patient) => {
      await patient.commit(3);
      await open(folder, { writeBufferFlushIntervalMs: 1 }, async (hasty) => {
        await hasty.commit(3);
        await until(() => hasty.stats.buffer.changeCount === 0);
      });
      expect(patient.stats.buffer.changeCount).toBe(3);
    });
  },

  enableWal: async (folder) => {
    const durabilityMode = 'Synchronous';
    await open(folder, { enableWal: true, durabilityMode }, async (opened) => {
      await opened.commit(1);
      expect(opened.log.lastLsn).toBeGreaterThan(0);
    });
    await open(folder, { enableWal: false, durabilityMode }, async (opened) => {
      await opened.commit(1);
      expect(opened.stats.log).toBeUndefined();
    });
  },

  durabilityMode: async (folder) => {
    await open(folder, { durabilityMode: 'None' }, async (opened) => {
      await opened.commit(10);
      expect(opened.stats.log).toBeUndefined();
    });
    await open(folder, { durabilityMode: 'WAL' }, async (opened) => {
      await opened.commit(10);
      expect(opened.log.syncedLsn).toBeLessThan(opened.log.lastLsn);
    });
    await open(folder, { durabilityMode: 'Strict' }, async (opened) => {
      const before = opened.log.syncCount;
      await opened.commit(10);
      expect(opened.log.syncCount - before).toBeGreaterThanOrEqual(10);
      expect(opened.stats.storedSequence).toBeLessThan(opened.stats.sequence);
    });
    await open(folder, { durabilityMode: 'Synchronous' }, async (opened) => {
      await opened.commit(10);
      expect(opened.stats.storedSequence).toBe(opened.stats.sequence);
    });
  },

  walSyncIntervalMs: async (folder) => {
    const durabilityMode = 'WAL';
    await open(folder, { durabilityMode, walSyncIntervalMs: 10_000 }, async (patient) => {
      await patient.commit(3);
      expect(patient.log.syncedLsn).toBeLessThan(patient.log.lastLsn);
      await open(folder, { durabilityMode, walSyncIntervalMs: 1 }, async (hasty) => {
        await hasty.commit(3);
        await until(() => hasty.log.syncedLsn === hasty.log.lastLsn);
      });
    });
  },

  walSegmentBytes: async (folder) => {
    const durabilityMode = 'WAL';
    await open(folder, { durabilityMode, walSegmentBytes: 4 * 1_048_576 }, async (opened) => {
      await opened.commit(600, kilobyte);
      expect(opened.log.segmentCount).toBe(1);
    });
    await open(folder, { durabilityMode, walSegmentBytes: 256 * 1_024 }, async (opened) => {
      await opened.commit(600, kilobyte);
      expect(opened.log.segmentCount).toBeGreaterThan(2);
    });
  },

  checkpointIntervalMs: async (folder) => {
    await open(folder, { checkpointIntervalMs: hourMs }, async (patient) => {
      await patient.commit(3);
      await open(folder, { checkpointIntervalMs: 10 }, async (hasty) => {
        await hasty.commit(3);
        await until(() => hasty.stats.storedSequence === hasty.stats.sequence);
      });
      expect(patient.stats.storedSequence).toBeLessThan(patient.stats.sequence);
    });
  },

  changeLogBytesMax: (folder) => keepsLess(folder, { changeLogBytesMax: 300_000 }),

  changeLogRetentionMs: (folder) => keepsLess(folder, { changeLogRetentionMs: 1 }),
};

/** With the option, a checkpoint gives up the beginning of the log; without it, all is kept. */
async function keepsLess(folder: string, option: AuroraOptions): Promise<void> {
  const options = {
    durabilityMode: 'WAL',
    walSegmentBytes: 256 * 1_024,
    checkpointIntervalMs: 10,
  } as const;
  await open(folder, options, async (keeping) => {
    const first = keeping.log.oldestLsn;
    await keeping.commit(900, kilobyte);
    await until(() => keeping.stats.storedSequence === keeping.stats.sequence);
    await open(folder, { ...options, ...option }, async (retiring) => {
      await retiring.commit(900, kilobyte);
      // Each commit brings another checkpoint.
      await vi.waitFor(
        async () => {
          await retiring.commit(1);
          expect(retiring.log.oldestLsn).toBeGreaterThan(first);
        },
        { timeout: 15_000, interval: 20 },
      );
    });
    expect(keeping.log.oldestLsn).toBe(first);
  });
}
