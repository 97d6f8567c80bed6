import { type Batch, type Operator, type OperatorContext, restBatch } from '../operator.ts';

/**
 * The first `rowsMax` documents of a walk, held back until there are so many or no more; or those of another way, when
 * it has read more than it may before.
 */
export function* walkOrRetreat(
  walk: Operator,
  {
    rowsMax,
    rowsReadMax,
    other,
  }: { readonly rowsMax: number; readonly rowsReadMax: number; readonly other: () => Operator },
  { counters }: Pick<OperatorContext, 'counters'>,
): Operator {
  const held: Batch[] = [];
  let heldCount = 0;
  let readCount = 0;
  let isGivenUp = false;
  try {
    while (heldCount < rowsMax) {
      const readBefore = counters.rowsRead;
      const step = walk.next();
      readCount += counters.rowsRead - readBefore;
      if (step.done === true) break;
      held.push(step.value);
      heldCount += step.value.rows.length;
      isGivenUp = heldCount < rowsMax && readCount > rowsReadMax;
      if (isGivenUp) break;
      yield restBatch;
    }
  } finally {
    walk.return();
  }
  if (isGivenUp) yield* other();
  else yield* held;
}
