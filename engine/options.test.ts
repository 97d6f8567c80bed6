import { describe, expect, it } from 'vitest';
import { AuroraError } from './errors.ts';
import { type AuroraConfig, type AuroraOptions, resolveOptions } from './options.ts';

/** What a program without types hands in. */
function resolveUntyped(options: unknown): AuroraError {
  try {
    resolveOptions(options as AuroraOptions);
  } catch (error) {
    if (error instanceof AuroraError) return error;
    throw error;
  }
  throw new Error('The options were taken.');
}

describe('options', () => {
  it('have the defaults of the configuration reference', () => {
    expect(resolveOptions('myapp.db')).toEqual({
      dbPath: 'myapp.db',
      create: true,
      readOnly: false,
      store: 'lmdb',
      guest: true,
      ownerTimeoutMs: 10_000,
      clock: undefined,
      hotCacheSizeMb: 256,
      evictionPolicy: 'LRU',
      coldCacheCapacityMb: 1_024,
      queryMemoryMb: 128,
      resultMemoryMb: 1_024,
      planner: undefined,
      // As the database has it, which for a new one is HighThroughput.
      coldMode: undefined,
      enableWriteBuffering: true,
      writeBufferSize: 10_000,
      writeBufferFlushIntervalMs: 1_000,
      enableWal: true,
      durabilityMode: 'Strict',
      walSyncIntervalMs: 50,
      walSegmentBytes: 16_777_216,
      checkpointIntervalMs: 10_000,
      changeLogBytesMax: 268_435_456,
      changeLogRetentionMs: 86_400_000,
      autoCompact: true,
      compactIntervalMins: 60,
      auditLogPath: undefined,
      recordMetrics: false,
    });
  });

  it('are taken as given, and `undefined` is the same as left out', () => {
    const config: AuroraConfig = {
      dbPath: 'myapp.db',
      hotCacheSizeMb: 0,
      evictionPolicy: 'Hybrid',
      durabilityMode: 'WAL',
      writeBufferSize: undefined,
      auditLogPath: 'audit.jsonl',
    };
    expect(resolveOptions(config)).toMatchObject({
      hotCacheSizeMb: 0,
      evictionPolicy: 'Hybrid',
      durabilityMode: 'WAL',
      writeBufferSize: 10_000,
      auditLogPath: 'audit.jsonl',
    });
  });

  it.each([
    [{}, 'Option "dbPath" is not set; it must be the path of a folder.'],
    [undefined, 'Option "dbPath" is not set; it must be the path of a folder.'],
    [{ dbPath: '' }, 'Option "dbPath" is ""; it must be the path of a folder.'],
    [{ dbPath: 7 }, 'Option "dbPath" is 7; it must be the path of a folder.'],
    [{ dbPath: 'a', readOnly: 'yes' }, 'Option "readOnly" is "yes"; it must be true or false.'],
    [
      { dbPath: 'a', hotCacheSizeMb: -1 },
      'Option "hotCacheSizeMb" is -1; it must be a whole number of MiB from 0 to 1,048,576.',
    ],
    [
      { dbPath: 'a', hotCacheSizeMb: '256' },
      'Option "hotCacheSizeMb" is "256"; it must be a whole number of MiB from 0 to 1,048,576.',
    ],
    [
      { dbPath: 'a', writeBufferSize: 0.5 },
      'Option "writeBufferSize" is 0.5; it must be a whole number of writes from 1 to 1,000,000.',
    ],
    [
      { dbPath: 'a', checkpointIntervalMs: Number.NaN },
      'Option "checkpointIntervalMs" is NaN; it must be a whole number of ms from 10 to 86,400,000.',
    ],
    [
      { dbPath: 'a', clock: {} },
      'Option "clock" is a value of type object; it must be an object with now() and elapsed().',
    ],
  ])('refuse %j and say what is allowed', (options, message) => {
    const error = resolveUntyped(options);
    expect([error.code, error.message]).toEqual(['InvalidOption', message]);
  });

  it.each([
    [{ dbPath: 'a', hot_cache_size_mb: 1 }, 'Did you mean "hotCacheSizeMb"?'],
    [{ dbPath: 'a', hotCacheSizeMB: 1 }, 'Did you mean "hotCacheSizeMb"?'],
    [{ dbPath: 'a', durabiltyMode: 'Strict' }, 'Did you mean "durabilityMode"?'],
    [{ dbPath: 'a', durabilityMode: 'strict' }, 'Did you mean "Strict"?'],
    [{ dbPath: 'a', evictionPolicy: 'lru' }, 'Did you mean "LRU"?'],
    [{ dbPath: 'a', coldMode: 'low_space' }, 'Did you mean "LowSpace"?'],
  ])('tell for %j what was meant', (options, hint) => {
    const error = resolveUntyped(options);
    expect([error.code, error.hint]).toEqual(['InvalidOption', hint]);
  });

  it('refuse a durability without a log that only a log can keep', () => {
    for (const durabilityMode of [undefined, 'WAL', 'Strict'] as const) {
      const error = resolveUntyped({ dbPath: 'a', enableWal: false, durabilityMode });
      expect(error.message).toContain(`durability mode "${durabilityMode ?? 'Strict'}"`);
      expect(error.hint).toContain('"Synchronous"');
    }
    for (const durabilityMode of ['None', 'Synchronous'] as const) {
      expect(resolveOptions({ dbPath: 'a', enableWal: false, durabilityMode })).toMatchObject({
        enableWal: false,
        durabilityMode,
      });
    }
  });

  it('say of each mode what follows: `None` never logs, `Synchronous` never buffers', () => {
    expect(resolveOptions({ dbPath: 'a', durabilityMode: 'None' })).toMatchObject({
      enableWal: false,
      enableWriteBuffering: true,
    });
    expect(resolveOptions({ dbPath: 'a', durabilityMode: 'Synchronous' })).toMatchObject({
      enableWal: true,
      enableWriteBuffering: false,
    });
    expect(resolveOptions({ dbPath: 'a', readOnly: true })).toMatchObject({ create: false });
  });

  it('of a database in memory are only those that need no files', () => {
    expect(
      resolveOptions({
        store: 'memory',
        hotCacheSizeMb: 1,
        evictionPolicy: 'LFU',
        readOnly: false,
      }),
    ).toMatchObject({
      store: 'memory',
      durabilityMode: 'None',
      enableWal: false,
      hotCacheSizeMb: 1,
    });
    for (const option of [
      { dbPath: 'a' },
      { readOnly: true },
      { enableWal: true },
      { durabilityMode: 'Strict' },
      { writeBufferSize: 5 },
      { auditLogPath: 'audit.jsonl' },
    ]) {
      const error = resolveUntyped({ store: 'memory', ...option });
      expect(error.message).toContain('left out for a database in memory');
      expect(error.details['option']).toBe(Object.keys(option)[0]);
    }
  });
});
