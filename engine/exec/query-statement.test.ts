import { afterEach, describe, expect, it } from 'vitest';
import { bind, parse } from '#engine/aql';
import { systemClock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { SpoolSpace } from '../storage/spool-space.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { isRead, prepareRun } from './executable.ts';
import { insertDocuments } from './insert-documents.ts';
import { Operations } from './operations.ts';
import { QueryStatementRun } from './query-statement.ts';

const newId = createIdGenerator(systemClock, (bytes) => bytes.fill(7));
const pipelines: CommitPipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
});

async function openRun(
  documentCount: number,
  spoolSpace = new SpoolSpace({ folder: undefined }),
  text = 'query { numbers { n } }',
) {
  const pipeline = await CommitPipeline.open(openDatabaseInMemory(newId));
  pipelines.push(pipeline);
  const operations = new Operations({
    pipeline,
    spoolSpace,
    clock: systemClock,
    newId,
    readOnly: false,
  });
  const environment = operations.environment(new AbortController().signal);
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
  for (let start = 0; start < documentCount; start += limits.commitChangesMax) {
    const length = Math.min(limits.commitChangesMax, documentCount - start);
    const documents = Array.from({ length }, (_, at) => ({ n: start + at }));
    await insertDocuments(environment, () => pipeline.catalog, 'numbers', documents);
  }
  const { statements } = bind(parse(text).document, pipeline.catalog.shape);
  const roots = statements.flatMap((bound) => {
    const { statement } = prepareRun(bound, {});
    return statement.kind === 'query' ? statement.roots.filter(isRead) : [];
  });
  return QueryStatementRun.open(environment, roots, new Map());
}

async function readAll(run: QueryStatementRun): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  for (const root of run.roots) {
    for (let batch = await root.next(); batch; batch = await root.next()) {
      values.push(...batch.documents.map(({ n }) => n));
    }
  }
  return values;
}

const aWhileMs = 60_000;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a query whose consumer pauses', () => {
  it('gives up its snapshot and keeps the rest of the result', async () => {
    const run = await openRun(2_000);
    const first = await run.roots[0]?.next();
    expect(await run.spool(aWhileMs)).toEqual({ kind: 'released' });
    expect(run.holdsSnapshot).toBe(false);
    const given = first?.documents.map(({ n }) => n) ?? [];
    expect([...given, ...(await readAll(run))]).toEqual(numbers(2_000));
  });

  it('keeps the rest of every root, in the order of the query', async () => {
    const text = 'query { numbers(orderBy: { n: DESC }) { n } again: numbers(limit: 10) { n } }';
    const run = await openRun(1_000, undefined, text);
    await run.spool(aWhileMs);
    expect(run.holdsSnapshot).toBe(false);
    expect(await readAll(run)).toEqual([...numbers(1_000).reverse(), ...numbers(10)]);
  });

  it('is told when more cannot be kept, and gives all from its snapshot', async () => {
    const run = await openRun(10_000, new SpoolSpace({ folder: undefined, memoryBytesMax: 1 }));
    expect(await run.spool(aWhileMs)).toMatchObject({ error: { code: 'SnapshotExpired' } });
    expect([run.holdsSnapshot, await readAll(run)]).toEqual([true, numbers(10_000)]);
    await run.close();
  });

  it('ends with the error behind what was kept when it is cut', async () => {
    const run = await openRun(10_000, new SpoolSpace({ folder: undefined, memoryBytesMax: 1 }));
    const outcome = await run.spool(aWhileMs);
    if (outcome.kind === 'full') run.cut(outcome.error);
    expect(run.holdsSnapshot).toBe(false);
    const first = await run.roots[0]?.next();
    expect(first?.documents[0]).toMatchObject({ n: 0 });
    await expect(readAll(run)).rejects.toMatchObject({ code: 'SnapshotExpired' });
  });

  it('goes on with its snapshot when the consumer comes back before the end', async () => {
    const run = await openRun(2_000);
    expect(await run.spool(0)).toEqual({ kind: 'going' });
    expect([run.holdsSnapshot, await readAll(run)]).toEqual([true, numbers(2_000)]);
    await run.close();
  });
});
