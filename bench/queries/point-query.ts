/*
 * What a prepared query for one document takes beside the engine's own `get`, which neither looks at a text nor makes a
 * result: round after round of the one and the other, with other ids in each call.
 */
import { deepStrictEqual } from 'node:assert/strict';
import type { Database } from '#engine';
import { median } from '../storage/interleave.ts';
import { personOf } from './people.ts';

const calls = 2_000;
/** Of ids that were all asked for before, as in a program that asks again and again. */
const ids = 5_000;
const warmCalls = 4 * ids;
const aql =
  'query($id: ID) { people(where: { id: { eq: $id } }) { id name email city role age score active bio joined tags } }';
const differenceUsMax = 3;

/** One table: medians of microseconds per call, and their difference. */
export async function pointQueries(db: Database, rounds: number): Promise<string> {
  const statement = db.prepare(aql);
  const idOf = (call: number): string => personOf((call * 997) % ids).id;
  const execute = async (id: string) => (await statement.execute({ id })).data['people'];
  const sides: Readonly<Record<string, (id: string) => unknown>> = {
    get: (id) => db.get('people', id),
    'prepared execute': execute,
  };
  for (let call = 0; call < warmCalls; call += 1) {
    deepStrictEqual(await execute(idOf(call)), [db.get('people', idOf(call))]);
  }
  const times = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, ask] of Object.entries(sides)) {
      const startedAt = performance.now();
      for (let call = 0; call < calls; call += 1) await ask(idOf(round * calls + call));
      times.get(name)?.push(((performance.now() - startedAt) * 1_000) / calls);
    }
  }
  const [get = 0, prepared = 0] = [...times.values()].map(median);
  const difference = prepared - get;
  const verdict = difference <= differenceUsMax ? 'met' : 'MISSED';
  return [
    '### One document by its id, prepared, beside get',
    '',
    '| | µs each, median | least – most | more than get | wanted |',
    '|---|---:|---:|---:|---|',
    ...[...times].map(([name, each]) => {
      const range = `${Math.min(...each).toFixed(2)} – ${Math.max(...each).toFixed(2)}`;
      const more =
        name === 'get' ? ' | ' : `${difference.toFixed(2)} | ≤ ${differenceUsMax}: ${verdict}`;
      return `| ${name} | ${median(each).toFixed(2)} | ${range} | ${more} |`;
    }),
  ].join('\n');
}
