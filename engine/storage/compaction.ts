/*
 * Moves a store to a compacted copy of its file while others read and write:
 *
 *   note written keys → copy aside → compare entry by entry → write the noted keys into the copy → rename, adopt
 *
 * The copy is lmdb's own, or, when values are to change on the way, one that is written entry by entry.
 * Copies that lmdb compacts were reported to be damaged at times, hence the comparison. The last step is one
 * uninterrupted turn: what takes the name of the old file is complete and on disk, so a crash finds one file or the
 * other, and both hold everything.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareBytes } from '../base/bytes.ts';
import { systemClock } from '../base/clock.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ChangedKeys } from './changed-keys.ts';
import { checkDataFile } from './data-file.ts';
import { removeDataFiles, syncPath } from './disk.ts';
import type {
  KvCompactOptions,
  KvCopyOptions,
  KvEntry,
  KvReader,
  KvRewrite,
  KvStore,
} from './kv-store.ts';
import { rebuildInto } from './rebuilt-copy.ts';
import { replaceFailure } from './storage-failure.ts';

const entriesPerStep = 64;
const keysPerTransaction = 256;
const roundsMax = 5;

export interface Compaction<Copy extends KvStore> extends KvCompactOptions {
  readonly source: KvStore;
  readonly sourcePath: string;
  /** Where the copy is made. */
  readonly path: string;
  /** The keys that are written from now on. */
  readonly changed: ChangedKeys;
  readonly copy: (options: KvCopyOptions) => Promise<void>;
  readonly open: () => Copy;
  /** Uses the copy from now on, which has the name of the old file. */
  readonly adopt: (copy: Copy) => void;
}

/** Where the copy of a compaction is made; numbers tell those of one process apart. */
export function compactionPath(sourcePath: string, number: number): string {
  return `${sourcePath}.compact-${number}`;
}

/** Removes what a crash during a compaction left. */
export function removeCompactionLeftovers(sourcePath: string): void {
  const folder = dirname(sourcePath);
  const prefix = `${basename(sourcePath)}.compact-`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
  }
}

/** @throws AuroraError as `KvStore.compact`; then nothing has changed */
export async function compactAside<Copy extends KvStore>(work: Compaction<Copy>): Promise<void> {
  const { path, source, changed, signal, onProgress, rewrite } = work;
  const slicer = new TimeSlicer(systemClock, { signal });
  let copy: Copy | undefined;
  removeDataFiles(path);
  try {
    if (rewrite === undefined) {
      await work.copy({ signal, onProgress });
      checkDataFile(path, { readOnly: false });
    }
    copy = work.open();
    if (rewrite !== undefined) await rebuildInto(copy, source, { rewrite, slicer, onProgress });
    await compareEntries(source, copy, { changed, slicer, onProgress, rewrite });
    await catchUp(source, copy, { changed, slicer });
    changed.assertComplete();
    writeChanged(source, copy, changed.take(changed.size));
    takePlace(path, work.sourcePath);
    const taken = copy;
    copy = undefined;
    work.adopt(taken);
  } finally {
    await copy?.close();
    removeDataFiles(path);
  }
}

/** Whoever has the old file of locks open keeps it; its name matters to none but the next process. */
function takePlace(path: string, sourcePath: string): void {
  try {
    syncPath(path);
    if (existsSync(`${path}-lock`)) renameSync(`${path}-lock`, `${sourcePath}-lock`);
    renameSync(path, sourcePath);
  } catch (error) {
    throw replaceFailure(sourcePath, error);
  }
}

/** @throws AuroraError `DatabaseCorrupt` when an entry differs that was not written meanwhile, `Cancelled` */
async function compareEntries(
  source: KvStore,
  copy: KvStore,
  {
    changed,
    slicer,
    onProgress,
    rewrite,
  }: { changed: ChangedKeys; slicer: TimeSlicer } & KvCompactOptions,
): Promise<void> {
  const { entryCount } = source.stats();
  const snapshots = [source.snapshot(), copy.snapshot()] as const;
  try {
    const left = new EntryWalk(snapshots[0]);
    const right = new EntryWalk(snapshots[1]);
    let count = 0;
    for (;;) {
      const order = compareCurrent(left.current, right.current);
      if (order === undefined) return;
      if (!isSame(left, right, rewrite)) checkChanged(left.current, right.current, changed);
      if (order <= 0) left.advance();
      if (order >= 0) right.advance();
      count += 1;
      if (count % entriesPerStep > 0) continue;
      onProgress?.({ phase: 'comparing', fraction: Math.min(1, count / Math.max(1, entryCount)) });
      await slicer.yieldIfDue();
    }
  } finally {
    for (const snapshot of snapshots) snapshot.release();
  }
}

/**
 * Writes what was written to the store meanwhile into the copy, in small steps, until little is left or writers are as
 * fast. @throws AuroraError `LimitExceeded`, `Cancelled`, and what writing throws
 */
async function catchUp(
  source: KvStore,
  copy: KvStore,
  { changed, slicer }: { readonly changed: ChangedKeys; readonly slicer: TimeSlicer },
): Promise<void> {
  for (let round = 0; round < roundsMax && changed.size > keysPerTransaction; round += 1) {
    for (let left = changed.size; left > 0; left -= keysPerTransaction) {
      writeChanged(source, copy, changed.take(keysPerTransaction));
      await slicer.yieldIfDue();
    }
    await copy.flushed();
  }
  changed.assertComplete();
}

/** Writes the present values of some keys into the copy, in one transaction. */
function writeChanged(source: KvStore, copy: KvStore, keys: readonly Uint8Array[]): void {
  if (keys.length === 0) return;
  const snapshot = source.snapshot();
  try {
    const values = keys.map((key) => ({ key, value: snapshot.get(key) }));
    const bytes = values.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    copy.transact((writer) => {
      for (const { key, value } of values) {
        if (value === undefined) writer.remove(key);
        else writer.put(key, value);
      }
    }, 2 * bytes);
  } finally {
    snapshot.release();
  }
}

/** All entries of a reader in key order. */
class EntryWalk {
  readonly #reader: KvReader;
  #entries: readonly KvEntry[] = [];
  #position = 0;

  constructor(reader: KvReader) {
    this.#reader = reader;
    this.#read(new Uint8Array(1));
  }

  /** What the present entry says, whatever its form. */
  content(rewrite: KvRewrite | undefined): Uint8Array | undefined {
    const { current } = this;
    if (current === undefined || rewrite === undefined) return current?.value;
    return rewrite.content(current, this.#reader);
  }

  get current(): KvEntry | undefined {
    return this.#entries[this.#position];
  }

  advance(): void {
    const last = this.current;
    this.#position += 1;
    if (last === undefined || this.#position < this.#entries.length) return;
    const next = new Uint8Array(last.key.length + 1);
    next.set(last.key);
    this.#read(next);
  }

  #read(start: Uint8Array): void {
    const end = new Uint8Array(8).fill(0xff);
    const { batchBytesMax: bytesMax } = limits;
    this.#entries = this.#reader.range({ start, end, limit: entriesPerStep, bytesMax });
    this.#position = 0;
  }
}

/** `undefined` at the end of both. */
function compareCurrent(left: KvEntry | undefined, right: KvEntry | undefined): number | undefined {
  if (left === undefined) return right === undefined ? undefined : 1;
  return right === undefined ? -1 : compareBytes(left.key, right.key);
}

function isSame(left: EntryWalk, right: EntryWalk, rewrite: KvRewrite | undefined): boolean {
  if (compareCurrent(left.current, right.current) !== 0) return false;
  const [before, after] = [left.content(rewrite), right.content(rewrite)];
  return before !== undefined && after !== undefined && compareBytes(before, after) === 0;
}

/** Entries that differ were written meanwhile, or the copy is wrong. */
function checkChanged(
  left: KvEntry | undefined,
  right: KvEntry | undefined,
  changed: ChangedKeys,
): void {
  const order = compareCurrent(left, right) ?? 0;
  const key = order <= 0 ? left?.key : right?.key;
  if (key !== undefined && changed.has(key)) return;
  changed.assertComplete();
  throw new AuroraError(
    'DatabaseCorrupt',
    'The compacted copy differs from the database. It was thrown away; the database stays as it is.',
    { hint: 'Try again, and run a verification.' },
  );
}
