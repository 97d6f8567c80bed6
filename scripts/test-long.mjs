// `npm run test:long -- aql-fuzz`: tests that are too long for every change, one by name.
import { runTool } from './run-command.mjs';

const suites = {
  /** A million texts for parser and formatter; AQL_FUZZ_COUNT and AQL_FUZZ_SEED say how many, and which. */
  'aql-fuzz': { file: 'engine/test/fuzz.test.ts', env: { AQL_FUZZ_COUNT: '1000000' } },
};

const [name = ''] = process.argv.slice(2);
if (Object.hasOwn(suites, name)) {
  const { file, env } = suites[name];
  const { code } = await runTool('vitest/vitest.mjs', ['run', file], {
    env: { ...env, ...process.env },
  });
  process.exitCode = code;
} else {
  console.error(`Usage: npm run test:long -- <${Object.keys(suites).join(' | ')}>`);
  process.exitCode = 2;
}
