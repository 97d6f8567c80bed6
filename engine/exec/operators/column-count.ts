import type { PinnedColumns } from '../../cache/collection-columns.ts';
import type { CodedChunk } from '../../cache/column-chunk.ts';
import type { CountPlan } from '../../plan/physical-plan.ts';
import { type ColumnTest, compileColumnTests } from '../columns/column-test.ts';
import { pinColumns } from '../columns/pin-columns.ts';
import { selectRows } from '../columns/select-rows.ts';
import type { OperatorContext } from '../operator.ts';

type Count = Generator<number, void, undefined>;

/** Counts rows in columns, in steps; when columns cannot be had, as the plan that does without them. */
export function* countColumns(
  plan: Extract<CountPlan, { kind: 'columnCount' }>,
  fallback: () => Count,
  context: OperatorContext,
): Count {
  const pinning = pinColumns(plan, context);
  let pinned = pinning.next();
  try {
    while (pinned.done !== true) {
      yield 0;
      pinned = pinning.next();
    }
  } finally {
    pinning.return(undefined);
  }
  const columns = pinned.value;
  if (columns === undefined) {
    yield* fallback();
    return;
  }
  try {
    const tests = compileColumnTests(plan.conjuncts, columns);
    const counted = countCodes(tests, columns);
    if (counted !== undefined) {
      yield counted;
      return;
    }
    for (const { count } of selectRows(columns, tests, { isReverse: false }, context)) {
      context.counters.rowsRead += count;
      yield count;
    }
  } finally {
    columns.release();
  }
}

/** One condition on a field whose chunks have counted their values; `undefined` otherwise. */
function countCodes(tests: readonly ColumnTest[], columns: PinnedColumns): number | undefined {
  const [only] = tests;
  if (only?.codes === undefined || tests.length > 1) return undefined;
  const view = columns.view(only.codes);
  if (view.kind !== 'coded') return undefined;
  if (only.onlyCode !== undefined) return countCode(view.chunks, only.onlyCode);
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
