import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter';

/** Ends a run with one plain line of counts, as the unit tests do, so that both can be summed. */
class PlainReporter implements Reporter {
  #suite: Suite | undefined;

  onBegin(_: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(): void {
    const counts = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    for (const test of this.#suite?.allTests() ?? []) counts[test.outcome()] += 1;
    const passed = counts.expected + counts.flaky;
    console.log(`\n${passed} passed, ${counts.unexpected} failed, ${counts.skipped} skipped`);
  }
}

export default PlainReporter;
