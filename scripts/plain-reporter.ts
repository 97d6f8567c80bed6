import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with what failed, one plain line each, and one plain line of counts, so that a log reader of any kind finds
 * them.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const failures: string[] = [];
    for (const module of modules) {
      for (const { message } of module.errors()) failures.push(told(module.moduleId, message));
      for (const test of module.children.allTests()) {
        const result = test.result();
        counts[result.state] += 1;
        if (result.state !== 'failed') continue;
        const message = result.errors[0]?.message ?? 'no reason told';
        failures.push(told(`${module.moduleId} › ${test.fullName}`, message));
      }
    }
    console.log(`\n${failures.join('\n')}`);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

function told(place: string, message: string): string {
  const [first = ''] = message.split('\n');
  return `failed: ${place.replace(`${process.cwd()}/`, '')}: ${first.slice(0, 200)}`;
}
