/* A file as the person has given it, in the pieces in which the host takes it. */
import { WireError } from '#contract';

/** Encodings that files of text come in besides Unicode, by the names of the Encoding standard. */
export const encodings = [
  { name: 'utf-8', label: 'Unicode' },
  { name: 'windows-1252', label: 'Western European (Windows-1252)' },
  { name: 'iso-8859-2', label: 'Central European (ISO 8859-2)' },
  { name: 'windows-1250', label: 'Central European (Windows-1250)' },
  { name: 'windows-1251', label: 'Cyrillic (Windows-1251)' },
  { name: 'utf-16le', label: 'UTF-16 without a mark' },
  { name: 'shift_jis', label: 'Japanese (Shift JIS)' },
  { name: 'gb18030', label: 'Chinese (GB 18030)' },
] as const;

export type EncodingName = (typeof encodings)[number]['name'];

export interface FileSource {
  readonly name: string;
  readonly blob: Blob;
  /** True for text that was pasted, which is Unicode. */
  readonly isPasted?: boolean;
}

export interface FilePiece {
  readonly base64: string;
  readonly isLast: boolean;
  /** How much of the file is read with it, from 0 to 1. */
  readonly share: number;
}

const pieceBytes = 256 * 1024;

/** The file in pieces that do not depend on when they are read. @throws WireError `FileUnreadable` */
export async function* piecesOf(
  { name, blob }: FileSource,
  encoding: EncodingName,
): AsyncGenerator<FilePiece> {
  const decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
  for (let start = 0; start === 0 || start < blob.size; start += pieceBytes) {
    const end = Math.min(blob.size, start + pieceBytes);
    const isLast = end >= blob.size;
    const slice = blob.slice(start, end);
    try {
      const piece =
        decoder === undefined
          ? slice
          : new Blob([decoder.decode(await slice.arrayBuffer(), { stream: !isLast })]);
      yield { base64: await base64Of(piece), isLast, share: blob.size === 0 ? 1 : end / blob.size };
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      throw new WireError(
        {
          code: 'FileUnreadable',
          message: `"${name}" cannot be read any more.`,
          hint: 'It was changed, moved or removed since it was chosen. Choose it again.',
        },
        { cause: error },
      );
    }
  }
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      const comma = url.indexOf(',');
      resolve(comma === -1 ? '' : url.slice(comma + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** `people.csv.gz` is about `people`. */
export function baseName(fileName: string): string {
  return fileName.replace(/\.gz$/i, '').replace(/\.[^.]*$/, '');
}

/** A name for a new collection after that of a file. */
export function collectionNameOf(fileName: string): string {
  const words = baseName(fileName)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(words) ? words.slice(0, 100) : '';
}

export function isCollectionName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(name);
}
