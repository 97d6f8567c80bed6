// `npm test`: everything: types, lint, dead code, unit and integration tests, the build, end-to-end tests in Chromium.
// `npm run check` (`--check`): the first four. Arguments of `npm test` go to Playwright.
import { ensureChromium } from './chromium.mjs';
import { runScript, runTool } from './run-command.mjs';
import { printSummary, runSteps, sumCounts } from './steps.mjs';

const args = process.argv.slice(2);
// The quick check makes fewer random texts and crashes, so that it stays below two minutes; `npm test` makes all of them.
if (args.includes('--check')) {
  process.env['AQL_FUZZ_COUNT'] ??= '4000';
  process.env['KILL_ROUNDS'] ??= '42';
  process.env['SERVER_REQUESTS'] ??= '2000';
  process.env['POWER_CUT_IMAGES'] ??= '15';
  process.env['DISK_FULL_SIZES'] ??= 'few';
  process.env['STORAGE_MODEL_RUNS'] ??= '2';
}
const checks = [
  { name: 'types', run: () => runTool('typescript/bin/tsc', ['-b']) },
  { name: 'lint', run: () => runTool('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings']) },
  { name: 'dead code', run: () => runTool('knip/bin/knip.js', []) },
  { name: 'unit tests', run: () => runTool('vitest/vitest.mjs', ['run']) },
];
const endToEnd = [
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
        ...['--config', 'e2e/playwright.config.ts'],
        ...args,
      ]),
  },
];

const results = await runSteps(args.includes('--check') ? checks : [...checks, ...endToEnd]);
printSummary(results, sumCounts(results));
process.exitCode = results.some((result) => result.code !== 0) ? 1 : 0;
