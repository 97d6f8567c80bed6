/** The door of the contract between page and host: types, envelope, and the two protocol ends. Imports nothing. */
export { type AuditInfo, auditCallers } from './audit-types.ts';
export { Caller, type CallerOptions, type CallOptions } from './caller.ts';
export type { CancelSignal, CancelSource } from './cancel-signal.ts';
export type { Channel, ChannelListener } from './channel.ts';
export { type ChannelPair, createChannelPair } from './channel-pair.ts';
export type {
  DocumentChangeInfo,
  InverseObstacleInfo,
  StagedChange,
  StagedRecord,
  VersionedDocument,
} from './edit-types.ts';
export { type ClientMessage, type HostMessage, protocolVersion } from './envelope.ts';
export {
  decodeEnvironment,
  type Environment,
  environmentSetting,
  isEnvironmentSetting,
} from './environment.ts';
export type { ExportFormat, ExportState, ExportTask, ExportWay } from './export-types.ts';
export type {
  FollowedEvents,
  FollowRequest,
  WireChangeEvent,
  WireLiveChange,
  WireLiveEvent,
  WirePosition,
  WireSubscriptionEvent,
  WireWatchUpdate,
} from './follow-types.ts';
export {
  type DesktopHandover,
  handoverChannel,
  handoverGlobal,
  handoverMessage,
} from './handover.ts';
export type {
  HealthFigures,
  HealthInfo,
  MaintenanceActivity,
  MaintenanceKind,
  MaintenanceOutcome,
  MaintenanceTask,
  SizeSample,
} from './health-types.ts';
export { decodeHistoryKept, type HistoryKept, historyKeptSetting } from './history-kept.ts';
export {
  type ImportColumnInfo,
  type ImportColumnOrder,
  type ImportFormatName,
  type ImportInspectionInfo,
  type ImportOrder,
  type ImportReading,
  type ImportReportInfo,
  type ImportState,
  type ImportTask,
  type InspectedColumnInfo,
  type InspectedRecord,
  importFormats,
} from './import-types.ts';
export {
  type JobActivity,
  type JobActOutcome,
  type JobDetail,
  type JobErrorGroup,
  type JobFamily,
  type JobFilter,
  type JobHandlerFolder,
  type JobOrder,
  type JobPriorityName,
  type JobQueueInfo,
  type JobRow,
  type JobRunInfo,
  type JobScheduleInfo,
  type JobSeries,
  type JobSpan,
  type JobState,
  type JobStateCounts,
  type JobsInfo,
  type JobTypeInfo,
  type JobWorkersInfo,
  jobPriorityNames,
  jobStates,
} from './job-types.ts';
export type { MethodName, Methods, MethodTable, Params, Result } from './methods.ts';
export type {
  AppliedVersion,
  DefinitionChangeInfo,
  DefinitionInfo,
  FailedVersion,
  MigrationEstimateInfo,
  MigrationFolder,
  MigrationOrder,
  MigrationPlanInfo,
  MigrationsInfo,
  PlannedVersion,
  RefusedDocumentsInfo,
  RollbackInfo,
  RunningMigration,
  TriedStepInfo,
} from './migration-types.ts';
export type { MonitorInfo, MonitorSpan, MonitorWatcher } from './monitor-types.ts';
export type {
  PlanChoice,
  PlanInfo,
  PlannedRoot,
  PlanOperator,
  SuggestedIndex,
  TriedIndex,
} from './plan-types.ts';
export {
  type BoundaryValidation,
  type MethodHandlers,
  Responder,
  type ResponderLimits,
  type ResponderOptions,
  responderLimits,
  type TopicHandler,
  type TopicHandlers,
  type TopicSink,
} from './responder.ts';
export { pullsInFlight, type ReadRunOptions, readRun } from './result-reader.ts';
export type {
  HistoryEntry,
  RunOutcome,
  SampledValueInfo,
  SavedQuery,
  SavedQueryList,
  SavedQueryTest,
  WriteConfirmation,
  WriteKind,
  WritePreview,
} from './studio-types.ts';
export type { TopicEvent, TopicName, TopicParams, Topics, TopicTable } from './topics.ts';
export { clippedText, toWireDetails } from './wire-details.ts';
export { WireError, type WireErrorCode, wireErrorCodes } from './wire-error.ts';
export type {
  CatalogInfo,
  CollectionInfo,
  ColumnBatch,
  DatabaseConnectionInfo,
  DatabaseId,
  DatabaseInfo,
  DatabaseList,
  FieldInfo,
  HostInfo,
  IndexFigures,
  IndexInfo,
  RecentDatabase,
  ResultColumn,
  ResultHead,
  ResultPart,
  ResultSummary,
  WireDiagnostic,
  WireErrorShape,
  WireFieldType,
  WireOrigin,
  WireRowOrigins,
  WireScalarType,
  WireSpan,
  WireValue,
} from './wire-types.ts';
