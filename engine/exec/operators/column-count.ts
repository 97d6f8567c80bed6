import type { CountPlan } from '../../plan/physical-plan.ts';
import { compileColumnTests } from '../columns/column-test.ts';
import { countCodes } from '../columns/count-rows.ts';
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
