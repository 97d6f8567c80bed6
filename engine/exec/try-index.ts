/*
 * Measures what an index would be worth to a text: makes it in memory over one snapshot, runs the queries of the text in
 * turn with it and without it, and drops it. Nothing is written, and no writer waits.
 */
import type { BoundStatement } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { indexEntry, planIndex } from '../catalog/index-plan.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ExecEnvironment } from './environment.ts';
import { explainStatements } from './explain-text.ts';
import type {
  ExplainOptions,
  Explanation,
  IndexTrial,
  TrialIndexRequest,
  TrialRun,
} from './explanation.ts';
import { findCollection } from './find-collection.ts';
import type { GivenVariables } from './prepared-text.ts';
import { TrialIndex } from './trial-index.ts';
import { TrialIndexSnapshot } from './trial-index-snapshot.ts';

/** Explains queries, and tries an index with them where one is given. @throws AuroraError as `tryIndex` */
export async function explainText(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
  given: GivenVariables,
  { analyze = false, tryIndex: index }: Pick<ExplainOptions, 'analyze' | 'tryIndex'>,
): Promise<Explanation> {
  const explanation = await explainStatements(environment, statements, given, { analyze });
  if (index === undefined) return explanation;
  return { ...explanation, trial: await tryIndex(environment, statements, given, index) };
}

/** @throws AuroraError `CollectionNotFound`, `UnknownField`, `InvalidOption`, `NotExecutable`, `LimitExceeded`, `Cancelled` */
async function tryIndex(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
  given: GivenVariables,
  { collection: name, fields }: TrialIndexRequest,
): Promise<IndexTrial> {
  const { clock } = environment;
  if (typeof name !== 'string' || !isListOfNames(fields)) {
    throw new AuroraError(
      'InvalidOption',
      'Option "tryIndex" must name a collection and the fields of an index.',
      { hint: 'Write tryIndex: { collection: "users", fields: ["age"] }.' },
    );
  }
  const snapshot = await environment.settledSnapshot();
  try {
    const collection = findCollection(snapshot, name, { start: 0, end: 0 });
    for (const field of fields) assertField(collection, field);
    const plan = planIndex(collection.definition, { fields, unique: false });
    // Storage ids begin at 1, so this one is nobody's.
    const index = indexEntry(name, plan, 0, 'live');
    const startedAt = clock.elapsed();
    const trial = await TrialIndex.build(snapshot, { collection, index }, environment);
    const buildMs = clock.elapsed() - startedAt;
    const runs = [undefined, trial].map((each) => {
      const view = new TrialIndexSnapshot(snapshot, each);
      const over = { ...environment, snapshot: () => view, settledSnapshot: async () => view };
      return { over, given: [] as Explanation[] };
    });
    const runsBeganAt = clock.elapsed();
    for (let round = 0; round < limits.trialRunsMax; round += 1) {
      for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
        run.given.push(await explainStatements(run.over, statements, given, { analyze: true }));
      }
      if (clock.elapsed() - runsBeganAt > limits.trialMsMax) break;
    }
    const [without, withIt] = runs.map((run) => medianRun(run.given));
    assert(without !== undefined && withIt !== undefined, 'both were run');
    const { entryCount, isRead: isUsed } = trial;
    return { collection: name, fields, entryCount, buildMs, isUsed, without, with: withIt };
  } finally {
    snapshot.release();
  }
}

/** Programs without types hand in anything. */
function isListOfNames(fields: unknown): boolean {
  return (
    Array.isArray(fields) && fields.length > 0 && fields.every((name) => typeof name === 'string')
  );
}

function medianRun(explanations: readonly Explanation[]): TrialRun {
  const runs = explanations
    .map(({ roots, planningMs }) => ({
      plan: roots.map((root) => root.plan),
      elapsedMs: roots.reduce((sum, { actual }) => sum + (actual?.elapsedMs ?? 0), planningMs),
      rowsRead: roots.reduce((sum, { actual }) => sum + (actual?.rowsRead ?? 0), 0),
      runCount: explanations.length,
    }))
    .sort((left, right) => left.elapsedMs - right.elapsedMs);
  const median = runs[runs.length >> 1];
  assert(median !== undefined, 'a trial runs at least once');
  return median;
}

function assertField({ definition }: CollectionEntry, path: string): void {
  const [first = ''] = path.split('.');
  if (first === 'id' || definition.open || definition.fields.some(({ name }) => name === first))
    return;
  throw new AuroraError('UnknownField', `"${definition.name}" has no field "${first}" to index.`, {
    details: { collection: definition.name, field: first },
  });
}
