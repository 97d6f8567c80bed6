/** Every bound of the services in one table. Milliseconds, bytes and counts are named by their last word. */
export const serviceLimits = {
  /** Characters of a text that is sent to be run. */
  queryTextLengthMax: 4 * 1024 * 1024,
  /** Rows that one pull may ask for; the engine's own bound. */
  pullRowsMax: 10_000,
  /** Runs that one page may have open. */
  cursorsOpenMax: 64,
  /** A run from which nothing was pulled for this long is ended. */
  cursorIdleMsMax: 5 * 60_000,
  /** How often idle runs are looked for. */
  cursorSweepMs: 30_000,
  /** Shortest time between two catalog events of one subscription. */
  catalogEventMs: 250,
  /** How often the figures of a database are read while somebody looks at them. */
  healthSampleMs: 2_000,
  /** Sizes of a database that are kept for its curve. */
  healthSamplesMax: 300,
  /** Problems of a verification that a page is told one by one. */
  healthProblemsMax: 100,
  /** Readers that a page is told one by one. */
  healthReadersMax: 20,
  /** How often a page is told how far an export is. */
  exportEventMs: 250,
  /** How long a prepared export waits to be fetched, and a finished one is known. */
  exportIdleMs: 120_000,
  /** Exports that are known at the same time. */
  exportsMax: 50,
  /** How often a page is told of entries of the audit log. */
  auditEventMs: 1_000,
  /** How often the page Monitor is told; as often as the engine looks. */
  monitorEventMs: 5_000,
  /** Slow statements and watchers that a page is told. */
  monitorRowsMax: 100,
  /** Shortest time between two events of the jobs of one database. */
  jobEventMs: 500,
  /** Attempts of the past that are read for the curves, the newest. */
  jobRunsReadMax: 200_000,
  /** Failed jobs that are looked at for groups of errors. */
  jobErrorsMax: 100_000,
  /** Types, queues and schedules of jobs that a page is told. */
  jobGroupsMax: 500,
  /** Imports that one page may have open. */
  importsOpenMax: 4,
  /** Bytes of a file that a page sends at once, and gets of what was rejected. */
  importChunkBytesMax: 1 << 20,
  /** Chunks of a trial that are remembered, so that only they can be imported; on production, more cannot. */
  importTriedChunksMax: 1 << 18,
  /** Records that a page is shown of a file, and characters of one of their values. */
  importRecordsShownMax: 50,
  importCellLengthMax: 500,
  /** Rejected records that a page is told one by one. */
  importRejectionsMax: 200,
  /** Columns that an order tells of, and tokens for null. */
  importColumnsMax: 2_000,
  importNullTokensMax: 20,
  /** Jobs that one call gives. */
  jobsFoundMax: 1_000,
  /** Jobs of an act on many that are changed in one commit. */
  jobOrderStepMax: 1_000,
  /** Values of payloads that are known to find jobs by; 14 bytes each. */
  jobPayloadValuesMax: 16_000_000,
  /** Jobs that one pull reads for it. */
  jobPayloadsPullRows: 2_000,
  /** Jobs with a value above which their payloads are of no help. */
  jobPayloadFoundMax: 50_000,
  /** So long after the last search they are forgotten. */
  jobPayloadsIdleMs: 10 * 60_000,
  /** Jobs that are gone and still known are this many at least before all are read anew. */
  jobPayloadsGoneMin: 100_000,
  /** So long an act on many jobs can be taken back, of so many jobs at most; the latter is the engine's own bound. */
  jobUndoMs: 5 * 60_000,
  jobUndoJobsMax: 200_000,
  /** Coming runs of a schedule that a page is told. */
  jobNextRunsMax: 3,
  /** Jobs of a family that are drawn. */
  jobFamilyMax: 200,
  /** How long workers of the sample may go on when they are stopped. */
  jobWorkersStopMs: 3_000,
  /** Databases that are remembered as recent. */
  recentMax: 20,
  /** Databases that may be open at a time. */
  databasesOpenMax: 32,
  /** Characters of a path. */
  pathLengthMax: 4096,
  /** Characters of a setting's key. */
  settingKeyLengthMax: 256,
  /** Settings of one person. */
  settingsMax: 1000,
  /** Characters of one setting's value as JSON; texts of tabs are settings. */
  settingLengthMax: 4 * 1024 * 1024,
  /** Characters of all settings as JSON. */
  settingsLengthMax: 16 * 1024 * 1024,
  /** Characters of what is staged in one collection, as JSON. */
  stagedLengthMax: 64 * 1024 * 1024,
  /** Fields of an open collection that are shown though it does not define them. */
  undeclaredFieldsMax: 100,
  /** Depth of a value that a page sends. */
  valueDepthMax: 64,
  /** Values inside one value that a page sends. */
  valueNodesMax: 1_000_000,
  /** Writes of one text that are previewed. */
  previewsMax: 50,
  /** Documents that a preview shows. */
  previewRowsMax: 5,
  /** Fields that a preview shows. */
  previewColumnsMax: 8,
  /** Time for counting what one text touches. */
  previewMsMax: 5_000,
  /** Documents that are read at once for editing. */
  editReadsMax: 1_000,
  /** Changes of one document that are given at once. */
  editHistoryMax: 500,
  /** A preview lets its text run for this long. */
  previewTokenMsMax: 10 * 60_000,
  /** Previews whose texts have not run yet; the oldest is forgotten. */
  previewTokensMax: 256,
  /** Runs that the history keeps. */
  historyEntriesMax: 5_000,
  /** Characters of all texts in the history. */
  historyLengthMax: 16 * 1024 * 1024,
  /** Characters of one run's text in the history; the rest is cut. */
  historyTextLengthMax: 256 * 1024,
  /** Characters of one run's variables as JSON in the history; longer ones are left out. */
  historyVariablesLengthMax: 64 * 1024,
  /** Entries that one call gives. */
  historyPageMax: 500,
  /** Documents that a sample of values looks at. */
  sampleDocumentsMax: 1_000,
  /** Latest jobs that a sample of job types and payloads looks at. */
  sampleJobsMax: 500,
  /** Different values of a field beyond which it has no sample. */
  sampleValuesMax: 50,
  /** Characters of a sampled text. */
  sampleTextLengthMax: 80,
  /** Sampled fields of one collection, those inside objects included. */
  sampleFieldsMax: 200,
  /** Objects inside objects that are sampled. */
  sampleDepthMax: 3,
  /** Samples that are kept. */
  samplesKeptMax: 500,
  /** A sample is made anew after this time, if documents changed or not. */
  sampleAgeMsMax: 60_000,
  /** Files in a folder of migrations. */
  migrationFilesMax: 2_000,
  /** How often a migration that is being applied is looked at, and how often a database without one. */
  migrationProgressMs: 250,
  migrationLookMs: 2_000,
  /** Saved queries that are listed for one database. */
  savedQueriesMax: 2_000,
  /** Folders of saved queries that are watched for one database. */
  savedFoldersMax: 200,
  /** Folders inside folders of saved queries. */
  savedDepthMax: 8,
  /** Characters of a saved query's text. */
  savedTextLengthMax: 4 * 1024 * 1024,
  /** Pause after a change on disk before the folder is listed again. */
  savedWatchMs: 120,
  /** Events of something that is followed in one message. */
  followBatchMax: 500,
  /** A build of the sample that was left behind is removed after this time. */
  sampleLeftoverMsMax: 60 * 60_000,
} as const;
