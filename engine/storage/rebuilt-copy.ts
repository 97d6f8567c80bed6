/*
 * A compacted copy that is written entry by entry, for a compaction that changes values on the way. In key order pages
 * come out full, so it also gives back what half-empty pages hold, which lmdb's own copy takes along.
 */
import type { TimeSlicer } from '../base/scheduler.ts';
import { limits } from '../limits.ts';
import type { KvCopyOptions, KvEntry, KvRewrite, KvStore } from './kv-store.ts';

/** Entries of one transaction: each is a sync, which costs the same for few as for many. */
const entriesPerStep = 512;

export interface Rebuilding extends Pick<KvCopyOptions, 'onProgress'> {
  readonly rewrite: KvRewrite;
  readonly slicer: TimeSlicer;
}

/** Writes the present state of a store into an empty one. @throws AuroraError `DiskFull`, `StorageFailure`, `Cancelled` */
export async function rebuildInto(
  copy: KvStore,
  source: KvStore,
  { rewrite, slicer, onProgress }: Rebuilding,
): Promise<void> {
  const { entryCount } = source.stats();
  const snapshot = source.snapshot();
  try {
    let start: Uint8Array = new Uint8Array(1);
    const end = new Uint8Array(8).fill(0xff);
    for (let count = 0; ; ) {
      const { batchBytesMax: bytesMax } = limits;
      const entries = snapshot.range({ start, end, limit: entriesPerStep, bytesMax });
      const last = entries.at(-1);
      if (last === undefined) return;
      const rewritten: KvEntry[] = [];
      let bytes = 0;
      for (const entry of entries) {
        const value = rewrite.rewritten(entry, snapshot);
        rewritten.push({ key: entry.key, value });
        bytes += entry.key.length + value.length;
        await slicer.yieldIfDue();
      }
      copy.transact((writer) => {
        for (const { key, value } of rewritten) writer.put(key, value);
      }, 2 * bytes);
      count += entries.length;
      onProgress?.({ phase: 'copying', fraction: Math.min(1, count / Math.max(1, entryCount)) });
      await slicer.yieldIfDue();
      start = new Uint8Array(last.key.length + 1);
      start.set(last.key);
    }
  } finally {
    snapshot.release();
  }
}
