import { stripVTControlCharacters } from 'node:util';
import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter';

/**
 * Ends a run with what failed, or passed at the second attempt only, and one plain line of counts, as the unit tests do,
 * so that both can be summed.
 */
class PlainReporter implements Reporter {
  #suite: Suite | undefined;

  onBegin(_: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(): void {
    const counts = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome();
      counts[outcome] += 1;
      if (outcome !== 'unexpected' && outcome !== 'flaky') continue;
      const message = test.results[0]?.error?.message ?? 'no reason told';
      const word = outcome === 'flaky' ? 'flaky' : 'failed';
      console.log(
        `${word}: ${test.titlePath().filter(Boolean).join(' › ')}: ${firstLine(message)}`,
      );
    }
    const passed = counts.expected + counts.flaky;
    console.log(`\n${passed} passed, ${counts.unexpected} failed, ${counts.skipped} skipped`);
  }
}

/** The first line of an error, without the colours of a terminal. */
function firstLine(message: string): string {
  const [first = ''] = stripVTControlCharacters(message).split('\n');
  return first.slice(0, 200);
}

export default PlainReporter;
