/* How many keys an index has for each row that is found in it, and what finding one costs. */
import type { IndexEntry } from '../catalog/catalog.ts';
import { columnSpecOf } from './column-access.ts';
import { costs } from './costs.ts';
import type { RuleInput } from './logical-query.ts';

/** Where nothing is known of the values, so many rows are taken to have the same. */
const rowsPerKeyGuess = 8;
/** Rows under one key lie in blocks of so many. */
const rowsPerBlock = 256;

/** What it costs to find a row in an index whose first fields, so many, have one value each. */
export function findCostOf(index: IndexEntry, pinnedCount: number, input: RuleInput): number {
  return costs.indexRow + costs.indexKey * keysPerRow(index, pinnedCount, input);
}

function keysPerRow(
  index: IndexEntry,
  pinnedCount: number,
  { query: { collection }, facts, shares }: RuleInput,
): number {
  if (index.unique) return 1;
  if (pinnedCount >= index.fields.length) return 1 / rowsPerBlock;
  const documentCount = Math.max(1, facts.documentCount(collection));
  let keyCount = 1;
  for (const field of index.fields.slice(pinnedCount)) {
    const spec = columnSpecOf(collection.definition, field.split('.'));
    const distinct = spec && shares.distinctCount(spec);
    if (distinct === undefined) return 1 / rowsPerKeyGuess;
    keyCount *= distinct;
  }
  return Math.min(1, 1 / rowsPerBlock + keyCount / documentCount);
}
