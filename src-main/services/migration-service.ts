import type { AppliedVersion, MigrationPlanInfo, Params, Result, RollbackInfo } from '#contract';
import type { Database, MigrationPlan, MigrationRollback } from '#engine';
import type { DatabaseService } from './database-service.ts';
import { fieldsOf, timeOf } from './result-fields.ts';
import type { WriteGate } from './write-gate.ts';

/* Versions of migrations for pages: which are applied, what others would do, and undoing the last one. */

export interface MigrationServices {
  readonly databases: DatabaseService;
  readonly gate: WriteGate;
}

/** Versions that are applied, in the order in which they were. */
export async function appliedVersions(
  database: Database,
  signal: AbortSignal,
): Promise<readonly AppliedVersion[]> {
  const text =
    '{ _sys_migration(orderBy: { id: ASC }) { version checksum applied_at elapsed_ms documents_changed } }';
  const { data } = await database.execute(text, { signal });
  const rows = data['_sys_migration'];
  return (Array.isArray(rows) ? rows : []).map((row): AppliedVersion => {
    const record = fieldsOf(row);
    return {
      version: String(record['version']),
      checksum: String(record['checksum']),
      appliedAt: timeOf(record['applied_at']) ?? 0,
      elapsedMs: Number(record['elapsed_ms']),
      documentsChanged: Number(record['documents_changed']),
    };
  });
}

/** Tries a text on the documents as they are; the token lets it run. @throws AuroraError as `planMigration` */
export async function planText(
  { databases, gate }: MigrationServices,
  { database: id, text }: Params<'migrations.plan'>,
  signal: AbortSignal,
): Promise<MigrationPlanInfo> {
  const plan = await databases.get(id).planMigration(text, { signal });
  const isProduction = await gate.isProduction(id);
  return {
    ...planInfo(plan),
    confirmation: isProduction ? 'typed' : 'click',
    token: gate.issueToken({ database: id, text }),
  };
}

export async function planRollback(
  { databases, gate }: MigrationServices,
  { database: id }: Params<'migrations.planRollback'>,
  signal: AbortSignal,
): Promise<Result<'migrations.planRollback'>> {
  const report = await databases.get(id).migrations.planRollback({ signal });
  const isProduction = await gate.isProduction(id);
  const token = gate.issueToken({ database: id, text: actOf(report.version) });
  return { ...rollbackInfo(report), confirmation: isProduction ? 'typed' : 'click', token };
}

/** @throws WireError `PreviewRequired`; AuroraError as `rollBack` */
export async function rollBack(
  { databases, gate }: MigrationServices,
  { database: id, version, previewToken }: Params<'migrations.rollBack'>,
  signal: AbortSignal,
): Promise<RollbackInfo> {
  await gate.admitAct({ database: id, text: actOf(version) }, previewToken);
  return rollbackInfo(await databases.get(id).migrations.rollBack({ version, signal }));
}

function actOf(version: string): string {
  return `undo ${JSON.stringify(version)}`;
}

function planInfo(plan: MigrationPlan): Omit<MigrationPlanInfo, 'confirmation' | 'token'> {
  return {
    versions: plan.versions.map(({ version, state, isOutOfOrder, meaning, recordedMeaning }) => ({
      version,
      state,
      isOutOfOrder,
      meaning,
      recordedMeaning: recordedMeaning ?? null,
    })),
    missing: plan.missing,
    steps: plan.steps,
    documentsChanged: plan.documentsChanged,
    refused: refusedInfo(plan.refused),
  };
}

function rollbackInfo({ version, steps, documentsChanged, losses, refused }: MigrationRollback) {
  return { version, steps, documentsChanged, losses, refused: refusedInfo(refused) };
}

function refusedInfo({ count, documents }: MigrationRollback['refused']): RollbackInfo['refused'] {
  return {
    count,
    documents: documents.map(({ collection, id, problem }) => ({ collection, id, problem })),
  };
}
