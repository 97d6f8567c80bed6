import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bind, parse } from '#engine/aql';
import { systemClock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { SpoolSpace } from '../storage/spool-space.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { insertDocuments } from './insert-documents.ts';
import { Operations } from './operations.ts';
import { StatementsRun } from './run.ts';
import type { RunPart } from './run-part.ts';

const newId = createIdGenerator(systemClock, (bytes) => bytes.fill(7));
const documentCount = 9_000;

let folder: string;
let pipeline: CommitPipeline;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-watch-'));
  pipeline = await CommitPipeline.open(openDatabaseInMemory(newId));
  await pipeline.schema.defineCollection({
    name: 'numbers',
    fields: [
      {
        name: 'n',
        type: { kind: 'scalar', name: 'Int' },
        nullable: false,
        unique: false,
        indexed: false,
      },
    ],
    indexes: [],
    open: false,
  });
  await insert(documentCount);
});

afterEach(async () => {
  await pipeline.close();
  rmSync(folder, { recursive: true, force: true });
});

function environmentWith(spoolSpace: SpoolSpace, signal: AbortSignal) {
  const options = { pipeline, spoolSpace, clock: systemClock, newId, readOnly: false };
  return new Operations(options).environment(signal);
}

async function insert(count: number): Promise<void> {
  const { signal } = new AbortController();
  const environment = environmentWith(new SpoolSpace({ folder: undefined }), signal);
  const documents = Array.from({ length: count }, (_, n) => ({ n }));
  await insertDocuments(environment, () => pipeline.catalog, 'numbers', documents);
}

function openRun(spoolSpace: SpoolSpace): StatementsRun {
  const abort = new AbortController();
  const { document } = parse('query { numbers { n } }');
  return new StatementsRun({
    environment: environmentWith(spoolSpace, abort.signal),
    statements: bind(document, pipeline.catalog.shape).statements,
    variables: {},
    abort,
    onEnd: () => undefined,
  });
}

async function pullAll(run: StatementsRun): Promise<readonly RunPart[]> {
  const all: RunPart[] = [];
  for (;;) {
    const { parts, done } = await run.next(500);
    all.push(...parts);
    if (done) return all;
  }
}

async function beginAndSupersede(run: StatementsRun): Promise<readonly RunPart[]> {
  const { parts } = await run.next(10);
  await insert(1);
  await pipeline.settledSnapshot().then((snapshot) => snapshot.release());
  return parts;
}

function rowCount(parts: readonly RunPart[]): number {
  return parts.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rowCount : 0), 0);
}

function failures(parts: readonly RunPart[]): readonly string[] {
  return parts.flatMap((part) => (part.kind === 'failed' ? [part.error.code] : []));
}

const untilExpired = () =>
  new Promise((resolve) => setTimeout(resolve, limits.snapshotMsMax + limits.readerPauseMsMin));

describe('a result of which no more can be kept', () => {
  const nowhere = () => new SpoolSpace({ folder: undefined, memoryBytesMax: 1 });
  const onFullDisk = () => new SpoolSpace({ folder, freeBytes: () => 0, memoryBytesMax: 1 });

  it('is given whole to a reader who goes on', async () => {
    const run = openRun(nowhere());
    const first = await beginAndSupersede(run);
    const rest = await pullAll(run);
    expect([rowCount(first) + rowCount(rest), failures(rest)]).toEqual([documentCount, []]);
  });

  it('stays with its snapshot while nobody has written', async () => {
    const run = openRun(nowhere());
    const { parts } = await run.next(10);
    await untilExpired();
    const rest = await pullAll(run);
    expect([rowCount(parts) + rowCount(rest), failures(rest)]).toEqual([documentCount, []]);
  });

  it.each([
    ['SnapshotExpired', nowhere],
    ['DiskFull', onFullDisk],
  ])('ends with %s when its reader stays away, and no other does', async (code, spaceOf) => {
    const space = spaceOf();
    const run = openRun(space);
    const other = openRun(new SpoolSpace({ folder: undefined }));
    await beginAndSupersede(run);
    const first = await other.next(10);
    await untilExpired();
    // Timers come late on a busy machine.
    await expect.poll(() => [...pipeline.stats().readers], { timeout: 20_000 }).toEqual([]);
    const parts = await pullAll(run);
    expect(failures(parts)).toEqual([code]);
    expect(rowCount(first.parts) + rowCount(await pullAll(other))).toBe(documentCount + 1);
    expect([space.keptBytes, readdirSync(folder)]).toEqual([0, []]);
    expect([...pipeline.stats().readers]).toEqual([]);
  });
});
