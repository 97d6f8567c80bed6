import type { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import type { Batch, Operator, OperatorContext } from './operator.ts';

/**
 * The next batch that has documents; `undefined` at the end; a batch without documents when it is `deadline` and
 * none was found yet. Between two steps of the operators it looks at the
 * clock and at cancellation, and goes through the event loop when the slice is over.
 * @throws AuroraError what the operators throw, `Cancelled` or `Timeout`; the operators are closed then.
 */
export async function nextBatch(
  operator: Operator,
  { clock, counters }: OperatorContext,
  slicer: TimeSlicer,
  deadline = Number.POSITIVE_INFINITY,
): Promise<Batch | undefined> {
  try {
    for (;;) {
      await slicer.yieldIfDue();
      const startedAt = clock.elapsed();
      const step = operator.next();
      counters.stepMs = clock.elapsed() - startedAt;
      if (step.done === true) return undefined;
      if (step.value.rows.length > 0 || clock.elapsed() >= deadline) return step.value;
    }
  } catch (error) {
    operator.return();
    throw cancellationOf(error);
  }
}

/** The sum of all steps. */
export async function sumSteps(
  steps: Generator<number, void, undefined>,
  { clock, counters }: OperatorContext,
  slicer: TimeSlicer,
): Promise<number> {
  let sum = 0;
  try {
    for (;;) {
      await slicer.yieldIfDue();
      const startedAt = clock.elapsed();
      const step = steps.next();
      counters.stepMs = clock.elapsed() - startedAt;
      if (step.done === true) return sum;
      sum += step.value;
    }
  } catch (error) {
    steps.return();
    throw cancellationOf(error);
  }
}

/**
 * Says why something was cancelled: whoever aborts with an error of ours (a close) has that error thrown, and a
 * signal of `AbortSignal.timeout` is a time limit.
 */
export function cancellationOf(error: unknown): unknown {
  if (!(error instanceof AuroraError) || error.code !== 'Cancelled') return error;
  const reason = error.cause;
  if (reason instanceof AuroraError) return reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new AuroraError('Timeout', 'The operation ran into its time limit.', { cause: error });
  }
  return error;
}
