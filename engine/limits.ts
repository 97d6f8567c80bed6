/**
 * Every bound of the engine in one table. Milliseconds, bytes and counts are named by their last word.
 */
export const limits = {
  /** How long a loop works before it yields. A batch and a pause of the collector may come on top; together they stay below 8 ms. */
  sliceMs: 3,
  /** Free space from which the store may write behind our back; with less, every step looks whether it finds its place. */
  queueRoomBytesMin: 64 * 1024 * 1024,
  /** How long a turn of the event loop hands rows of a buffer to the store: whoever commits meanwhile waits for the turn. */
  applySliceMs: 0.25,
  /** How long each such turn lets commits go first, as long as nobody waits for the buffer. */
  applyGivesWayMs: 1,
  /** How long it goes on behind a commit, where commits come now and then, before it waits for the next of them. */
  applyBehindCommitMs: 1,
  /** How long it waits for that, each time, and since the last commit in all. */
  commitAwaitedMs: 10,
  commitsAwaitedMs: 50,
  /** How long applying waits for readers of the state before, since with them the store cannot reuse a page. */
  floatWaitMs: 150,
  /** Changes that a commit may have to be prepared and checked without a look at the clock. */
  smallCommitMax: 32,
  /** Guesses of rows by id that are kept, a power of two; 8 bytes each, taken as they are needed. */
  idHintsMax: 1 << 21,
  /** Documents that one commit may change. */
  commitChangesMax: 10_000,
  /** Commits that may wait for the pipeline; further ones are refused until some are through. */
  commitQueueMax: 10_000,
  /** Commits that may be done within their calls in one turn of the event loop. */
  commitsPerTurnMax: 48,
  /** How long they may take together, on a disk that each of them waits for. */
  commitsPerTurnMsMax: 2,
  /** Changes that several commits may bring together into one transaction of the store. */
  groupWeightMax: 250,
  /** From so many commits on, a round may go to the disk in two halves. */
  splitRoundMin: 16,
  /** What the commits of a round take in all, beside their staging alone: callers, encoding, applying. */
  commitWorkPerStaging: 8,
  /** Encoded size of one document. */
  documentBytesMax: 64 * 1024 * 1024,
  /** Larger documents are stored in pieces of this size: from 16 MiB on lmdb hands out memory that Electron refuses. */
  documentChunkBytes: 4 * 1024 * 1024,
  /** Shorter records are never deflated: what that saves is less than what it says of itself. */
  packedBytesMin: 64,
  /** Deflating must save at least this part of the bytes, one eighth. */
  packedSavesShareMin: 8,
  /** Stored bytes that are read at once; a batch of large documents ends early. */
  batchBytesMax: 16 * 1024 * 1024,
  /** Handlers of one database. */
  handlersMax: 1_000,
  /** How many levels deep handlers may call each other. */
  handlerDepthMax: 8,
  /** Depth of lists and objects inside a document. */
  documentDepthMax: 64,
  /** Bytes of one value in an index key; longer ones are cut and told apart by a hash. */
  keyValueBytesMax: 256,
  /** Fields of one index; with the bound above, a key stays below LMDB's 1,978 bytes. */
  indexFieldsMax: 6,
  /** Entries that one document may have in one multi-entry index. */
  multiEntryMax: 10_000,
  /** Different words that one document may have in one text index. */
  textWordsMax: 100_000,
  /** Longer words are cut in a text index, in UTF-16 units. */
  textWordLengthMax: 64,
  /** Documents that a search finds by its words; above that it reads all. */
  searchedRowsMax: 1_000_000,
  /** Rows in one posting block. */
  postingBlockRowsMax: 256,
  /** Postings that a copy of a collection holds back, to write those of a word together: some megabytes. */
  heldPostingsMax: 200_000,
  /** Record structures that documents of one collection share. */
  sharedStructuresMax: 256,
  /** Fields of a structure that is worth sharing. */
  sharedStructureFieldsMax: 128,
  /** How long to wait for storage to say that a commit is on disk before it counts as broken. */
  flushMsMax: 30_000,
  /** Free space that is never used for data: a disk that fills up inside lmdb ends the process. */
  diskReserveBytes: 32 * 1024 * 1024,
  /** Keys that may be written while a store is compacted; they are written again into its new file. */
  compactionKeysMax: 1_000_000,
  /** How long nothing must have been committed before a database is compacted by itself. */
  idleCompactionQuietMs: 10_000,
  /** What must be free of a file for that, as a part of it: as documents are, and where space is short. */
  idleCompactionShare: 0.5,
  idleCompactionLowSpaceShare: 0.2,
  /** Less free space than this is never worth it. */
  idleCompactionBytesMin: 1024 * 1024,
  /** Documents that background work reads, and keys that it writes, in one go. */
  backgroundKeysMax: 256,
  /** Keys of what was dropped that are deleted in one go. */
  leftoverKeysMax: 2_048,
  /** Entries of new indexes that are written in one go, in the order of their keys; and memory for those that wait. */
  addedEntriesMax: 2_048,
  addedEntriesBytesMax: 32 * 1024 * 1024,
  /** Problems that a verification lists one by one; further ones are counted. */
  verifyProblemsMax: 1_000,
  /** Violations that one ValidationError lists one by one. */
  violationsMax: 100,
  /** Fields of collections with fewer documents are not kept as vectors. */
  columnRowsMin: 1_000,
  /** Memory that the groups of one live `groupBy` may take. Those of a query: the option `queryMemoryMb`. */
  liveGroupBytesMax: 128 * 1024 * 1024,
  /** Documents that an export reads and writes at once. */
  exportBatchMax: 2_000,
  /** Columns of a CSV file that nested fields become. */
  exportColumnsMax: 10_000,
  /** Documents that one `export` of a mutation gives. */
  exportDocumentsMax: 100_000,
  /** Texts whose bound form is kept for the next run. */
  preparedTextsMax: 500,
  /** Longest text that is kept so. */
  preparedTextLengthMax: 64 * 1024,
  /** Entries of an index that is made in memory to see whether it would help. */
  trialEntriesMax: 2_000_000,
  trialBytesMax: 256 * 1024 * 1024,
  /** A query is run so often with such an index and without it, unless that takes long. */
  trialRunsMax: 7,
  /** Beyond it no further run of a trial is begun. */
  trialMsMax: 4_000,
  /** How often a mutation runs again after another one changed what it had read. */
  conflictRetriesMax: 3,
  /**
   * How long a transaction may be open unless it is given another deadline: its snapshot is not cut after
   * `snapshotMsMax`, since what it has read must stay as it was until its commit.
   */
  transactionMs: 10_000,
  /** The longest deadline that a transaction may be given. */
  transactionMsMax: 600_000,
  /** How long a result that waits for its reader may keep its snapshot; less once others have written. */
  snapshotMsMax: 2_000,
  /** A result whose reader comes back sooner does not wait for it. */
  readerPauseMsMin: 100,
  /** How long a waiting result is read on before a reader who has come back gets its turn. */
  spoolStepMs: 20,
  /** Encoded documents of a waiting result that go into memory or its file together. */
  spoolBlockBytes: 256 * 1024,
  /** Memory that one waiting result takes before it gets a file. */
  spoolOwnMemoryBytesMax: 4 * 1024 * 1024,
  /** Memory that all waiting results of a database take together. */
  spoolMemoryBytesMax: 64 * 1024 * 1024,
  /** The same where no files can be made: a database in memory, and one that is only read. */
  spoolUnfiledBytesMax: 256 * 1024 * 1024,
  /** Files that all waiting results of a database take together. */
  spoolFileBytesMax: 1024 * 1024 * 1024,
  /** How long one pull on a run goes on before it gives what it has. */
  pullMsMax: 50,
  /** Rows that one pull on a run may ask for. */
  pullRowsMax: 10_000,
  /**
   * Documents that an import writes in one commit. A commit holds the event loop: of 100,000 documents beside a million, the
   * 99th percentile was 7.5 ms with 250 a commit and 4.6 ms with 100, in the same time.
   */
  importBatchMax: 100,
  /** How long writers wait at most for one step of work that goes through the store's own thread, beside that thread. */
  storeTaskMs: 10,
  /** How long one step of applying the write buffer should hold the event loop. */
  applyStepMs: 3,
  /** Bytes that a write buffer may take before another must begin; one more may be on its way into the store. */
  bufferBytesMax: 64 * 1024 * 1024,
  /** Changes that are gathered without a log, where the store gets them in one transaction. */
  unloggedBufferChangesMax: 250,
  /** Bytes of the log after which a checkpoint is taken before its time. */
  checkpointLogBytes: 64 * 1024 * 1024,
  /** Free space that is counted on until the operating system is asked again. */
  roomTrustBytes: 16 * 1024 * 1024,
  /** Smallest reserve of free space, on a small disk. */
  diskReserveBytesMin: 128 * 1024,
  /** The reserve takes at most this share of the disk, unless it is the smallest. */
  diskReserveShare: 32,
  /** Smallest segment of the log; a full disk shrinks segments down to this. */
  logSegmentBytesMin: 32 * 1024,
  /** The first new segment of an opening; the next ones grow. */
  logSegmentBytesFirst: 1024 * 1024,
  /** A new segment takes at most this share of the free space, unless it is one of the smallest. */
  logSegmentFreeShareMin: 16,
  /** Segments that are prepared beyond the one that is written to. */
  logSegmentsAheadMax: 2,
  /** Payload in one part of a log record; a longer record becomes a chain of parts. */
  logPartBytesMax: 1024 * 1024,
  /** Payload of one log record. */
  logRecordBytesMax: 256 * 1024 * 1024,
  /** Bytes that may wait to be written to the log; further records are refused until they are through. */
  logPendingBytesMax: 64 * 1024 * 1024,
  /** Memory that the largest part of what is known of index keys may take; beyond that nothing is known of them. */
  knownKeysBytesMax: 8 * 1024 * 1024,
  /** Largest buffer that the log keeps for its next batch. */
  logBufferBytesKept: 1024 * 1024,
  /** Largest batch that is written by a call that holds the event loop. */
  logHoldingWriteBytesMax: 64 * 1024,
  /** So many fast calls of a disk count at most; a few slow ones together use them up. */
  logFastCallsMax: 128,
  /** So many fast syncs make up for a slow one: no more than three of a hundred hold the event loop for longer than a fast one. */
  logSyncsPerSlow: 32,
  /** The same for writes, which wait for memory and not for the disk, but for its journal now and then. */
  logWritesPerSlow: 8,
  /** A write through the pool of threads counts as fast below it: on a busy machine it waits for its thread, not for the disk. */
  logPooledWriteMsMax: 20,
  logFastCallMsMax: 2,
  /** What recovery reads of a segment at once. */
  logReadBytes: 1024 * 1024,
  /** Bytes whose checksums recovery computes while it looks for records behind a damaged place. */
  logScanBytesMax: 1024 * 1024 * 1024,
  /** Records of the audit log that wait in memory, in bytes; further ones are counted and dropped. */
  auditBufferBytesMax: 4 * 1024 * 1024,
  /** From so many waiting bytes on, the audit log is written without waiting for its interval. */
  auditFlushBytes: 256 * 1024,
  /** How long a record of the audit log waits in memory at most. */
  auditFlushIntervalMs: 1_000,
  /** Size of an audit file, from where the next one begins. */
  auditFileBytesMax: 64 * 1024 * 1024,
  /** Audit files that are kept, the one that is written among them. */
  auditFilesMax: 8,
  /** UTF-16 units of a text or message in the audit log; longer ones are cut. */
  auditTextLengthMax: 4_096,
  /** Records that `_audit` shows, the latest ones. */
  auditRowsMax: 100_000,
  /** How much of an audit file is read at a time, in bytes; between two such pieces others have their turn. */
  auditReadBytes: 256 * 1024,
  /** How long the records of the audit log stay in memory after they were asked for. */
  auditRecordsIdleMs: 60_000,
  /** Events that wait for a listener of changes before it gets one that says how many it missed. */
  feedPendingMax: 20_000,
  /** Events that a listener which goes on from an earlier place reads ahead of its consumer. */
  feedReadAheadMax: 1_000,
  /** Rows that a live query with a limit keeps beyond it, so that it need not run again when some leave. */
  liveSlackMin: 32,
  liveSlackMax: 1_000,
  /** Rows that one live query may keep. */
  liveRowsMax: 1_000_000,
  /** Changes that wait for a consumer of documents one by one; beyond, they collapse to their net effect. */
  livePendingMax: 1_000,
  /** Longest time for which deltas may be gathered. */
  liveDebounceMsMax: 600_000,
  /** How often a live query over figures that no commit drives runs again. */
  liveSampleMs: 1_000,
  /** Guests that an owner serves at a time. */
  guestsMax: 32,
  /** Bytes of one message between owner and guest; the largest document fits in, as JSON. */
  remoteMessageBytesMax: 64 * 1024 * 1024,
  /** Bytes of one message of a connection that has not attached yet. */
  remoteGreetingBytesMax: 4 * 1024,
  /** Estimated bytes and number of rows that travel in one message, beyond one row. */
  remoteBatchBytesMax: 256 * 1024,
  remoteBatchRowsMax: 1_000,
  /** Estimated bytes that a guest may send ahead for one insert. */
  remoteStagedBytesMax: 256 * 1024 * 1024,
  /** Results that one guest may have open at its owner. */
  guestCursorsMax: 256,
  /** A result from which a guest pulled nothing for so long is closed when it wants another one above the bound. */
  guestCursorIdleMs: 60_000,
  /** Streams that one guest may follow at its owner; each is a call that waits, and others must get through. */
  guestStreamsMax: 256,
  /** Transactions that one guest may have open at its owner. */
  guestTransactionsMax: 64,
  /** Bytes that may wait for a guest before events are held back, and before it is not listened to any more. */
  remoteEventsBufferedBytesMax: 1024 * 1024,
  remoteUnreadBytesMax: 16 * 1024 * 1024,
  /** A guest that takes nothing of what waits for it, or says nothing, for so long is gone. */
  guestStalledMsMax: 30_000,
  guestSilentMsMax: 60_000,
  /** How long a connection may take to attach. */
  guestAttachMsMax: 5_000,
  /** How often a guest asks its owner for a sign of life. */
  ownerPingMs: 1_000,
  /** How often a guest that lost its owner looks whether it can succeed it: soon at first, then less often. */
  takeoverPollMsMin: 10,
  takeoverPollMsMax: 500,
  /** Length of a job's type, queue or unique key. */
  jobNameLengthMax: 256,
  /** Further attempts after the first that a job may ask for. */
  jobRetriesMax: 1_000,
  /** The longest delay, timeout or period of a job. */
  jobDelayMsMax: 10 * 365 * 86_400_000,
  /** How deep jobs may have children. */
  jobDepthMax: 16,
  /** Runs of a schedule that were missed and are made up for at once. */
  jobMissedRunsMax: 1_000,
  /** How late a run of a schedule may be and not count as missed. */
  jobLateRunMs: 60_000,
  /** Documents that one commit of the job queue changes. */
  jobBatchChangesMax: 1_000,
  /** Jobs that may wait in one database: each takes memory while workers run. */
  jobsWaitingMax: 5_000_000,
  /** How many of those are kept as they are, so that a claim need not read them, and how large each may be. */
  jobsKeptMax: 10_000,
  jobKeptBytesMax: 1_024,
  /** Jobs of one act that can be taken back, and acts of which that is known. */
  jobUndoJobsMax: 200_000,
  jobUndosMax: 4,
  /** Attempts that have ended and are not on disk yet; further jobs are claimed when some are. */
  jobsUnwrittenMax: 2_000,
  /** Jobs that a worker claims before it has places for them, while its handlers are so quick; back they go unless one begins. */
  jobsClaimedAheadMax: 256,
  jobQuickMs: 5,
  jobClaimedAheadMs: 250,
  /** Lines that one attempt may log; the latest are kept. */
  jobLogLinesMax: 1_000,
  /** UTF-16 units of a line, and of an error with its stack; longer ones are cut. */
  jobTextLengthMax: 16_384,
  /** How long a claim is valid without a sign of life, and how often that is given. */
  jobLeaseMs: 30_000,
  jobHeartbeatMs: 10_000,
  /** Pause after a change in a folder of handlers before it is looked at. */
  handlerFolderMs: 100,
  /** After how long the end of an attempt is written again that could not be; doubled each time up to the longest. */
  jobEndRetryMs: 250,
  jobEndRetryMsMax: 4_000,
  /** How often the progress of one job is written at most. */
  jobProgressIntervalMs: 250,
  /** How long a worker system that is stopped waits for its handlers unless told. */
  workerStopMs: 10_000,
  /** Documents by which the size of an index, or the cost of a migration, is estimated. */
  sampleDocumentsMax: 512,
  /** Documents that a migration shows before and after a step. */
  migrationSamplesMax: 5,
  /** Samples of each write and collection that a preview may give. */
  previewSamplesMax: 1_000,
  /** Documents that the writes of one previewed text may touch together; each of them is a commit of its own. */
  previewChangesMax: 200_000,
  /** Versions of migrations of which it is known that they could not be applied. */
  migrationFailuresMax: 50,
  /** Versions of migrations of which copies are kept, so that they can be undone. */
  migrationCopiesMax: 16,
  /** Documents that are named when a migration cannot go over them. */
  migrationRefusedMax: 10,
  /** How often the state of a database is looked at that is measured. */
  metricsSampleMs: 5_000,
  /** A statement that takes so long is slow; so many are known, and so much of their texts. */
  slowQueryMs: 100,
  slowQueriesMax: 200,
  slowQueryTextLengthMax: 4_096,
  /** Documents that the history of one names for each of its commits. */
  historyTogetherMax: 20,
  /** Jobs that one step of the retention deletes. */
  jobRetentionStepMax: 1_000,
} as const;
