/*
 * From bytes to text: gzip and the byte order mark are recognised by content, UTF-8 is decoded strictly, so that
 * a file in another encoding is refused instead of being imported with replacement characters.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { chain } from '../base/chain.ts';
import { AuroraError } from '../errors.ts';
import type { ImportFormat, ImportSource } from './import-report.ts';

const chunkBytes = 64 * 1024;

const formatsByExtension: ReadonlyMap<string, ImportFormat> = new Map([
  ['json', 'json'],
  ['geojson', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
]);

/** The format that a file's name announces; `undefined` when it announces none. `.gz` at the end does not count. */
export function formatOfFile(path: string): ImportFormat | undefined {
  const name = basename(path).toLowerCase().replace(/\.gz$/, '');
  const dot = name.lastIndexOf('.');
  return dot === -1 ? undefined : formatsByExtension.get(name.slice(dot + 1));
}

/** True for formats whose values are text without types. */
export function isTextual(format: ImportFormat): boolean {
  return format === 'csv' || format === 'tsv';
}

/** The name of a source, for messages. */
export function sourceName(source: ImportSource): string {
  return 'path' in source ? `"${basename(source.path)}"` : 'The text';
}

/**
 * The text of a source in chunks, without its byte order mark.
 * @throws ImportFailed when the file is missing, is no file, is damaged gzip, or is not UTF-8 (or UTF-16 with a mark).
 */
export async function* readText(source: ImportSource): AsyncGenerator<string> {
  if ('text' in source) {
    yield* sliceText(source.text.startsWith('\uFEFF') ? source.text.slice(1) : source.text);
    return;
  }
  const bytes = 'path' in source ? await openFile(source.path) : source.stream;
  const plain = inflateWhenGzip(bytes, source);
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of plain) {
      decoder ??= decoderFor(chunk);
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder?.decode() ?? '';
    if (rest !== '') yield rest;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unreadable(
      `${sourceName(source)} is not UTF-8 text.`,
      error,
      'Save the file with the encoding UTF-8 and import it again.',
    );
  }
}

function* sliceText(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += chunkBytes) {
    yield text.slice(start, start + chunkBytes);
  }
}

async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new AuroraError('ImportFailed', `"${path}" is not a file.`);
  } catch (error) {
    if (error instanceof AuroraError) throw error;
    throw unreadable(
      `The file "${path}" cannot be read.`,
      error,
      'Check that it exists and that you may read it.',
    );
  }
  return createReadStream(path, { highWaterMark: chunkBytes });
}

/** Two bytes of a UTF-16 mark decide; everything else is UTF-8. TextDecoder removes the mark itself. */
function decoderFor(first: Uint8Array): TextDecoder {
  const isLittleEndian = first[0] === 0xff && first[1] === 0xfe;
  return new TextDecoder(isLittleEndian ? 'utf-16le' : 'utf-8', { fatal: true });
}

async function* inflateWhenGzip(
  bytes: AsyncIterable<Uint8Array>,
  source: ImportSource,
): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    const first = await readAtLeast(iterator, 2);
    const all = chain(first.length > 0 ? [first] : [], iterator);
    if (first[0] === 0x1f && first[1] === 0x8b) yield* inflate(all, source);
    else yield* all;
  } finally {
    await iterator.return?.();
  }
}

/** Joins chunks until there are enough bytes to recognise the file by, or the file ends. */
async function readAtLeast(
  iterator: AsyncIterator<Uint8Array>,
  byteCount: number,
): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array(0);
  while (bytes.length < byteCount) {
    const next = await iterator.next();
    if (next.done === true) break;
    bytes = bytes.length === 0 ? next.value : Buffer.concat([bytes, next.value]);
  }
  return bytes;
}

async function* inflate(
  compressed: AsyncIterable<Uint8Array>,
  source: ImportSource,
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(compressed);
  const gunzip = createGunzip();
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof AuroraError) throw error;
    throw unreadable(
      `${sourceName(source)} is damaged gzip.`,
      error,
      'Copy or download the file again.',
    );
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

function unreadable(message: string, cause: unknown, hint: string): AuroraError {
  return new AuroraError('ImportFailed', message, { cause, hint });
}
