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
  /** Depth of a value that a page sends. */
  valueDepthMax: 64,
  /** Values inside one value that a page sends. */
  valueNodesMax: 1_000_000,
  /** A build of the sample that was left behind is removed after this time. */
  sampleLeftoverMsMax: 60 * 60_000,
} as const;
