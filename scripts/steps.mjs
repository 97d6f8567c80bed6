/**
 * One step of a check: what it is called, and what runs.
 *
 * @typedef {{ name: string, run: () => Promise<{ code: number, output: string }> }} Step
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, code: number, seconds: number, output: string }} StepResult
 */

/**
 * Runs steps one after the other, all of them even when one fails: a red lint should not hide a red test. A step whose
 * `needs` name a failed step is left out.
 *
 * @param {readonly (Step & { needs?: readonly string[] })[]} steps
 * @returns {Promise<StepResult[]>}
 */
export async function runSteps(steps) {
  /** @type {StepResult[]} */
  const results = [];
  for (const step of steps) {
    const broken = step.needs?.find((need) => results.some((r) => r.name === need && r.code !== 0));
    if (broken !== undefined) {
      console.log(`\n── ${step.name}: not run, because "${broken}" failed`);
      results.push({ name: step.name, code: 1, seconds: 0, output: '' });
      continue;
    }
    console.log(`\n── ${step.name}`);
    const start = performance.now();
    const { code, output } = await step.run();
    results.push({ name: step.name, code, output, seconds: (performance.now() - start) / 1000 });
  }
  return results;
}

/**
 * Prints how long each step took, what failed in them, and the counts of all tests in one plain line.
 *
 * @param {readonly StepResult[]} results
 * @param {Counts} counts
 */
export function printSummary(results, counts) {
  console.log('\n── summary');
  for (const { name, code, seconds } of results) {
    console.log(
      `${code === 0 ? 'ok    ' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${name}`,
    );
  }
  const total = results.reduce((sum, result) => sum + result.seconds, 0);
  console.log(`        ${total.toFixed(1).padStart(6)} s  in all`);
  for (const line of results.flatMap(({ output }) => failureLines(output))) console.log(line);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}

/**
 * The lines in which a step's reporter named a failed test, or one that passed at its second attempt only.
 *
 * @param {string} output
 * @returns {readonly string[]}
 */
export function failureLines(output) {
  return output.match(/^(failed|flaky): .+$/gm) ?? [];
}

/**
 * Reads the last plain line of counts that a step printed.
 *
 * @param {string} output
 * @returns {Counts | undefined}
 */
function readPlainCounts(output) {
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)];
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3]) };
}

/**
 * The counts of all steps. A step that failed without a failed test of its own counts as one failure, so that the line
 * never reads as green when the run is red.
 *
 * @param {readonly StepResult[]} results
 * @returns {Counts}
 */
export function sumCounts(results) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { code, output } of results) {
    const counts = readPlainCounts(output) ?? { passed: 0, failed: 0, skipped: 0 };
    sum.passed += counts.passed;
    sum.failed += code !== 0 && counts.failed === 0 ? 1 : counts.failed;
    sum.skipped += counts.skipped;
  }
  return sum;
}
