import { describe, expect, it } from 'vitest';
import { type PlanInfo, type TriedIndex, WireError } from '#contract';
import { indexKey, PlanRun, type PlanSource } from './plan-run.ts';
import { isWorthIt, planSteps, trialText } from './plan-text.ts';

const request = { text: '{ films { title } }', variables: {}, offset: 0 };
const span = { start: 2, end: 17 };
const index = { collection: 'films', fields: ['code'], documentCount: 9 };

function planOf(plan: string, elapsedMs?: number): PlanInfo {
  const actual = elapsedMs === undefined ? {} : { actual: { rowCount: 1, rowsRead: 9, elapsedMs } };
  const root = { title: 'films', collection: 'films', plan, trees: [], choices: [], span };
  return { planningMs: 0, roots: [{ ...root, suggestions: [index], ...actual }] };
}

const trial: TriedIndex = {
  ...{ collection: 'films', fields: ['code'], entryCount: 9, buildMs: 1, isUsed: true },
  without: { plan: ['FullScan(films)'], elapsedMs: 40, rowsRead: 9, runCount: 7 },
  with: { plan: ['IndexRange(films.code)'], elapsedMs: 0.4, rowsRead: 1, runCount: 7 },
};

describe('the plan of a tab', () => {
  it('keeps what a text took before it went another way', async () => {
    const answers = [planOf('FullScan', 40), planOf('FullScan', 30), planOf('IndexRange', 1)];
    const run = new PlanRun(async () => answers.shift() ?? planOf(''));
    for (let time = 0; time < 2; time += 1) await run.explain(request, { analyze: true });
    expect(run.snapshot().before).toBeUndefined();
    await run.explain(request, { analyze: true });
    expect(run.snapshot().before).toEqual({ elapsedMs: 30, plan: 'FullScan' });
    await run.explain({ ...request, text: '{ films { year } }' }, { analyze: true });
    expect(run.snapshot().before).toBeUndefined();
  });

  it('ends what is under way when it is cancelled, and takes nothing from it afterwards', async () => {
    const given: ((plan: PlanInfo) => void)[] = [];
    const signals: AbortSignal[] = [];
    const source: PlanSource = (_, signal) => {
      signals.push(signal);
      return new Promise((resolve) => given.push(resolve));
    };
    const run = new PlanRun(source);
    const explained = run.explain(request, { analyze: true });
    expect(run.snapshot().state).toBe('working');
    run.cancel();
    expect(signals[0]?.aborted).toBe(true);
    given[0]?.(planOf('FullScan', 1));
    await explained;
    expect(run.snapshot()).toMatchObject({ state: 'cancelled', request });
    expect(run.snapshot().plan).toBeUndefined();
  });

  it('notes what an index was worth, and that it could not be tried', async () => {
    const run = new PlanRun(async ({ tryIndex }) => {
      if (tryIndex?.fields[0] === 'title') {
        throw new WireError({ code: 'LimitExceeded', message: 'Too many.' });
      }
      return tryIndex === undefined ? planOf('FullScan') : { ...planOf('FullScan'), trial };
    });
    await run.explain(request, { analyze: false });
    await run.tryIndex(index);
    expect(run.snapshot().trials.get(indexKey(index))).toEqual({ kind: 'tried', trial });
    const other = { ...index, fields: ['title'] };
    await run.tryIndex(other);
    expect(run.snapshot().trials.get(indexKey(other))).toMatchObject({ kind: 'failed' });
  });
});

describe('texts of a plan', () => {
  it('take the time below from that of an operator', () => {
    const scan = { operator: 'FullScan(films)', elapsedMs: 6, inputs: [] };
    const filter = { operator: 'Filter', elapsedMs: 8, inputs: [scan] };
    const steps = planSteps({ operator: 'Project', inputs: [filter] });
    expect(steps.map(({ operator, ownMs, share }) => [operator.operator, ownMs, share])).toEqual([
      ['FullScan(films)', 6, 0.75],
      ['Filter', 2, 0.25],
      ['Project', undefined, undefined],
    ]);
  });

  it('say what was measured, and offer only what gains', () => {
    expect(trialText(trial)).toBe(
      'With it the query takes 0.4 ms instead of 40 ms (100 times faster) and reads 1 instead of 9.',
    );
    expect(isWorthIt(trial)).toBe(true);
    expect(isWorthIt({ ...trial, isUsed: false })).toBe(false);
    expect(isWorthIt({ ...trial, with: { ...trial.with, elapsedMs: 39 } })).toBe(false);
  });
});
