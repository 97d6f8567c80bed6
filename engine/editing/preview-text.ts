/*
 * A preview is a transaction whose writes are never committed: each mutation of the text runs as it would, over a
 * snapshot and what those before it have written, with the same checks; then all of it is dropped. So nothing is
 * logged, published or stored, no writer waits, and the numbers are those of the run. Schema and migrate blocks are
 * tried over the documents as dry runs are.
 *
 * What it cannot know: others who write in between, a full disk, and the ids and times that the run makes.
 */
import type { BoundMigrationStep, BoundMigrationVersion, BoundStatement } from '#engine/aql';
import { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { callHandlers } from '../exec/call-handlers.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import { type ExecutableStatement, prepareRun, writesOf } from '../exec/executable.ts';
import type { VariableValues } from '../exec/operand.ts';
import type { GivenVariables } from '../exec/prepared-text.ts';
import { type MutationFieldOutcome, runMutation } from '../exec/run-mutation.ts';
import { TransactionRun } from '../exec/transaction.ts';
import { indexKeys, indexLayout } from '../indexes/index-layout.ts';
import { limits } from '../limits.ts';
import { trySteps } from '../migrations/plan-migrations.ts';
import { checkDrift } from '../migrations/run-migrations.ts';
import type { DocumentChange, Snapshot } from '../transactions/snapshot.ts';
import { danglingReferences } from './dangling-references.ts';
import type { PreviewedWrite, PreviewOptions, PreviewReport } from './preview-report.ts';
import { previewedCollections, previewedWrite } from './preview-samples.ts';

type Sampling = Pick<PreviewOptions, 'samplesMax'>;

/** @throws AuroraError `InvalidOption` for definitions beside mutations, `Cancelled`, `DatabaseClosed` */
export async function previewStatements(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
  variables: GivenVariables,
  { samplesMax = 10 }: Sampling,
): Promise<PreviewReport> {
  const samples = Math.min(Math.max(0, samplesMax), limits.previewSamplesMax);
  const defining = statements.filter(({ kind }) => kind === 'schema' || kind === 'migration');
  if (defining.length === 0) return previewMutations(environment, statements, variables, samples);
  const other = statements.find(({ kind }) => kind === 'mutation');
  if (other === undefined) return previewDefinitions(environment, defining);
  throw new AuroraError(
    'InvalidOption',
    'Mutations cannot be previewed behind or before schema and migrate blocks of the same text.',
    { span: other.span, hint: 'Preview and run the blocks first, then the mutations.' },
  );
}

async function previewMutations(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
  given: GivenVariables,
  samplesMax: number,
): Promise<PreviewReport> {
  const base = await environment.settledSnapshot();
  const { sequence, catalog } = base;
  const run = new TransactionRun(environment, base, limits.previewChangesMax);
  const outcomes: MutationFieldOutcome[] = [];
  let failure: unknown;
  try {
    for (const bound of statements) {
      const { statement, variables } = prepareRun(bound, given);
      if (statement.kind !== 'mutation') continue;
      outcomes.push(...(await tryMutation(run, statement, variables)));
    }
  } catch (error) {
    failure = error;
  }
  const changes = run.changes;
  const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
  const writes: PreviewedWrite[] = [];
  for (const outcome of outcomes) {
    writes.push(...(await writeOf(outcome, { view: run.view, samplesMax, slicer })));
  }
  await run.end();
  const collections = previewedCollections(changes, catalog, samplesMax);
  return {
    ...noDefinitions(),
    sequence,
    writes,
    collections,
    documentsChanged: collections.reduce(
      (sum, { insertedCount, changedCount, deletedCount }) =>
        sum + insertedCount + changedCount + deletedCount,
      0,
    ),
    ...errorOf(failure),
  };
}

function noDefinitions(): Pick<PreviewReport, 'steps' | 'refused'> {
  return { steps: [], refused: { count: 0, documents: [] } };
}

/** Runs one mutation in the transaction, with the handlers that it calls. */
async function tryMutation(
  run: TransactionRun,
  { fields }: Extract<ExecutableStatement, { kind: 'mutation' }>,
  variables: VariableValues,
): Promise<readonly MutationFieldOutcome[]> {
  const committed: DocumentChange[] = [];
  const outcomes = await run.run(undefined, async (environment) => {
    const commit: ExecEnvironment['commit'] = async (changes) => {
      await checkKeys(environment, changes);
      const report = await environment.commit(changes);
      committed.push(...changes);
      return report;
    };
    const written = await runMutation({ ...environment, commit }, writesOf(fields), variables);
    return written.outcomes;
  });
  await callHandlers(run, committed);
  return outcomes;
}

/** Documents whose values cannot be keys of an index are refused by a commit, and only there. */
async function checkKeys(
  { clock, slicerOptions, snapshot }: ExecEnvironment,
  changes: readonly DocumentChange[],
): Promise<void> {
  const slicer = new TimeSlicer(clock, slicerOptions);
  const { catalog } = snapshot();
  for (const change of changes) {
    await slicer.yieldIfDue();
    const entry = catalog.collection(change.collection);
    if (change.kind === 'delete' || entry === undefined) continue;
    for (const index of entry.indexes) {
      indexKeys(indexLayout(entry.definition, index), change.document);
    }
  }
}

async function writeOf(
  outcome: MutationFieldOutcome,
  {
    view,
    samplesMax,
    slicer,
  }: { readonly view: Snapshot; readonly samplesMax: number; readonly slicer: TimeSlicer },
): Promise<readonly PreviewedWrite[]> {
  const definition = view.catalog.collection(outcome.field.collection)?.definition;
  const write = definition && previewedWrite(outcome, definition, samplesMax);
  if (definition === undefined || write === undefined) return [];
  const dangling = await danglingReferences(outcome, definition, view, slicer);
  return [{ ...write, danglingReferences: dangling }];
}

async function previewDefinitions(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
): Promise<PreviewReport> {
  const snapshot = await environment.settledSnapshot();
  const { sequence, catalog } = snapshot;
  const nothing = {
    ...noDefinitions(),
    sequence,
    writes: [],
    collections: [],
    documentsChanged: 0,
  };
  try {
    const recorded = new Set(catalog.migrations.map(({ version }) => version));
    const versions: Pick<BoundMigrationVersion, 'version' | 'steps'>[] = [];
    for (const statement of statements) {
      if (statement.kind === 'schema') versions.push({ version: '', steps: stepsOf(statement) });
      if (statement.kind !== 'migration') continue;
      checkDrift(environment, statement.versions);
      versions.push(...statement.versions.filter(({ version }) => !recorded.has(version)));
    }
    return { ...nothing, ...(await trySteps(environment, snapshot, versions)) };
  } catch (error) {
    return { ...nothing, ...errorOf(error) };
  } finally {
    snapshot.release();
  }
}

/** The changes of a schema block that concern documents; handlers do not. */
function stepsOf(
  statement: Extract<BoundStatement, { kind: 'schema' }>,
): readonly BoundMigrationStep[] {
  return statement.changes.filter(
    (change): change is Extract<typeof change, BoundMigrationStep> =>
      change.kind !== 'defineHandler' && change.kind !== 'dropHandler',
  );
}

/** What the run would throw, as a part of the report; being cancelled and bugs are no findings. */
function errorOf(error: unknown): Pick<PreviewReport, 'error'> {
  if (error === undefined) return {};
  if (!(error instanceof AuroraError) || isEnd(error)) throw error;
  const { code, message, hint, span, details } = error;
  return {
    error: {
      code,
      message,
      details,
      ...(hint === undefined ? {} : { hint }),
      ...(span === undefined ? {} : { span }),
    },
  };
}

function isEnd({ code }: AuroraError): boolean {
  return code === 'Cancelled' || code === 'Timeout' || code === 'DatabaseClosed';
}
