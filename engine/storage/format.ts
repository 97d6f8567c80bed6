/*
 * The format of a database as a whole: which layout its keys follow. Written when the data file is made; checked
 * before anything else is read. A newer format is refused, because guessing at it would damage it; an older one is
 * raised after a copy was made (format-upgrade.ts).
 *
 *   1  documents are a version byte and a record
 *   2  documents have a checksum, large ones lie in chunks (document-value.ts); those of format 1 stay until rewritten
 *   3  documents may be deflated (cold-mode.ts); those of formats 1 and 2 are as good
 */
import { AuroraError } from '../errors.ts';
import { metaKey } from './key-space.ts';
import type { KvReader, KvWriter } from './kv-store.ts';

/** The format that this version writes and reads. */
export const formatVersion = 3;

/** What a new store holds from the start. */
export function writeFormat(writer: KvWriter, databaseId: string): void {
  writer.put(metaKey('format'), Buffer.from(JSON.stringify({ format: formatVersion, databaseId })));
}

/** @throws AuroraError `FormatTooNew`, `DatabaseCorrupt` */
export function readFormat(reader: KvReader): {
  readonly format: number;
  readonly databaseId: string;
} {
  const bytes = reader.get(metaKey('format'));
  const record: unknown =
    bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (
    typeof record !== 'object' ||
    record === null ||
    !('format' in record && typeof record.format === 'number') ||
    !('databaseId' in record && typeof record.databaseId === 'string')
  ) {
    throw new AuroraError(
      'DatabaseCorrupt',
      'The file is no Aurora database, or its first record is damaged.',
    );
  }
  if (record.format > formatVersion) {
    throw new AuroraError(
      'FormatTooNew',
      `The database has format ${record.format}; this version of Aurora reads up to ${formatVersion}.`,
      {
        details: { format: record.format, supported: formatVersion },
        hint: 'Open it with the version of Aurora that wrote it, or a newer one.',
      },
    );
  }
  return { format: record.format, databaseId: record.databaseId };
}
