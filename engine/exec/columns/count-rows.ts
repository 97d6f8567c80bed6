/*
 * How many rows satisfy conditions, counted at once. One condition on a field with counted codes is a sum of counters;
 * several begin with the rows of the rarest value that one of them asks for.
 */

import { tablePairsMax } from '../../cache/code-pairs-table.ts';
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import type { CodedChunk } from '../../cache/column-chunk.ts';
import type { ResolvedFilter } from '../../plan/resolved-filter.ts';
import { type ColumnTest, compileColumnTests } from './column-test.ts';

/** So many rows are looked at in a fraction of a time slice. */
const rowsMax = 131_072;

export interface RowCount {
  readonly count: number;
  /** Rows that were looked at. */
  readonly rowsRead: number;
}

/** `undefined` when it takes a look at too many rows. */
export function countSoon(
  conjuncts: readonly ResolvedFilter[],
  columns: PinnedColumns,
): RowCount | undefined {
  const tests = compileColumnTests(conjuncts, columns);
  const counted = countCodes(tests, columns);
  if (counted !== undefined) return { count: counted, rowsRead: 0 };
  const rarest = findRarest(tests, columns);
  if (rarest === undefined || rarest.rowCount > rowsMax) return undefined;
  const rest = tests.filter((test) => test !== rarest.test);
  const paired = findPaired(rest, rarest, columns);
  let count = 0;
  let rowsRead = 0;
  for (let chunk = 0; chunk < rarest.chunks.length; chunk += 1) {
    const found = rarest.chunks[chunk];
    const listed = found?.counts?.[rarest.code] ?? 0;
    if (found === undefined || listed === 0) continue;
    const counted = paired?.count(chunk, found, listed);
    if (counted !== undefined) {
      count += counted;
      continue;
    }
    rowsRead += listed;
    const rows = columns.room();
    let kept = found.listOf(rarest.code, rows);
    for (const test of rest) kept = test.refine(chunk, rows, kept);
    count += kept;
  }
  return { count, rowsRead };
}

/** One condition on a field whose chunks have counted their values; `undefined` otherwise. */
export function countCodes(
  tests: readonly ColumnTest[],
  columns: PinnedColumns,
): number | undefined {
  const [only] = tests;
  if (only?.codes === undefined || tests.length > 1) return undefined;
  const view = columns.view(only.codes);
  if (view.kind !== 'coded') return undefined;
  const onlyCode = only.onlyCode?.();
  if (onlyCode !== undefined) return countCode(view.chunks, onlyCode);
  let passed = 0;
  let present = 0;
  for (const chunk of view.chunks) {
    if (chunk === undefined) continue;
    const { counts } = chunk;
    if (counts === undefined) return undefined;
    const codeCount = Math.min(counts.length, view.dictionary.size);
    for (let code = 1; code < codeCount; code += 1) {
      const count = counts[code] ?? 0;
      present += count;
      if (only.codes.passes(code)) passed += count;
    }
  }
  return only.codes.passes(0) ? passed + columns.documentCount - present : passed;
}

/** Rows of a code; `undefined` where a chunk does not count. */
function countCode(chunks: readonly (CodedChunk | undefined)[], code: number): number | undefined {
  let count = 0;
  for (const chunk of chunks) {
    if (chunk === undefined) continue;
    const { counts } = chunk;
    if (counts === undefined) return undefined;
    count += counts[code] ?? 0;
  }
  return count;
}

interface RarestCode {
  readonly size: number;
  readonly test: ColumnTest;
  readonly code: number;
  readonly chunks: readonly (CodedChunk | undefined)[];
  readonly rowCount: number;
}

interface PairedTest {
  /** How many of the `listed` rows of a chunk that have the rarest code pass; `undefined` where they are to be looked at. */
  count(chunk: number, found: CodedChunk, listed: number): number | undefined;
}

/** One further condition on a coded column, whose codes chunks count together with those of the rarest one. */
function findPaired(
  rest: readonly ColumnTest[],
  { size, code, test, rowCount }: RarestCode,
  columns: PinnedColumns,
): PairedTest | undefined {
  const [other] = rest;
  const { codes } = other ?? {};
  if (codes === undefined || rest.length > 1 || codes.name === test.codes?.name) return undefined;
  const view = columns.view(codes);
  if (view.kind !== 'coded' || size * view.dictionary.size > tablePairsMax) return undefined;
  // Asking all codes, whose texts lie all over the heap, would take longer than a look at those few rows.
  if (rowCount < view.dictionary.size) return undefined;
  const passing: number[] = [];
  for (let each = 0; each < view.dictionary.size; each += 1) {
    if (codes.passes(each)) passing.push(each);
  }
  const sizes = { own: size, others: view.dictionary.size };
  return {
    count(chunk, found, listed) {
      const cells = view.chunks[chunk];
      const pairs = cells && found.pairsWith(cells, { ...sizes, rowCount: listed });
      if (pairs === undefined) return undefined;
      let count = 0;
      for (let each = 0; each < passing.length; each += 1) {
        count += pairs.countOf(code, passing[each] ?? 0);
      }
      return count;
    },
  };
}

function findRarest(tests: readonly ColumnTest[], columns: PinnedColumns): RarestCode | undefined {
  let rarest: RarestCode | undefined;
  for (const test of tests) {
    const code = test.onlyCode?.();
    const view = test.codes === undefined ? undefined : columns.view(test.codes);
    if (code === undefined || view?.kind !== 'coded') continue;
    const { chunks, dictionary } = view;
    const rowCount = countCode(chunks, code);
    if (rowCount === undefined || (rarest !== undefined && rarest.rowCount <= rowCount)) continue;
    rarest = { size: dictionary.size, test, code, chunks, rowCount };
  }
  return rarest;
}
