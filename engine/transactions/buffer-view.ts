/* Write buffers as a reader of one LSN sees them: the newer buffer first, then the one that is being applied. */
import type { IndexKey } from '../indexes/index-layout.ts';
import type { BufferedDocument } from './buffered-change.ts';
import type { CollectionState } from './collection-state.ts';
import { type Version, versionAt } from './version.ts';
import type { WriteBuffer } from './write-buffer.ts';

/** Looks things up by LSN; `undefined` means that the store has the answer. */
export class BufferView {
  readonly #buffers: readonly WriteBuffer[];
  readonly #lsn: number;

  /** `buffers` from the newest to the oldest. */
  constructor(buffers: readonly WriteBuffer[], lsn: number) {
    this.#buffers = buffers;
    this.#lsn = lsn;
  }

  document(collectionId: number, row: number): Version<BufferedDocument> | undefined {
    for (const buffer of this.#buffers) {
      const found = versionAt(buffer.collection(collectionId)?.rows.get(row)?.newest, this.#lsn);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Rows from one up to another, without that, whose documents it may hold; all others are in the store. */
  touchedRows(collectionId: number, from: number, to: number): readonly number[] {
    const touched: number[] = [];
    for (const buffer of this.#buffers) {
      const rows = buffer.collection(collectionId)?.rows;
      if (rows !== undefined) for (const row of rows.between(from, to)) touched.push(row);
    }
    return touched;
  }

  rowOfId(collectionId: number, id: string): Version<number | undefined> | undefined {
    for (const buffer of this.#buffers) {
      const found = versionAt(buffer.collection(collectionId)?.ids.get(id), this.#lsn);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  rowOfUniqueKey(
    collectionId: number,
    { mapKey }: IndexKey,
  ): Version<number | undefined> | undefined {
    return this.rowOfUniqueText(collectionId, mapKey);
  }

  /** The same with the key's text. */
  rowOfUniqueText(collectionId: number, mapKey: string): Version<number | undefined> | undefined {
    for (const buffer of this.#buffers) {
      const collection = buffer.collection(collectionId);
      if (collection === undefined) continue;
      const found = versionAt(collection.uniqueRows.get(mapKey), this.#lsn);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  counts(collectionId: number): Version<CollectionState> | undefined {
    for (const buffer of this.#buffers) {
      const found = versionAt(buffer.collection(collectionId)?.counts, this.#lsn);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Those that hold something: usually the same list. */
export function withoutEmpty(buffers: readonly WriteBuffer[]): readonly WriteBuffer[] {
  for (const { isEmpty } of buffers)
    if (isEmpty) return buffers.filter((buffer) => !buffer.isEmpty);
  return buffers;
}
