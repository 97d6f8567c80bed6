/*
 * A process that opens databases after a crash and says what is wrong with them. It is a process of its own because a
 * damaged file may end it. Each is verified, compared with its history, written to, closed and opened again.
 */
import { openTarget } from './open-target.ts';
import { checkWork, type WorkHistory } from './work-history.ts';
import { CallerPlan } from './work-plan.ts';
import type { TargetSpec } from './work-target.ts';

export interface CheckTask {
  readonly number: number;
  readonly path: string;
  readonly spec: TargetSpec;
  readonly history: WorkHistory;
}

export interface CheckAnswer {
  readonly number: number;
  readonly steps: readonly number[];
  readonly problems: readonly string[];
}

process.on('message', (message) => {
  // What the suite in the parent process sent.
  const task = message as CheckTask;
  void check(task)
    .catch((error: unknown): Omit<CheckAnswer, 'number'> => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { steps: [], problems: [`It threw: ${text}`] };
    })
    .then((answer) => process.send?.({ number: task.number, ...answer }));
});

async function check({ path, spec, history }: CheckTask): Promise<Omit<CheckAnswer, 'number'>> {
  const target = await openTarget(path, spec);
  const damage = await target.verify();
  const checked = checkWork(await target.read(), history);
  if (damage.length > 0 || checked.problems.length > 0) {
    await target.close();
    return { steps: checked.steps, problems: [...damage, ...checked.problems] };
  }
  const { seed } = history;
  await target.prepare(checked.steps.length);
  const steps: number[] = [];
  for (const [caller, done] of checked.steps.entries()) {
    const plan = new CallerPlan(seed, caller);
    while (plan.stepCount < done) plan.next();
    await target.apply(plan.next());
    steps.push(plan.stepCount);
  }
  await target.close();
  const again = await openTarget(path, spec);
  const expected = steps.map((count, caller) => `b ${caller} ${count}`);
  const later = checkWork(await again.read(), {
    seed,
    base: steps,
    lines: [...expected, ...steps.map((count, caller) => `a ${caller} ${count}`)],
    promisedLines: expected.length * 2,
  });
  const damageLater = await again.verify();
  await again.close();
  const problems = [...damageLater, ...later.problems].map((text) => `Opened again: ${text}`);
  return { steps, problems };
}
