/* Dry runs: what the versions of a text would do, on the documents as they are, leaving nothing behind. */
import type { BoundMigrationVersion, BoundStatement } from '#engine/aql';
import type { Catalog } from '../catalog/catalog.ts';
import type { MigrationFailure } from '../catalog/migration-record.ts';
import { AuroraError } from '../errors.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import type { MigrationStep } from '../exec/migration-runner.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import { changesOf, type DefinitionChange } from './definition-change.ts';
import { estimateVersions, type MigrationEstimate } from './estimate.ts';
import { checksumOf, stepsOf } from './run-migrations.ts';
import type { StepEstimate } from './sampled-collection.ts';
import { type RefusedDocuments, tryVersion } from './trial.ts';
import { planVersions, type VersionPlan } from './version-plan.ts';

/** A version of a text, beside what is recorded. */
export interface MigrationVersionState {
  readonly version: string;
  /** `drifted`: it is recorded, and meant something else when it was applied. */
  readonly state: 'pending' | 'applied' | 'drifted';
  readonly checksum: string;
  /** What is recorded; absent for a pending version. */
  readonly recordedChecksum?: string;
  /** Its steps without layout and comments; of one that is recorded also what they were when it was applied. */
  readonly meaning: string;
  readonly recordedMeaning?: string;
  /** True for a pending version that stands before one that is applied. */
  readonly isOutOfOrder: boolean;
  /** Of a pending version that could not be applied as it is: when (an ISO date), who tried, and why not. */
  readonly failure?: { readonly at: string; readonly by: string; readonly message: string };
}

interface TriedSteps {
  /** The steps of all pending versions, each over what those before it leave. */
  readonly steps: readonly MigrationStep[];
  /** Documents that would not be as they were, each once. */
  readonly documentsChanged: number;
  /** Documents that would stop a version: how many, and the first ones. */
  readonly refused: Readonly<RefusedDocuments>;
}

/** Versions of a text beside those that are recorded. */
export interface MigrationStatus {
  readonly versions: readonly MigrationVersionState[];
  /** Recorded versions that the text does not have, in the order in which they were applied. */
  readonly missing: readonly string[];
}

/** A step of a dry run. */
interface TriedStep extends MigrationStep {
  /** Told by a sample of the documents; null for a step that leaves those that are there alone. */
  readonly estimate: StepEstimate | null;
}

export interface MigrationPlan extends MigrationStatus, Omit<TriedSteps, 'steps'> {
  /** The steps of all pending versions, each over what those before it leave. */
  readonly steps: readonly TriedStep[];
  /** What all pending versions together would cost, told by a sample of the documents. */
  readonly estimate: MigrationEstimate;
  /** What pending versions make of definitions: those that come, go or change. */
  readonly definitions: readonly DefinitionChange[];
}

/**
 * @throws AuroraError `InvalidOption` for a text with anything but migrate blocks, `DuplicateName`; `Cancelled`,
 * `DatabaseClosed`
 */
export async function planMigrations(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
): Promise<MigrationPlan> {
  const bound = versionsIn(statements);
  const snapshot = await environment.settledSnapshot();
  try {
    const { versions, missing } = statusIn(snapshot, bound);
    const pending = bound.filter((_, position) => versions[position]?.state === 'pending');
    const plan = planVersions(snapshot.catalog, pending, contextOf(environment));
    const tried = await tryPlan(environment, snapshot, plan);
    const { total, steps: estimates } = await estimateVersions(environment, snapshot, plan);
    const steps = tried.steps.map((step, at) => {
      const planned = plan.steps[at];
      return { ...step, estimate: (planned && estimates.get(planned)) ?? null };
    });
    return { versions, missing, ...tried, steps, estimate: total };
  } finally {
    snapshot.release();
  }
}

function contextOf({ clock, newId }: ExecEnvironment) {
  return { nowMs: clock.now(), newId };
}

/** How versions stand, without a look at documents. @throws AuroraError `InvalidOption` as `planMigrations` */
export function migrationStatus(
  environment: Pick<ExecEnvironment, 'snapshot'>,
  statements: readonly BoundStatement[],
): MigrationStatus {
  const snapshot = environment.snapshot();
  try {
    return statusIn(snapshot, versionsIn(statements));
  } finally {
    snapshot.release();
  }
}

function statusIn(
  { catalog }: Pick<Snapshot, 'catalog'>,
  bound: readonly BoundMigrationVersion[],
): MigrationStatus {
  const given = new Set(bound.map(({ version }) => version));
  const missing = catalog.migrations
    .map(({ version }) => version)
    .filter((each) => !given.has(each));
  return { versions: statesOf(bound, catalog), missing };
}

/** What versions would do, one over what those before it leave. The snapshot must be settled, and stays the caller's. */
export function trySteps(
  environment: ExecEnvironment,
  snapshot: Snapshot,
  versions: readonly Pick<BoundMigrationVersion, 'version' | 'steps'>[],
): Promise<TriedSteps & Pick<MigrationPlan, 'definitions'>> {
  return tryPlan(
    environment,
    snapshot,
    planVersions(snapshot.catalog, versions, contextOf(environment)),
  );
}

async function tryPlan(
  environment: ExecEnvironment,
  snapshot: Snapshot,
  plan: VersionPlan,
): Promise<TriedSteps & Pick<MigrationPlan, 'definitions'>> {
  const { counts, refused } = await tryVersion(environment, snapshot, plan);
  const steps = stepsOf({ plan, counts });
  return { steps, documentsChanged: counts.changed, refused, definitions: changesOf(plan) };
}

/** The versions of all blocks: a block by itself knows only its own. */
function versionsIn(statements: readonly BoundStatement[]): readonly BoundMigrationVersion[] {
  const bound = statements.flatMap(versionsOf);
  const seen = new Set<string>();
  for (const { version, span } of bound) {
    if (seen.has(version)) {
      throw new AuroraError('DuplicateName', `The version "${version}" is given twice.`, {
        span,
        details: { version },
        hint: 'Each version is applied once; put the steps together or choose another name.',
      });
    }
    seen.add(version);
  }
  return bound;
}

function versionsOf(statement: BoundStatement): readonly BoundMigrationVersion[] {
  if (statement.kind === 'migration') return statement.versions;
  throw new AuroraError('InvalidOption', `A ${statement.kind} cannot be planned.`, {
    span: statement.span,
    hint: 'Give migrate blocks only.',
  });
}

function statesOf(
  bound: readonly BoundMigrationVersion[],
  { migrations, migrationFailures }: Pick<Catalog, 'migrations' | 'migrationFailures'>,
): readonly MigrationVersionState[] {
  const recorded = new Map(migrations.map((record) => [record.version, record]));
  const lastApplied = bound.findLastIndex(({ version }) => recorded.has(version));
  return bound.map(({ version, meaning }, position): MigrationVersionState => {
    const checksum = checksumOf(meaning);
    const record = recorded.get(version);
    if (record === undefined) {
      const isOutOfOrder = position < lastApplied;
      const failed = migrationFailures.find(
        (each) => each.version === version && each.checksum === checksum,
      );
      const failure = failed === undefined ? {} : { failure: failureOf(failed) };
      return { version, state: 'pending', checksum, meaning, isOutOfOrder, ...failure };
    }
    const { checksum: recordedChecksum, meaning: recordedMeaning } = record;
    const state = recordedChecksum === checksum ? 'applied' : 'drifted';
    const texts = { meaning, recordedMeaning };
    return { version, state, checksum, recordedChecksum, ...texts, isOutOfOrder: false };
  });
}

function failureOf({ failedAtMs, failedBy, message }: MigrationFailure) {
  return { at: new Date(failedAtMs).toISOString(), by: failedBy, message };
}
