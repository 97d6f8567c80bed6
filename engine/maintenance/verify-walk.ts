/* How a verification walks through storage: in small steps, yielding in between. */
import type { TimeSlicer } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DocumentCodec } from '../storage/document-codec.ts';
import { type DocumentValue, decodeDocument } from '../storage/document-value.ts';
import type { KvEntry, KvReader } from '../storage/kv-store.ts';
import type { StoredSnapshot } from '../transactions/engine-snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { ProblemList } from './verify-report.ts';

const entriesPerStep = 64;

/** What the checks of one verification share. */
export interface VerifyRun {
  readonly snapshot: StoredSnapshot;
  readonly slicer: TimeSlicer;
  readonly problems: ProblemList;
}

/** Visits the entries of a range in steps, yielding between them. */
export async function eachEntry(
  run: VerifyRun,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
  visit: (entry: KvEntry) => void,
  report?: (count: number) => void,
): Promise<void> {
  let start = range.start;
  for (;;) {
    const entries = run.snapshot.kv.range({
      start,
      end: range.end,
      limit: entriesPerStep,
      bytesMax: limits.batchBytesMax,
    });
    for (const entry of entries) {
      visit(entry);
      // A document may have hundreds of entries in indexes.
      if (run.slicer.isDue) await run.slicer.yieldIfDue();
    }
    report?.(entries.length);
    await run.slicer.yieldIfDue();
    const last = entries.at(-1);
    if (last === undefined) return;
    start = new Uint8Array(last.key.length + 1);
    start.set(last.key);
  }
}

/** `undefined` when the bytes are no document; that is what a verification looks for. */
export function tryDecode(
  codec: DocumentCodec,
  reader: KvReader,
  stored: DocumentValue,
): StoredDocument | undefined {
  try {
    return decodeDocument(codec, reader, stored);
  } catch (error) {
    if (error instanceof AuroraError) return undefined;
    throw error;
  }
}
