/*
 * Rows that satisfy conditions, found in columns block by block. A block is small enough to be done within a fraction of
 * a time slice; its size follows the time that the last one took.
 */

import type { PinnedColumns } from '../../cache/collection-columns.ts';
import { presence } from '../../cache/column.ts';
import { type CodedChunk, chunkRows } from '../../cache/column-chunk.ts';
import type { OperatorContext } from '../operator.ts';
import type { ColumnTest } from './column-test.ts';

/** Rows of one chunk in ascending order: `rows[0..count)` are places inside of it. Valid until the next one is pulled. */
export interface RowBlock {
  readonly chunk: number;
  readonly rows: Uint16Array;
  readonly count: number;
}

const blockRowsStart = 8_192;
const blockRowsMin = 256;
const blockMsMax = 1;
const blockMsMin = 0.4;
/** A code with fewer rows in a chunk is begun with, instead of looking at every row. */
const listedRowsMax = 8_192;

/** Every block is also a place to rest, also an empty one. Blocks may come from the last to the first. */
export function* selectRows(
  columns: PinnedColumns,
  tests: readonly ColumnTest[],
  { isReverse }: { readonly isReverse: boolean },
  { counters }: Pick<OperatorContext, 'counters'>,
): Generator<RowBlock, void, undefined> {
  const blockRowsMax = tests.reduce(
    (rows, test) => Math.min(rows, test.rowsMax ?? rows),
    chunkRows,
  );
  let blockRows = Math.min(blockRowsStart, blockRowsMax);
  for (let nth = 0; nth < columns.chunkCount; nth += 1) {
    const chunk = isReverse ? columns.chunkCount - 1 - nth : nth;
    const listed = findListed(columns, tests, chunk);
    if (listed !== undefined) {
      const rows = columns.room();
      const count = listed.found.listOf(listed.code, rows);
      yield refined({ chunk, rows, count }, listed.rest);
      continue;
    }
    const rows = columns.room();
    for (let done = 0; done < chunkRows; ) {
      const size = Math.min(blockRows, chunkRows - done);
      const from = isReverse ? chunkRows - done - size : done;
      const to = from + size;
      done += size;
      const count = presentRows(columns, chunk, { from, to }, rows);
      counters.rowsPassed += count;
      if (count > 0) yield refined({ chunk, rows, count }, tests);
      if (counters.stepMs > blockMsMax) blockRows = Math.max(blockRowsMin, blockRows >> 1);
      else if (counters.stepMs < blockMsMin) blockRows = Math.min(blockRowsMax, blockRows << 1);
    }
  }
}

function refined({ chunk, rows, count }: RowBlock, tests: readonly ColumnTest[]): RowBlock {
  let kept = count;
  for (const test of tests) {
    if (kept === 0) break;
    kept = test.refine(chunk, rows, kept);
  }
  return { chunk, rows, count: kept };
}

function presentRows(
  columns: PinnedColumns,
  chunk: number,
  { from, to }: { readonly from: number; readonly to: number },
  rows: Uint16Array,
): number {
  const view = columns.view(presence);
  const present = view.kind === 'coded' ? view.chunks[chunk] : undefined;
  if (present === undefined) return 0;
  const { codes } = present;
  let count = 0;
  for (let at = from; at < to; at += 1) {
    rows[count] = at;
    count += codes[at] ?? 0;
  }
  return count;
}

interface ListedCode {
  readonly found: CodedChunk;
  readonly code: number;
  readonly count: number;
  /** The conditions that remain. */
  readonly rest: readonly ColumnTest[];
}

/** The rarest value that a condition asks for alone, where its rows are few. */
function findListed(
  columns: PinnedColumns,
  tests: readonly ColumnTest[],
  chunk: number,
): ListedCode | undefined {
  let best:
    | { readonly found: CodedChunk; readonly code: number; readonly test: ColumnTest }
    | undefined;
  let fewest = listedRowsMax;
  for (const test of tests) {
    const code = test.onlyCode?.();
    const view = test.codes === undefined ? undefined : columns.view(test.codes);
    if (code === undefined || view?.kind !== 'coded') continue;
    const found = view.chunks[chunk];
    const count = found?.counts?.[code];
    if (found === undefined || count === undefined || count > fewest) continue;
    fewest = count;
    best = { found, code, test };
  }
  if (best === undefined) return undefined;
  const { found, code, test } = best;
  return { found, code, count: fewest, rest: tests.filter((each) => each !== test) };
}
