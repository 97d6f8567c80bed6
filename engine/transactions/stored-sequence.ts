/* The LSN up to which the store holds every commit completely. */
import { AuroraError } from '../errors.ts';
import { metaKey } from '../storage/key-space.ts';
import type { KvReader, KvWriter } from '../storage/kv-store.ts';

export function writeSequence(writer: Pick<KvWriter, 'put'>, sequence: number): void {
  writer.put(metaKey('sequence'), Buffer.from(String(sequence)));
}

/** 0 in a new database. @throws AuroraError `DatabaseCorrupt` */
export function readSequence(reader: KvReader): number {
  const bytes = reader.get(metaKey('sequence'));
  if (bytes === undefined) return 0;
  const sequence = Number(Buffer.from(bytes).toString('latin1'));
  if (Number.isSafeInteger(sequence)) return sequence;
  throw new AuroraError('DatabaseCorrupt', 'The number of the last commit is damaged.');
}
