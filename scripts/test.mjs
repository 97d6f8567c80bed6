// `npm test`: everything. `npm run check`, then the build, then the end-to-end tests in Chromium.
import { ensureChromium } from './chromium.mjs';
import { runScript, runTool } from './run-command.mjs';
import { checkSteps, printSummary, runSteps, sumCounts } from './steps.mjs';

const results = await runSteps([
  ...checkSteps,
  { name: 'build', run: () => runScript('build') },
  {
    name: 'chromium',
    run: async () => ({ code: (await ensureChromium()) === undefined ? 1 : 0, output: '' }),
  },
  {
    name: 'end-to-end tests',
    needs: ['build', 'chromium'],
    run: () =>
      runTool('@playwright/test/cli.js', [
        'test',
        '--config',
        'e2e/playwright.config.ts',
        ...process.argv.slice(2),
      ]),
  },
]);
printSummary(results, sumCounts(results));
process.exitCode = results.some((result) => result.code !== 0) ? 1 : 0;
