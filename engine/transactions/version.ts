/** One version of something, and the ones before it. */
export interface Version<Value> {
  readonly lsn: number;
  readonly value: Value;
  readonly older: Version<Value> | undefined;
}

/** The newest version that a reader of an LSN sees. */
export function versionAt<Value>(
  newest: Version<Value> | undefined,
  lsn: number,
): Version<Value> | undefined {
  let version = newest;
  while (version !== undefined && version.lsn > lsn) version = version.older;
  return version;
}
