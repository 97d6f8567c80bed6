/** The door of the engine: everything a program needs, and nothing of how it is done. */
export type {
  CatalogShape,
  CollectionDefinition,
  Diagnostic,
  FieldDefinition,
  FieldType,
  IndexDefinition,
  JsonValue,
  Span,
} from '#engine/aql';
export { Aurora } from './aurora.ts';
export { type Clock, ManualClock, systemClock } from './base/clock.ts';
export type { EvictionPolicy } from './cache/row-cache.ts';
export { Database } from './database.ts';
export type { ConnectionState, DatabaseConnection } from './database-connection.ts';
export type {
  CheckResult,
  CollectionInfo,
  DatabaseSchema,
  ExecuteOptions,
  NewDocument,
  OperationOptions,
  PreparedStatement,
  RunTextOptions,
  UntypedSchema,
} from './database-types.ts';
export type {
  DocumentChangeRecord,
  DocumentHistory,
  TogetherChange,
} from './editing/document-history.ts';
export type { InverseMutation, InverseObstacle } from './editing/inverse-mutation.ts';
export type {
  PreviewedCollection,
  PreviewedWrite,
  PreviewOptions,
  PreviewReport,
  PreviewSample,
} from './editing/preview-report.ts';
export { AuroraError, type AuroraErrorOptions, type ErrorCode, errorCodes } from './errors.ts';
export type { ColumnRows, RunColumn } from './exec/column-batch.ts';
export type {
  BatchResult,
  ExecutionResult,
  MigrationResult,
  MutationResult,
  QueryResult,
  ResultData,
  ResultDocument,
  ResultError,
  ResultExtensions,
  SchemaResult,
  StatementResult,
} from './exec/execution-result.ts';
export type {
  ExplainedOperator,
  ExplainedRoot,
  ExplainOptions,
  Explanation,
  IndexTrial,
  TrialIndexRequest,
} from './exec/explanation.ts';
export { type IntrospectOptions, introspect } from './exec/introspect.ts';
export { auditedAs } from './exec/operation-caller.ts';
export type { Run, RunFailure, RunHead, RunPart, RunRows, RunSummary } from './exec/run-part.ts';
export type { TransactionOptions } from './exec/transaction.ts';
export type { Collection, UntypedDocument, UntypedNewDocument } from './fluent/collection.ts';
export type {
  CollectionOptions,
  CollectionSpec,
  DocumentOf,
  FieldSpec,
  NewDocumentOf,
  TypeSpec,
} from './fluent/collection-spec.ts';
export { type Filter, FilterBuilder, type LengthFilter } from './fluent/filter-builder.ts';
export { Query, type UpdateOf, type WatchOptions } from './fluent/query.ts';
export type {
  DatabaseResult,
  FeedOptions,
  ListenOptions,
  LiveQueryOptions,
  StreamOptions,
  SubscriptionResult,
} from './follow-options.ts';
export {
  type HandlerOptions,
  type HandlerStatement,
  type JobContext,
  JobFailure,
  type JobHandler,
  type JobPayload,
  type ModuleHandler,
  type ModuleJobContext,
  type RunningJob,
} from './jobs/handler.ts';
export type { HandlerFolderOptions, RegisteredFolder } from './jobs/handler-folder.ts';
export { Job, type JobPriority, type UniqueOptions } from './jobs/job.ts';
export type { QueueChange } from './jobs/job-commands.ts';
export { nextRun } from './jobs/schedule.ts';
export type { WorkerOptions } from './jobs/worker-options.ts';
export {
  type ActOptions,
  type ScheduleOptions,
  type StopOptions,
  type WorkerStats,
  Workers,
} from './jobs/workers.ts';
export { applyLiveDelta } from './live/apply-live-delta.ts';
export type { ChangeEvent } from './live/change-event.ts';
export type { EventStream } from './live/event-stream.ts';
export type {
  LiveChange,
  LiveEvent,
  SubscriptionChange,
  SubscriptionEvent,
  WatchUpdate,
} from './live/live-event.ts';
export type { DatabaseStats, FileStats } from './maintenance/database-stats.ts';
export type { DocumentTextFormat, DocumentTextOptions } from './maintenance/document-text.ts';
export {
  type ExpectationReport,
  readExpectations,
  testText,
} from './maintenance/expectations.ts';
export type { ExportOptions, ExportReport, WriteText } from './maintenance/export-documents.ts';
export { type ExportQueryOptions, exportQuery } from './maintenance/export-query.ts';
export { importDocuments } from './maintenance/import-documents.ts';
export type {
  ColumnMapping,
  ImportColumn,
  ImportDocument,
  ImportFormat,
  ImportMapping,
  ImportOptions,
  ImportProgress,
  ImportRejection,
  ImportReport,
  ImportSource,
} from './maintenance/import-report.ts';
export type { ImportTarget } from './maintenance/import-writes.ts';
export {
  type ImportInspection,
  type InspectedColumn,
  type InspectOptions,
  inspectImport,
} from './maintenance/inspect-import.ts';
export type {
  BackupReport,
  CompactReport,
  MaintenanceOptions,
  MaintenanceProgress,
  RestoreOptions,
  RestoreReport,
} from './maintenance/maintenance-report.ts';
export {
  createSampleDatabase,
  type SampleOptions,
  type SampleProgress,
  type SampleReport,
} from './maintenance/sample-database.ts';
export { makeFolder } from './maintenance/target-folder.ts';
export type {
  VerifiedCollection,
  VerifyProblem,
  VerifyProblemKind,
  VerifyReport,
} from './maintenance/verify-report.ts';
export type { DefinitionChange } from './migrations/definition-change.ts';
export { schemaText } from './migrations/definition-text.ts';
export { migrationFileNames } from './migrations/migration-files.ts';
export type {
  MigrationPlan,
  MigrationStatus,
  MigrationVersionState,
} from './migrations/plan-migrations.ts';
export type { MigrationRollback } from './migrations/roll-back.ts';
export { driftLines } from './migrations/run-migrations.ts';
export { type SchemaDifference, schemaDifference } from './migrations/schema-difference.ts';

export type { AuroraConfig, AuroraOptions, DurabilityMode } from './options.ts';
export type { ColdStoreMode } from './storage/cold-mode.ts';
export { Transaction } from './transaction.ts';
export type { ChangePosition } from './transactions/change-log.ts';
export type { CommitEvent } from './transactions/pipeline-task.ts';
export type { RewriteProgress } from './transactions/running-rewrites.ts';
export { documentVersion } from './values/document-version.ts';
export { type WorkerConfig, WorkerSystem } from './worker-system.ts';
