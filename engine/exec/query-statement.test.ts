import { afterEach, describe, expect, it } from 'vitest';
import { bind, parse } from '#engine/aql';
import { systemClock } from '../base/clock.ts';
import { limits } from '../limits.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
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

async function openRun(documentCount: number) {
  const pipeline = await CommitPipeline.open(openDatabaseInMemory(newId));
  pipelines.push(pipeline);
  const operations = new Operations({ pipeline, clock: systemClock, newId, readOnly: false });
  const environment = operations.environment(new AbortController().signal);
  await pipeline.defineCollection({
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
  const { statements } = bind(parse('query { numbers { n } }').document, pipeline.catalog.shape);
  const roots = statements.flatMap((bound) => {
    const { statement } = prepareRun(bound, {});
    return statement.kind === 'query' ? statement.roots.filter(isRead) : [];
  });
  return QueryStatementRun.open(environment, roots, new Map());
}

async function readAll(run: QueryStatementRun): Promise<number> {
  let count = 0;
  for (const root of run.roots) {
    for (let batch = await root.next(); batch; batch = await root.next()) {
      count += batch.documents.length;
    }
  }
  return count;
}

describe('a query whose consumer pauses', () => {
  it('gives up its snapshot and keeps the rest of the result', async () => {
    const run = await openRun(2_000);
    const first = await run.roots[0]?.next();
    await run.spool(() => false);
    expect(run.holdsSnapshot).toBe(false);
    expect((first?.documents.length ?? 0) + (await readAll(run))).toBe(2_000);
  });

  it('ends with SnapshotExpired behind what was kept when the rest is too large', async () => {
    const run = await openRun(limits.spoolRowsMax + 5_000);
    await run.spool(() => false);
    expect(run.holdsSnapshot).toBe(false);
    await expect(readAll(run)).rejects.toMatchObject({ code: 'SnapshotExpired' });
  });

  it('goes on with its snapshot when the consumer comes back meanwhile', async () => {
    const run = await openRun(2_000);
    let looks = 0;
    await run.spool(() => {
      looks += 1;
      return looks > 2;
    });
    expect([run.holdsSnapshot, await readAll(run)]).toEqual([true, 2_000]);
    run.close();
  });
});
