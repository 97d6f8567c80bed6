/*
 * The law of live queries: a snapshot and the deltas after it give what running the query gives, at every commit. Random
 * histories of commits, rollbacks and refusals, as one random query hears of them, for consumers that keep up, that are
 * slow, that gather for a while, that leave and go on, and whose owner goes away; the reference evaluator says what is
 * right. `npm run test:long -- live` has more of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { choicesFrom } from './law-choices.ts';
import { runHistories } from './law-history.ts';
import { beginLife, folderOf } from './law-life.ts';
import { LawTally } from './law-tally.ts';

const wantedRuns = Number(process.env['LIVE_RUNS'] ?? 10_000);
const isLong = process.env['LIVE_RUNS'] !== undefined;
const seed = Number(process.env['LIVE_SEED'] ?? Date.now() % 1_000_000);
const roundsPerLife = 100;
/** A machine that is busy with other things does fewer of them, and says so. */
const timeMsMax = isLong ? Number.POSITIVE_INFINITY : 25_000;

const folder = mkdtempSync(join(tmpdir(), 'aurora-live-'));
const tally = new LawTally();
let runCount = 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  console.info(
    [`live law: ${runCount} of ${wantedRuns} histories, seed ${seed}`, ...tally.lines].join('\n  '),
  );
});

/** What is kept from changes alone, whatever happens; windows, as long as not too many rows leave at once. */
const neverRunAgain = ['rows', 'totals', 'groups', 'both', 'watch', 'windows', 'watch with limit'];

describe('a live query', () => {
  it(
    `is at every commit what running it would give (seed ${seed})`,
    async () => {
      const choices = choicesFrom(seed);
      const startedAt = performance.now();
      const isWanted = () => runCount < wantedRuns && performance.now() - startedAt < timeMsMax;
      while (isWanted()) {
        const life = await beginLife(folderOf(folder, runCount), choices);
        for (let round = 0; round < roundsPerLife && isWanted(); round += 1) {
          runCount += await runHistories(life, choices, tally);
        }
        await life.end();
      }
      expect(neverRunAgain.map((kind) => [kind, tally.rerunsOf(kind)])).toEqual(
        neverRunAgain.map((kind) => [kind, 0]),
      );
    },
    isLong ? 24 * 3_600_000 : 120_000,
  );
});
