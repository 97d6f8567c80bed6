import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert } from '../base/assert.ts';
import { systemClock } from '../base/clock.ts';
import { openDatabaseInMemory } from '../storage/database-folder.ts';
import { SpoolSpace } from '../storage/spool-space.ts';
import { CommitPipeline } from '../transactions/commit-pipeline.ts';
import type { IndexBound, IndexRange, RowCursor } from '../transactions/snapshot.ts';
import { createIdGenerator } from '../values/uuid.ts';
import { insertDocuments } from './insert-documents.ts';
import { Operations } from './operations.ts';
import { TrialIndex } from './trial-index.ts';

const newId = createIdGenerator(systemClock, (bytes) => bytes.fill(7));
const number = fc.option(fc.integer({ min: 0, max: 6 }));
const bound: fc.Arbitrary<IndexBound> = fc.record({
  values: fc.oneof(fc.tuple(number), fc.tuple(number, number)),
  inclusive: fc.boolean(),
});
const ranges: fc.Arbitrary<IndexRange> = fc
  .record({ lower: fc.option(bound), upper: fc.option(bound), reverse: fc.boolean() })
  .map(({ lower, upper, reverse }) => ({
    reverse,
    ...(lower === null ? {} : { lower }),
    ...(upper === null ? {} : { upper }),
  }));

function rowsOf(cursor: RowCursor): readonly number[] {
  const rows: number[] = [];
  for (let batch = cursor.next(3); batch.length > 0; batch = cursor.next(3)) rows.push(...batch);
  cursor.close();
  return rows;
}

describe('an index that is only tried', () => {
  it('gives the rows of every range in the order of an index that is kept', async () => {
    const pipeline = await CommitPipeline.open(openDatabaseInMemory(newId));
    const operations = new Operations({
      ...{ pipeline, newId, clock: systemClock, readOnly: false },
      spoolSpace: new SpoolSpace({ folder: undefined }),
    });
    const environment = operations.environment(new AbortController().signal);
    const field = (name: string) => ({
      ...{ name, nullable: true, unique: false, indexed: false },
      type: { kind: 'scalar', name: 'Int' } as const,
    });
    await pipeline.schema.defineCollection({
      name: 'pairs',
      fields: [field('a'), field('b')],
      indexes: [{ fields: ['a', 'b'], unique: false }],
      open: false,
    });
    const documents = Array.from({ length: 200 }, (_, n) => ({
      ...(n % 7 === 0 ? {} : { a: n % 5 }),
      ...(n % 11 === 0 ? {} : { b: (n * 3) % 6 }),
    }));
    await insertDocuments(environment, () => pipeline.catalog, 'pairs', documents);
    const snapshot = await pipeline.settledSnapshot();
    const collection = snapshot.catalog.collection('pairs');
    const [index] = collection?.indexes ?? [];
    assert(collection !== undefined && index !== undefined, 'the collection has an index');
    const trial = await TrialIndex.build(snapshot, { collection, index }, environment);
    expect(trial.entryCount).toBe(200);
    fc.assert(
      fc.property(ranges, (range) => {
        expect(rowsOf(trial.open(range))).toEqual(rowsOf(snapshot.scanIndex(index, range)));
        expect(trial.count(range, 9)).toBe(snapshot.countIndex(index, range, 9));
      }),
    );
    snapshot.release();
    await pipeline.close();
  });
});
