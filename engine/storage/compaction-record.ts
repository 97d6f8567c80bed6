/* What the last compaction of a database did, as its store remembers it. */
import { type ColdStoreMode, writeColdMark } from './cold-mode.ts';
import { metaKey } from './key-space.ts';
import type { KvReader, KvStore } from './kv-store.ts';

export interface CompactionRecord {
  /** When it ended, in milliseconds since 1970. */
  readonly atMs: number;
  /** Whether somebody asked for it, or it ran by itself. */
  readonly cause: 'asked' | 'idle';
  readonly sizeBytesBefore: number;
  readonly sizeBytesAfter: number;
  /** What it brought into the form of a cold mode; absent when it left the documents as they were. */
  readonly rewritten?:
    | {
        readonly mode: ColdStoreMode;
        readonly documentCount: number;
        /** Those that are deflated since. */
        readonly packedCount: number;
      }
    | undefined;
}

/** Notes a compaction, and with it that its cold mode applies to every document. @throws as `KvStore.transact` */
export function noteCompaction(store: KvStore, record: CompactionRecord): void {
  store.transact((writer) => {
    writer.put(metaKey('compaction'), Buffer.from(JSON.stringify(record)));
    const { rewritten } = record;
    if (rewritten !== undefined) writeColdMark(writer, { mode: rewritten.mode, isApplied: true });
  }, 0);
}

/** `undefined` when it was never compacted, or by a version that did not note it. */
export function readLastCompaction(reader: KvReader): CompactionRecord | undefined {
  const bytes = reader.get(metaKey('compaction'));
  if (bytes === undefined) return undefined;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is CompactionRecord {
  if (typeof value !== 'object' || value === null) return false;
  const numbers = ['atMs', 'sizeBytesBefore', 'sizeBytesAfter'];
  const isWhole = numbers.every((name) => typeof Reflect.get(value, name) === 'number');
  const cause: unknown = Reflect.get(value, 'cause');
  const rewritten: unknown = Reflect.get(value, 'rewritten');
  const isKnown = rewritten === undefined || (typeof rewritten === 'object' && rewritten !== null);
  return isWhole && (cause === 'asked' || cause === 'idle') && isKnown;
}
