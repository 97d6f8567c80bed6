/*
 * Totals and groups against the reference evaluator, as differential.test.ts does it for documents: with and without
 * indexes, in memory and on disk. A failure prints its seed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, type AuroraOptions, type Database, type JsonValue } from '#engine';
import {
  compoundIndexes,
  documents,
  everyType,
  everyTypeIndexed,
  filters,
} from '../testing/arbitraries.ts';
import { groupings, totals } from '../testing/arbitrary-parts.ts';
import { evaluateReference, type ReferenceDocument } from '../testing/reference-evaluator.ts';
import { referenceAnswer, referenceRoot } from '../testing/reference-query.ts';
import { UnstatableSum } from '../testing/reference-sum.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-parts-'));
/** How many documents the filters let through: none, some, all; and sums that cannot be said. */
const tally = { none: 0, some: 0, all: 0, refused: 0 };

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  console.info(`parts: ${JSON.stringify(tally)}`);
});

type JsonObject = { readonly [key: string]: JsonValue };

interface Case {
  readonly documents: readonly JsonObject[];
  readonly queries: readonly { readonly where: JsonObject; readonly parts: string }[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  documents: fc.array(documents, { minLength: 8, maxLength: 40, size: 'max' }),
  queries: fc.array(
    fc.record({
      where: fc.oneof({ weight: 8, arbitrary: filters }, fc.constant<JsonObject>({})),
      parts: fc.oneof(
        totals,
        groupings,
        fc.tuple(totals, groupings).map((both) => both.join(' ')),
      ),
    }),
    { minLength: 1, maxLength: 12, size: 'max' },
  ),
});

function answer(text: string, db: Database, all: readonly ReferenceDocument[], where: JsonObject) {
  try {
    return referenceAnswer(text, db.catalog(), new Map([['plain', all]]), { where });
  } catch (error) {
    if (error instanceof UnstatableSum) return undefined;
    throw error;
  }
}

async function compare(options: AuroraOptions, { documents: list, queries }: Case) {
  const db = await Aurora.open(options);
  try {
    await db.newCollection('plain', everyType);
    await db.newCollection('indexed', everyTypeIndexed, { indexes: compoundIndexes });
    const ids = await db.insertMany('plain', list);
    const stored = ids.map((id) => db.get('plain', id));
    await db.insertMany(
      'indexed',
      stored.map((document) => ({ ...document })),
    );
    const all = JSON.parse(JSON.stringify(stored)) as ReferenceDocument[];
    for (const { where, parts } of queries) {
      const text = (name: string) =>
        `query($where: Object) { r: ${name}(where: $where) { ${parts} } }`;
      const wanted = answer(text('plain'), db, all, where);
      const root = referenceRoot('{ plain { id } }', db.catalog(), { where });
      const count = evaluateReference(root, all).length;
      tally[count === 0 ? 'none' : count === all.length ? 'all' : 'some'] += 1;
      for (const name of ['plain', 'indexed']) {
        const running = db.execute(text(name), { variables: { where } });
        if (wanted === undefined) {
          await expect(running, parts).rejects.toMatchObject({ code: 'InvalidValue' });
          tally.refused += 1;
        } else {
          const { data, extensions } = await running;
          expect(data['r'], `${parts}\n${extensions.plan.join()}`).toEqual(wanted);
        }
      }
    }
  } finally {
    await db.close();
  }
}

describe('totals and groups, and the reference evaluator', () => {
  it('agree in memory', async () => {
    await fc.assert(
      fc.asyncProperty(cases, (each) => compare({ store: 'memory' }, each)),
      { numRuns: 50, interruptAfterTimeLimit: 12_000 },
    );
  });

  it('agree on disk', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(cases, (each) => {
        run += 1;
        return compare({ dbPath: join(folder, `run-${run}`) }, each);
      }),
      { numRuns: 5, interruptAfterTimeLimit: 12_000, endOnFailure: true },
    );
  });
});
