/* The different words of a text index, read from its keys. */
import { prefixSuccessor, startsWithBytes } from '../base/bytes.ts';
import type { KvReader } from '../storage/kv-store.ts';
import { readText } from '../values/key-encoding.ts';
import { indexValuesKey } from './index-cursor.ts';
import type { IndexLayout } from './index-layout.ts';
import { keyRangeOf } from './index-range.ts';

const entriesPerStep = 64;

/**
 * Each word once, ascending. Entries of one word stand together: where they fill a step, the others are jumped over.
 * O(words), with a few entries more for those of many documents.
 */
export function* readIndexWords(reader: KvReader, layout: IndexLayout): Generator<string> {
  // Numbers come first; what begins where text does are words only.
  const lower = { values: [''], inclusive: true };
  const { start, end } = keyRangeOf(layout, { lower, reverse: false });
  let from: Uint8Array | undefined = start;
  let present: Uint8Array | undefined;
  while (from !== undefined) {
    const entries = reader.range({ start: from, end, limit: entriesPerStep });
    for (const { key } of entries) {
      if (present !== undefined && startsWithBytes(key, present)) continue;
      present = indexValuesKey(layout, key);
      yield readText(present, layout.head.length);
    }
    if (entries.length < entriesPerStep || present === undefined) return;
    from = prefixSuccessor(present);
  }
}
