import type {
  DefinitionInfo,
  MigrationPlanInfo,
  MigrationsInfo,
  Params,
  PlannedVersion,
  Result,
  RollbackInfo,
} from '#contract';
import type { Database, MigrationPlan, MigrationRollback, MigrationStatus } from '#engine';
import type { CollectionDefinition } from '#engine/aql';
import type { DatabaseService } from './database-service.ts';
import { fieldsOf, timeOf } from './result-fields.ts';
import { toFieldInfo } from './to-wire.ts';
import type { WriteGate } from './write-gate.ts';

/* Versions of migrations for pages: which are applied, what others would do, and undoing the last one. */

export interface MigrationServices {
  readonly databases: DatabaseService;
  readonly gate: WriteGate;
}

/** Versions that are applied, in the order in which they were, and those that could not be. */
export async function recordedVersions(
  database: Database,
  signal: AbortSignal | undefined,
): Promise<Pick<MigrationsInfo, 'applied' | 'failed'>> {
  const text = `{ _sys_migration(orderBy: { id: ASC }) {
    version status checksum applied_at applied_by elapsed_ms documents_changed error
  } }`;
  const { data } = await database.execute(text, { signal });
  const rows = data['_sys_migration'];
  const records = (Array.isArray(rows) ? rows : []).map(fieldsOf);
  const by = (record: ReturnType<typeof fieldsOf>) =>
    record['applied_by'] === null ? null : String(record['applied_by']);
  return {
    applied: records
      .filter(({ status }) => status === 'applied')
      .map((record) => ({
        version: String(record['version']),
        checksum: String(record['checksum']),
        appliedAt: timeOf(record['applied_at']) ?? 0,
        elapsedMs: Number(record['elapsed_ms']),
        documentsChanged: Number(record['documents_changed']),
        appliedBy: by(record),
      })),
    failed: records
      .filter(({ status }) => status === 'failed')
      .map((record) => ({
        version: String(record['version']),
        failedAt: timeOf(record['applied_at']) ?? 0,
        failedBy: by(record),
        error: String(record['error']),
      })),
  };
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
    versions: plannedVersions(plan),
    missing: plan.missing,
    steps: plan.steps,
    estimate: plan.estimate,
    documentsChanged: plan.documentsChanged,
    definitions: plan.definitions.map(({ before, after, renames }) => ({
      before: definitionInfo(before),
      after: definitionInfo(after),
      renames,
    })),
    refused: refusedInfo(plan.refused),
  };
}

/** Versions of a text beside what is recorded. */
export function plannedVersions({ versions }: MigrationStatus): readonly PlannedVersion[] {
  return versions.map(({ version, state, isOutOfOrder, meaning, recordedMeaning }) => ({
    version,
    state,
    isOutOfOrder,
    meaning,
    recordedMeaning: recordedMeaning ?? null,
  }));
}

function definitionInfo(definition: CollectionDefinition | undefined): DefinitionInfo | null {
  if (definition === undefined) return null;
  const { name, fields, indexes } = definition;
  return { name, fields: fields.map(toFieldInfo), definedIndexes: indexes };
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
