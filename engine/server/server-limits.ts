/** Every bound of the server in one table. Milliseconds, bytes and counts are named by their last word. */
export const serverLimits = {
  /** Connections at a time; further ones are closed at once. */
  connectionsMax: 1_000,
  /** The request line and all headers together. */
  headerBytesMax: 16 * 1024,
  headersMax: 100,
  /** How long a client may take for its headers, and for a body that is read as a whole. */
  headersMsMax: 10_000,
  bodyMsMax: 60_000,
  /** How long a request may come in at all: imports are streams, which may not pause for longer than `stalledMsMax`. */
  requestMsMax: 600_000,
  /** How long a connection without a request is kept. */
  keepAliveMs: 5_000,
  /** How long a client may take nothing of an answer that waits for it. */
  stalledMsMax: 30_000,
  /** How long requests that run may go on when the server is closed. */
  closeMsMax: 5_000,
  /** Unless told otherwise: bytes of a body, and how long a request may run. */
  bodyBytesDefault: 8 * 1024 * 1024,
  timeMsDefault: 30_000,
  /** Length of a text of AQL in UTF-16 code units; large values go in as variables. */
  textLengthMax: 256 * 1024,
  /** Unless told otherwise: levels of selections in an operation, and fields with fragments put in their places. */
  depthDefault: 20,
  fieldCountMax: 2_000,
  /** Texts whose facts are kept for the next request, up to a length. */
  inspectedTextsMax: 500,
  inspectedTextLengthMax: 64 * 1024,
  /** Clients whose rates are counted; the one that was quiet for longest goes first. */
  ratedClientsMax: 10_000,
  /** Requests per second of one client, unless told otherwise, where others than this machine may connect. */
  ratePerSecondDefault: 1_000,
  /** Documents of a JSON list: unless told otherwise, and at most. */
  listLimitDefault: 100,
  listLimitMax: 10_000,
  /** Operations of one batch. */
  batchOperationsMax: 1_000,
  /** Rows of a stream that are pulled at once. */
  rowsPerPull: 1_000,
  /** How often a stream of events says that it lives. */
  eventPingMs: 15_000,
  /** Subscriptions that are followed at a time, unless told otherwise. */
  subscriptionsDefault: 500,
  /** Operations that run over one WebSocket at a time. */
  operationsPerSocketMax: 100,
  /** Bytes of JSON that are written between two turns of the event loop. */
  pieceBytes: 64 * 1024,
} as const;
