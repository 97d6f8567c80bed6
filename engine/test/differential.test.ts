/*
 * The engine against the reference evaluator (differential/compare-worlds.ts). DIFFERENTIAL_STEPS and DIFFERENTIAL_SEED say
 * how many queries and mutations, and which; a failure prints seed, configuration, plan and query.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plannerRules } from '../plan/logical-query.ts';
import { compareWorlds } from './differential/compare-worlds.ts';

const steps = Number(process.env['DIFFERENTIAL_STEPS'] ?? 20_000);
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? Date.now() % 2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'aurora-differential-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const operatorsCompared = [
  ...['FullScan', 'IdLookup', 'IndexRange', 'ColumnScan', 'IndexEnd', 'Filter', 'Sort', 'SortTies'],
  ...['TopK', 'Limit', 'Offset', 'Aggregate', 'GroupBy', 'Count', 'CollectionCount', 'Nothing'],
];

describe('engine and reference evaluator', () => {
  it('agree on queries and mutations in every configuration', {
    timeout: 300_000 + steps * 30,
  }, async () => {
    const { operators, configurations, ...tally } = await compareWorlds({ steps, seed, folder });
    const share = Math.round((100 * tally.some) / Math.max(1, tally.queries));
    console.info(
      `differential: seed ${seed}, ${JSON.stringify(tally)}; ${share} % of the queries find some documents and not all`,
    );
    expect(tally.queries + tally.mutations).toBeGreaterThanOrEqual(steps);
    expect(share).toBeGreaterThanOrEqual(50);
    expect([...operators.keys()]).toEqual(expect.arrayContaining(operatorsCompared));
    const names = ['plain', 'columns', 'indexes', 'everything', 'no rule', 'soon given up', 'disk'];
    const each = [...names, ...plannerRules.map((rule) => `without ${rule}`)];
    expect([...configurations.keys()].sort()).toEqual(each.sort());
  });
});
