/*
 * A process that writes to databases until it is killed, or for so many steps. It is told by one JSON argument, and
 * reports each line of the history as it happens: on standard output, or into a file that a recorder watches.
 */
import { openSync, writeSync } from 'node:fs';
import { openTarget } from './open-target.ts';
import { preparedLine } from './work-history.ts';
import { CallerPlan, type WorkStep } from './work-plan.ts';
import type { TargetSpec, WorkTarget } from './work-target.ts';

/** Faults that are planted to see whether the suites find them. */
export type WriterFault = 'acknowledges early' | 'splits transfers';

export interface WriterTask {
  readonly databases: readonly {
    readonly path: string;
    readonly spec: TargetSpec;
    readonly seed: number;
    readonly base: readonly number[];
  }[];
  /** Steps of each caller; until it is killed when left out. */
  readonly stepCount?: number;
  /** Where the history goes; standard output when left out. */
  readonly historyPath?: string;
  readonly fault?: WriterFault;
  /** Compacts and builds indexes meanwhile, again and again. */
  readonly hasUpkeep?: boolean;
}

const [text] = process.argv.slice(2);
if (text === undefined) throw new Error('usage: writer-process <task as JSON>');
// What the suite in the parent process wrote.
const task = JSON.parse(text) as WriterTask;
const descriptor = task.historyPath === undefined ? 1 : openSync(task.historyPath, 'a');

await Promise.all(task.databases.map((_, index) => writeTo(index)));

async function writeTo(index: number): Promise<void> {
  const database = task.databases[index];
  if (database === undefined) throw new Error('the index is of a database');
  const report = (line: string): void => {
    writeSync(descriptor, `${index} ${line}\n`);
  };
  const target = await openTarget(database.path, database.spec);
  await target.prepare(database.base.length);
  report(preparedLine);
  let isWritten = false;
  const upkeep = async (): Promise<void> => {
    while (task.hasUpkeep === true && !isWritten) {
      await target.upkeep();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const writing = Promise.all(
    database.base.map((done, caller) => {
      const plan = new CallerPlan(database.seed, caller);
      while (plan.stepCount < done) plan.next();
      return runCaller(target, plan, caller, report);
    }),
  ).finally(() => {
    isWritten = true;
  });
  await Promise.all([writing, upkeep()]);
  await target.close();
}

async function runCaller(
  target: WorkTarget,
  plan: CallerPlan,
  caller: number,
  report: (line: string) => void,
): Promise<void> {
  const last = plan.stepCount + (task.stepCount ?? Number.POSITIVE_INFINITY);
  while (plan.stepCount < last) {
    const step = plan.next();
    report(`b ${caller} ${plan.stepCount}`);
    if (task.fault === 'acknowledges early') report(`a ${caller} ${plan.stepCount}`);
    for (const part of partsOf(step)) await target.apply(part);
    if (task.fault !== 'acknowledges early') report(`a ${caller} ${plan.stepCount}`);
  }
}

function partsOf(step: WorkStep): readonly WorkStep[] {
  if (task.fault !== 'splits transfers' || step.kind !== 'transfer') return [step];
  const { document, ...transfer } = step;
  const { id, ...rest } = document;
  const other = { ...rest, id: id.replace('018f0000', '018f0001'), code: `half of ${rest.code}` };
  return [
    { kind: 'insert', document },
    { ...transfer, document: other },
    { kind: 'delete', id: other.id },
  ];
}
