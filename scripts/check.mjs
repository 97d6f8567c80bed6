// `npm run check`: types, lint, dead code, unit and integration tests.
import { checkSteps, printSummary, runSteps, sumCounts } from './steps.mjs';

const results = await runSteps(checkSteps);
printSummary(results, sumCounts(results));
process.exitCode = results.some((result) => result.code !== 0) ? 1 : 0;
