/* Handlers as the catalog keeps them: by the text of their action, which is bound to the schema of the moment. */
import { AuroraError } from '../errors.ts';
import { metaKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';
import type { StoredDocument } from '../values/stored-value.ts';

/** A mutation that runs inside the transaction that changes a document. */
export interface HandlerRecord {
  readonly id: string;
  readonly name: string;
  readonly event: 'insert' | 'update' | 'delete';
  readonly collection: string;
  /** The braces and what stands in them, without layout and comments. */
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** In the order in which they were defined. @throws AuroraError `DatabaseCorrupt` */
export function readHandlers(reader: KvReader): readonly HandlerRecord[] {
  const bytes = reader.get(metaKey('handlers'));
  if (bytes === undefined) return [];
  const value: unknown = parsed(bytes);
  if (!Array.isArray(value) || !value.every(isRecord)) throw damaged();
  return value;
}

export function writeHandlers(
  writer: Pick<KvWriter, 'put'>,
  records: readonly HandlerRecord[],
): void {
  writer.put(metaKey('handlers'), Buffer.from(JSON.stringify(records), 'utf8'));
}

/** As documents of `_handlers`. */
export function handlerDocuments(records: readonly HandlerRecord[]): readonly StoredDocument[] {
  return records.map(({ id, name, event, collection, action, createdAtMs }) => ({
    id,
    name,
    event,
    collection,
    action,
    created_at: createdAtMs,
  }));
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw damaged(error);
  }
}

function isRecord(value: unknown): value is HandlerRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, event, collection, action, createdAtMs } = value as Readonly<
    Record<string, unknown>
  >;
  return (
    [id, name, event, collection, action].every((text) => typeof text === 'string') &&
    typeof createdAtMs === 'number'
  );
}

function damaged(cause?: unknown): AuroraError {
  return new AuroraError('DatabaseCorrupt', 'The record of the handlers is damaged.', { cause });
}
