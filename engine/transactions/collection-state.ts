/*
 * What a collection counts, in one record that every commit to it rewrites:
 *   document count (8, double) | next row (8, double) | highest id so far (16; missing while the collection is empty)
 */
import { AuroraError } from '../errors.ts';
import { stateKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import { formatUuid, writeUuid } from '../values/uuid.ts';

export interface CollectionState {
  readonly documentCount: number;
  readonly nextRow: number;
  /** The id of the last insert that continued the ascending order. */
  readonly lastId: string | undefined;
}

export function readCollectionState(reader: KvReader, collectionId: number): CollectionState {
  const bytes = reader.get(stateKey(collectionId));
  if (bytes === undefined) return { documentCount: 0, nextRow: 0, lastId: undefined };
  if (bytes.length !== 16 && bytes.length !== 32) {
    throw new AuroraError('DatabaseCorrupt', 'The counts of a collection are damaged.', {
      details: { storageId: collectionId },
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    documentCount: view.getFloat64(0),
    nextRow: view.getFloat64(8),
    lastId: bytes.length === 32 ? formatUuid(bytes, 16) : undefined,
  };
}

export function writeCollectionState(
  writer: Pick<KvWriter, 'put'>,
  collectionId: number,
  state: CollectionState,
): void {
  const bytes = new Uint8Array(state.lastId === undefined ? 16 : 32);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, state.documentCount);
  view.setFloat64(8, state.nextRow);
  if (state.lastId !== undefined) writeUuid(state.lastId, bytes, 16);
  writer.put(stateKey(collectionId), bytes);
}
