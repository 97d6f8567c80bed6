import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CollectionDefinition } from '#engine/aql';
import { writeFormat } from '../storage/format.ts';
import { openLmdbStore } from '../storage/lmdb-store.ts';
import { FaultLogFolder } from '../testing/fault-log-folder.ts';
import { idOf } from '../testing/numbered-id.ts';
import { patientDurability } from '../testing/patient-durability.ts';
import { openLogFolder } from '../wal/log-folder.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { DocumentChange } from './snapshot.ts';

const things: CollectionDefinition = { name: 'things', fields: [], indexes: [], open: true };

const insert = (number: number): DocumentChange => ({
  kind: 'insert',
  collection: 'things',
  document: { id: idOf(number) },
});

async function open(folder: string, changesMax: number): Promise<CommitPipeline> {
  mkdirSync(folder, { recursive: true });
  const store = await openLmdbStore({
    path: join(folder, 'data.mdb'),
    readOnly: false,
    initialize: (writer) => writeFormat(writer, idOf(0)),
  });
  return CommitPipeline.open(store, {
    durability: {
      ...patientDurability('Strict', new FaultLogFolder()),
      logFolder: openLogFolder(join(folder, 'wal')),
      buffer: { changesMax, flushIntervalMs: 600_000 },
    },
  });
}

let folder = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-recovered-'));
  const pipeline = await open(join(folder, 'living'), 10_000);
  await pipeline.schema.defineCollection(things);
  await pipeline.commit(Array.from({ length: 2_500 }, (_, number) => insert(number)));
  cpSync(join(folder, 'living'), join(folder, 'killed'), { recursive: true });
  await pipeline.close();
});

afterEach(() => rmSync(folder, { recursive: true }));

function documentCount(snapshot: ReturnType<CommitPipeline['snapshot']>): number {
  const entry = snapshot.catalog.collection('things');
  return entry === undefined ? 0 : snapshot.documentCount(entry);
}

describe('a buffer that was read from the log', () => {
  it('makes room for the first commit when it holds more than may be gathered', async () => {
    const pipeline = await open(join(folder, 'killed'), 1_000);
    expect(pipeline.stats().buffer.changeCount).toBe(2_500);
    await pipeline.commit([insert(2_500)]);
    const snapshot = await pipeline.settledSnapshot();
    expect(documentCount(snapshot)).toBe(2_501);
    snapshot.release();
    await pipeline.close();
  });

  // The log writes its mark into the store, which asserts that no queue is open; one was opened in the microtasks before.
  it('is applied while the log is opened, whichever begins so much earlier', async () => {
    for (let ticks = -12; ticks < 12; ticks += 1) {
      const copy = join(folder, `ticks ${ticks}`);
      cpSync(join(folder, 'killed'), copy, { recursive: true });
      const pipeline = await open(copy, 10_000);
      const begin = ticks < 0 ? () => pipeline.getReady() : () => settle(pipeline);
      const beginNext = ticks < 0 ? () => settle(pipeline) : () => pipeline.getReady();
      const first = begin();
      for (let tick = 0; tick < Math.abs(ticks); tick += 1) await undefined;
      await expect(Promise.all([first, beginNext()]), `${ticks} ticks`).resolves.toBeDefined();
      await pipeline.close();
    }
  });
});

async function settle(pipeline: CommitPipeline): Promise<void> {
  (await pipeline.settledSnapshot()).release();
}
