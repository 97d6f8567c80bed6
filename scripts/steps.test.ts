import { describe, expect, it } from 'vitest';
import { failureLines, runSteps, sumCounts } from './steps.mjs';

const result = (code: number, output: string) => ({ name: 'x', seconds: 1, code, output });

describe('the counts of a test run', () => {
  it('add the last plain line of every step', () => {
    const unit = result(
      0,
      'noise\n1 passed, 0 failed, 0 skipped\n20 passed, 0 failed, 1 skipped\n',
    );
    const endToEnd = result(1, '5 passed, 2 failed, 3 skipped');
    expect(sumCounts([unit, result(0, 'no tests here'), endToEnd])).toEqual({
      passed: 25,
      failed: 2,
      skipped: 4,
    });
  });

  it('count a step that failed without a failed test as one failure', () => {
    expect(sumCounts([result(1, ''), result(1, '9 passed, 0 failed, 0 skipped')])).toEqual({
      passed: 9,
      failed: 2,
      skipped: 0,
    });
  });
});

describe('the failures of a test run', () => {
  it('are the lines that name them, and no other', () => {
    const output =
      'a failed: word\nfailed: a.test.ts › adds: wrong\nflaky: b.spec.ts › opens: late\nfailed\n';
    expect(failureLines(output)).toEqual([
      'failed: a.test.ts › adds: wrong',
      'flaky: b.spec.ts › opens: late',
    ]);
    expect(failureLines('')).toEqual([]);
  });
});

describe('the steps of a test run', () => {
  it('go on after a failure, but for what needs the failed step', async () => {
    const ran: string[] = [];
    const step = (name: string, code: number, needs: string[] = []) => ({
      name,
      needs,
      run: async () => {
        ran.push(name);
        return { code, output: '' };
      },
    });
    const results = await runSteps([
      step('lint', 1),
      step('build', 1),
      step('unit', 0, ['types']),
      step('e2e', 0, ['build']),
    ]);
    expect(ran).toEqual(['lint', 'build', 'unit']);
    expect(results.map(({ code }) => code)).toEqual([1, 1, 0, 1]);
  });
});
