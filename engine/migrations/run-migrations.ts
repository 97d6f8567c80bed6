/*
 * `migrate` blocks: versions in the order written. One that is recorded is skipped, and must mean what was recorded;
 * another one is applied as a whole, with its record, or not at all.
 */
import { createHash } from 'node:crypto';
import { type BoundMigrationVersion, versionDifference } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { MigrationRecord } from '../catalog/migration-record.ts';
import { AuroraError } from '../errors.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import type {
  MigrationOutcome,
  MigrationRunner,
  MigrationStep,
  MigrationVersion,
} from '../exec/migration-runner.ts';
import { type RecordHead, runVersion, type VersionRun } from './run-version.ts';

export const migrationRunner: MigrationRunner = {
  run: runMigrations,
  alter: async (environment, change) => {
    const { plan } = await runVersion(environment, [change]);
    return plan.steps.map(({ text, isSkipped }) =>
      isSkipped
        ? `"${change.collection}" has that already: ${text}.`
        : `Altered "${change.collection}": ${text}.`,
    );
  },
};

async function runMigrations(
  environment: ExecEnvironment,
  bound: readonly BoundMigrationVersion[],
): Promise<MigrationOutcome> {
  const versions: MigrationVersion[] = [];
  const steps: MigrationStep[] = [];
  checkDrift(environment, bound);
  for (const each of bound) {
    const { version } = each;
    const checksum = checksumOf(each.meaning);
    const present = recordOf(environment, version);
    if (present !== undefined) {
      versions.push(skipped(present, each.meaning));
      continue;
    }
    const head = { version, checksum, meaning: each.meaning };
    const startedAt = environment.clock.elapsed();
    try {
      const run = await runVersion(environment, each.steps, head);
      const { elapsedMs } = run;
      const documentsChanged = run.counts.changed;
      versions.push({ version, status: 'applied', checksum, documentsChanged, elapsedMs });
      steps.push(...stepsOf(run));
    } catch (error) {
      const applied = recordOf(environment, version);
      const isOvertaken = error instanceof AuroraError && error.code === 'WriteConflict';
      if (applied === undefined || !isOvertaken) {
        const elapsedMs = environment.clock.elapsed() - startedAt;
        await noteFailure(environment, head, { error, elapsedMs });
        throw atVersion(error, version, versions);
      }
      // Somebody else has applied it meanwhile.
      versions.push(skipped(applied, each.meaning));
    }
  }
  const applied = versions.filter(({ status }) => status === 'applied');
  const last = applied.at(-1) ?? versions.at(-1);
  return {
    status: applied.length > 0 ? 'applied' : 'skipped',
    stepsApplied: applied.length,
    version: last?.version ?? '',
    versions,
    steps,
  };
}

/** Ends that say nothing about a version: somebody has ended it, or the database cannot be written. */
const passing: ReadonlySet<string> = new Set([
  'Cancelled',
  'Timeout',
  'WriteConflict',
  'DatabaseClosed',
  'ReadOnly',
  'DiskFull',
  'StorageFailure',
]);

/** Keeps that a version could not be applied, so that others see it. */
async function noteFailure(
  environment: ExecEnvironment,
  { version, checksum, meaning }: RecordHead,
  { error, elapsedMs }: { readonly error: unknown; readonly elapsedMs: number },
): Promise<void> {
  if (!(error instanceof AuroraError) || passing.has(error.code)) return;
  const failed = {
    id: environment.newId(),
    version,
    checksum,
    meaning,
    failedAtMs: environment.clock.now(),
    elapsedMs,
    failedBy: environment.caller(),
    message: error.message,
  };
  try {
    await environment.rewriteCatalog({ drops: [], revisions: [], creates: [], failed });
  } catch (refusal) {
    // What is wrong with the version is told to its caller all the same.
    if (!(refusal instanceof AuroraError)) throw refusal;
  }
}

export function checksumOf(meaning: string): string {
  return createHash('sha256').update(meaning).digest('hex');
}

/** Versions that mean something else than what was applied are found before anything runs. */
export function checkDrift(
  environment: ExecEnvironment,
  bound: readonly BoundMigrationVersion[],
): void {
  for (const { version, meaning, span } of bound) {
    const present = recordOf(environment, version);
    if (present !== undefined) assertSame(present, meaning, span);
  }
}

function recordOf({ snapshot }: ExecEnvironment, version: string): MigrationRecord | undefined {
  const state = snapshot();
  const record = state.catalog.migrations.find((each) => each.version === version);
  state.release();
  return record;
}

function skipped(record: MigrationRecord, meaning: string): MigrationVersion {
  assertSame(record, meaning);
  const { version, checksum, elapsedMs, documentsChanged } = record;
  return { version, status: 'skipped', checksum, documentsChanged, elapsedMs };
}

function assertSame(
  { version, checksum, appliedAtMs, meaning: recordedMeaning }: MigrationRecord,
  meaning: string,
  span?: BoundMigrationVersion['span'],
): void {
  const given = checksumOf(meaning);
  if (checksum === given) return;
  const appliedAt = new Date(appliedAtMs).toISOString();
  throw new AuroraError(
    'MigrationDrift',
    `Version "${version}" was applied at ${appliedAt} with checksum ${checksum}, and has checksum ${given} now.`,
    {
      details: {
        version,
        recorded: checksum,
        given,
        appliedAt,
        lines: driftLines({ recordedMeaning, meaning }),
      },
      hint: 'Put its text back as it was, and write what is to change into a version of its own.',
      ...(span === undefined ? {} : { span }),
    },
  );
}

/** What is not as it was applied, a line for each: what was there with `-`, what is there now with `+`. */
export function driftLines({
  recordedMeaning,
  meaning,
}: {
  readonly recordedMeaning: string;
  readonly meaning: string;
}): readonly string[] {
  return versionDifference(recordedMeaning, meaning)
    .filter(({ kind }) => kind !== 'same')
    .map(({ kind, text }) => `${kind === 'gone' ? '-' : '+'} ${text.trim()}`);
}

/** Says at which version a text ended, and which were applied before it. */
function atVersion(error: unknown, version: string, before: readonly MigrationVersion[]): unknown {
  if (!(error instanceof AuroraError)) return error;
  const applied = before.filter(({ status }) => status === 'applied').map((each) => each.version);
  return new AuroraError(error.code, `Version "${version}": ${error.message}`, {
    cause: error,
    details: { ...error.details, version, applied },
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.span === undefined ? {} : { span: error.span }),
  });
}

/** What was done, as reports have it. */
export function stepsOf({
  plan,
  counts,
}: Pick<VersionRun, 'plan' | 'counts'>): readonly MigrationStep[] {
  return plan.steps.map((step): MigrationStep => {
    const count = counts.steps.get(step);
    assert(count !== undefined, 'each step is counted');
    const { version, kind, collection, text, isSkipped } = step;
    const { read: documentsRead, changed: documentsChanged, samples } = count;
    return { version, kind, collection, text, isSkipped, documentsRead, documentsChanged, samples };
  });
}
