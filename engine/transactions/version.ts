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

/** Which row an id or a key leads to. */
export class RowVersion implements Version<number | undefined> {
  readonly lsn: number;
  readonly value: number | undefined;
  readonly older: Version<number | undefined> | undefined;

  constructor(
    lsn: number,
    value: number | undefined,
    older: Version<number | undefined> | undefined,
  ) {
    this.lsn = lsn;
    this.value = value;
    this.older = older;
  }
}

export function dropVersionsAbove<Value>(versions: Map<string, Version<Value>>, lsn: number): void {
  for (const [key, newest] of versions) {
    const kept = versionAt(newest, lsn);
    if (kept === undefined) versions.delete(key);
    else versions.set(key, kept);
  }
}
