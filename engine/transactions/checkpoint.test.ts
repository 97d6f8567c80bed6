import { describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { nextTurn } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import { writeFormat } from '../storage/format.ts';
import { openMemoryStore } from '../storage/memory-store.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import { CommitPipeline } from './commit-pipeline.ts';

const texts: CollectionDefinition = { name: 'texts', fields: [], indexes: [], open: true };

describe('a log that has become long', () => {
  // The log stays long until the checkpoint has ended that it asks for. Every commit until then asked for one more: each
  // applied what had come since the one before, so that a writer waited for dozens of them.
  it('asks for one checkpoint, however many commits are made until that has ended', async () => {
    const memory = openMemoryStore();
    memory.transact((writer) => writeFormat(writer, idOf(0)), 4096);
    let flushCount = 0;
    let letGo = (): void => undefined;
    const disk = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isCounted = false;
    memory.flushed = async () => {
      if (!isCounted) return;
      flushCount += 1;
      await disk;
    };
    const pipeline = await CommitPipeline.open(memory, {
      durability: {
        mode: 'WAL',
        logFolder: new FaultLogFolder(),
        log: {
          segmentBytes: 16 * 1024 * 1024,
          syncIntervalMs: 60_000,
          retainedBytesMax: 0,
          retentionMs: 0,
        },
        buffer: { changesMax: 10_000, flushIntervalMs: 600_000 },
        checkpointIntervalMs: 600_000,
      },
    });
    await pipeline.schema.defineCollection(texts);
    isCounted = true;
    const text = 'x'.repeat(1024 * 1024);
    const commitCount = Math.ceil(limits.checkpointLogBytes / text.length) + 20;
    for (let number = 1; number <= commitCount; number += 1) {
      const document = { id: idOf(number), text };
      await pipeline.commit([{ kind: 'insert', collection: 'texts', document }]);
      await nextTurn();
    }
    letGo();
    await pipeline.checkpoint();
    isCounted = false;
    await pipeline.close();
    // The one that the log has asked for, and this one.
    expect(flushCount).toBe(2);
  });
});
