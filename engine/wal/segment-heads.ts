/* What stands at the beginning of each segment, read without its records. */
import { AuroraError } from '../errors.ts';
import type { LogFolder } from './log-folder.ts';
import {
  decodeHeader,
  decodeSeal,
  recordsOffset,
  type SegmentHeader,
  type SegmentSeal,
  segmentNumberOf,
} from './log-segment.ts';

interface SegmentFile {
  readonly name: string;
  readonly number: number;
  readonly bytes: number;
}

export interface UsedSegment extends SegmentFile {
  readonly kind: 'used';
  readonly header: SegmentHeader;
  readonly seal: SegmentSeal | undefined;
}

/** A segment of the folder: in use, prepared for later, or with a header that does not verify. */
export type SegmentHead =
  | UsedSegment
  | (SegmentFile & { readonly kind: 'unused' })
  | (SegmentFile & { readonly kind: 'bad' });

/**
 * The segments of a folder by number.
 * @throws AuroraError `FormatTooNew` for a segment of a newer version, `DatabaseCorrupt` for one of another database
 */
export async function readSegmentHeads(
  folder: LogFolder,
  databaseId: string,
): Promise<readonly SegmentHead[]> {
  const files: SegmentFile[] = [];
  for (const { name, bytes } of await folder.list()) {
    const number = segmentNumberOf(name);
    if (number !== undefined) files.push({ name, number, bytes });
  }
  files.sort((left, right) => left.number - right.number);
  return Promise.all(files.map((file) => readHead(folder, file, databaseId)));
}

async function readHead(
  folder: LogFolder,
  file: SegmentFile,
  databaseId: string,
): Promise<SegmentHead> {
  const bytes = await readBeginning(folder, file.name);
  const decoded = decodeHeader(bytes);
  switch (decoded.kind) {
    case 'newer':
      throw new AuroraError(
        'FormatTooNew',
        `The log segment ${file.name} has format ${decoded.version}, which this version of Aurora does not know.`,
        { details: { segment: file.name, format: decoded.version }, hint: 'Update Aurora.' },
      );
    case 'used': {
      const { header } = decoded;
      if (header.databaseId !== databaseId) {
        throw new AuroraError(
          'DatabaseCorrupt',
          `The log segment ${file.name} belongs to another database (${header.databaseId}).`,
          {
            details: { segment: file.name, databaseId: header.databaseId },
            hint: 'Move it out of the folder; it was copied here by mistake.',
          },
        );
      }
      // A segment under another's name would put records in a wrong order.
      if (header.number !== file.number) return { ...file, kind: 'bad' };
      return { ...file, kind: 'used', header, seal: decodeSeal(bytes, header.crc) };
    }
    default:
      return { ...file, kind: decoded.kind };
  }
}

async function readBeginning(folder: LogFolder, name: string): Promise<Buffer> {
  const file = await folder.open(name, 'read');
  try {
    const bytes = Buffer.alloc(recordsOffset);
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}
