/* One version of a migration, all or nothing (transactions/catalog-rewrite.ts). */
import type { BoundMigrationStep } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import type { MigrationRecord } from '../catalog/migration-record.ts';
import { AuroraError } from '../errors.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import type { CatalogRewrite } from '../transactions/catalog-rewrite.ts';
import { concernsDocuments, newCounts, type RevisionCounts, reviseWith } from './revision.ts';
import { countDropped, type RefusedDocuments, tryVersion } from './trial.ts';
import { keptBy, outdatedCopies, undoOf } from './undo.ts';
import { planVersions, type VersionPlan } from './version-plan.ts';

export interface VersionRun {
  readonly plan: VersionPlan;
  readonly counts: RevisionCounts;
  readonly elapsedMs: number;
}

/** What is kept of a version, but for what its run brings. */
export type RecordHead = Pick<MigrationRecord, 'version' | 'checksum' | 'meaning'>;

/**
 * Carries out steps and notes them under `head`, if there is one.
 * @throws AuroraError `ValidationError` or `UniqueConstraintViolation` with the documents that it cannot go over;
 * `WriteConflict`, `Cancelled`, `DatabaseClosed`, `DiskFull`; then nothing has changed
 */
export async function runVersion(
  environment: ExecEnvironment,
  steps: readonly BoundMigrationStep[],
  head?: RecordHead,
): Promise<VersionRun> {
  const { clock, newId } = environment;
  const startedAt = clock.elapsed();
  const appliedAtMs = clock.now();
  // Asked here: the record is made in a turn that belongs to nobody.
  const appliedBy = environment.caller();
  const snapshot = environment.snapshot();
  let plan: VersionPlan;
  let counts: RevisionCounts;
  let outdated: readonly CollectionEntry[];
  try {
    plan = planVersions(snapshot.catalog, [{ version: head?.version ?? '', steps }], {
      nowMs: appliedAtMs,
      newId,
    });
    counts = newCounts(plan.steps);
    countDropped(snapshot, plan, counts);
    outdated = outdatedCopies(snapshot.catalog);
  } finally {
    snapshot.release();
  }
  const undo = undoOf(plan, steps, appliedAtMs);
  const record = (): MigrationRecord | undefined =>
    head === undefined
      ? undefined
      : {
          ...head,
          id: newId(),
          appliedAtMs,
          elapsedMs: clock.elapsed() - startedAt,
          documentsChanged: counts.changed,
          appliedBy,
          undo,
        };
  try {
    const rewrite = rewriteOf(plan, counts, record);
    await environment.rewriteCatalog(
      head === undefined
        ? rewrite
        : {
            ...rewrite,
            name: head.version,
            keeps: keptBy(undo),
            drops: [...rewrite.drops, ...outdated],
          },
    );
  } catch (error) {
    throw await explained(environment, plan, error);
  }
  return { plan, counts, elapsedMs: clock.elapsed() - startedAt };
}

function rewriteOf(
  plan: VersionPlan,
  counts: RevisionCounts,
  record: () => MigrationRecord | undefined,
): CatalogRewrite {
  const revisions = plan.collections.map((planned) => {
    const { before, definition } = planned;
    if (!concernsDocuments(planned)) return { before, definition };
    const revise = reviseWith(planned, counts, (document, problem) => {
      throw new DocumentRefused(document.id, problem);
    });
    return { before, definition, revise };
  });
  return { drops: plan.drops, revisions, creates: plan.creates, record };
}

/** Ends a run at the first document that it cannot go over. */
class DocumentRefused extends Error {
  constructor(id: string, problem: string) {
    super(`Document ${id}: ${problem}`);
    this.name = 'DocumentRefused';
  }
}

/** For documents that do not allow a version: an error that names them, of all that there are. */
async function explained(
  environment: ExecEnvironment,
  plan: VersionPlan,
  error: unknown,
): Promise<unknown> {
  const isDuplicate = error instanceof AuroraError && error.code === 'UniqueConstraintViolation';
  if (!(error instanceof DocumentRefused) && !isDuplicate) return error;
  const snapshot = await environment.settledSnapshot();
  try {
    const { refused } = await tryVersion(environment, snapshot, plan);
    if (refused.count > 0)
      return refusedError(refused, isDuplicate ? error.code : 'ValidationError');
    // What was wrong is gone by now.
    return isDuplicate
      ? error
      : new AuroraError('WriteConflict', error.message, { hint: 'Run the migration again.' });
  } finally {
    snapshot.release();
  }
}

/** What keeps a version from being applied. */
function refusedError(
  { count, documents }: RefusedDocuments,
  code: 'ValidationError' | 'UniqueConstraintViolation',
): AuroraError {
  const [first] = documents;
  const step = first?.step === undefined ? '' : ` (${first.step})`;
  const what = `${count} ${count === 1 ? 'document does' : 'documents do'} not allow it${step}`;
  const lines = documents.map(({ id, problem }) => `${id}: ${problem}`).join('; ');
  const more = count > documents.length ? `; and ${count - documents.length} more` : '';
  return new AuroraError(code, `Nothing was changed: ${what}. ${lines}${more}.`, {
    details: { collection: first?.collection, count, documents },
    hint: 'Correct these documents, or set their values in the version before the step.',
  });
}
