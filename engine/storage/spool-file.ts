import { type FileHandle, open, unlink } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { AuroraError } from '../errors.ts';

/** Where a block lies in the file of a spool. */
export interface SpoolPlace {
  readonly offset: number;
  readonly length: number;
  readonly checksum: number;
}

/** Who says how many bytes the file may take. */
interface SpoolQuota {
  /** @throws AuroraError when there is no room for so many more bytes */
  take(bytes: number): void;
  giveBack(bytes: number): void;
}

/** Systems that let go of a name while its file is open. */
const unlinksOpenFiles = process.platform !== 'win32';

const fullDiskCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** A temporary file that is written at its end and read anywhere. Not safe for concurrent appends. */
export class SpoolFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #quota: SpoolQuota;
  #length = 0;
  #takenBytes = 0;
  #closing: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, quota: SpoolQuota) {
    this.#path = path;
    this.#handle = handle;
    this.#quota = quota;
  }

  /** Makes a file that nobody has made before. @throws AuroraError `StorageFailure`, `DiskFull` */
  static async open(path: string, quota: SpoolQuota): Promise<SpoolFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'wx+', 0o600);
    } catch (error) {
      throw failure(path, error);
    }
    const file = new SpoolFile(path, handle, quota);
    try {
      if (unlinksOpenFiles) await unlink(path);
    } catch (error) {
      await file.close();
      throw failure(path, error);
    }
    return file;
  }

  /** @throws AuroraError `DiskFull`, `StorageFailure`, and what the quota throws; nothing was added then */
  async append(block: Uint8Array): Promise<SpoolPlace> {
    this.#quota.take(block.length);
    this.#takenBytes += block.length;
    const offset = this.#length;
    try {
      for (let written = 0; written < block.length; ) {
        const rest = block.length - written;
        const { bytesWritten } = await this.#handle.write(block, written, rest, offset + written);
        written += bytesWritten;
      }
    } catch (error) {
      throw failure(this.#path, error);
    }
    this.#length += block.length;
    return { offset, length: block.length, checksum: crc32(block) };
  }

  /** @throws AuroraError `StorageFailure` when the bytes are not those that were appended */
  async read({ offset, length, checksum }: SpoolPlace): Promise<Uint8Array> {
    const block = new Uint8Array(length);
    try {
      for (let got = 0; got < length; ) {
        const { bytesRead } = await this.#handle.read(block, got, length - got, offset + got);
        if (bytesRead === 0) throw new Error('the file is shorter than what was written to it');
        got += bytesRead;
      }
    } catch (error) {
      throw failure(this.#path, error);
    }
    if (crc32(block) === checksum) return block;
    throw failure(this.#path, new Error('it does not hold what was written to it'));
  }

  /** Lets go of the file and its space; may be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#quota.giveBack(this.#takenBytes);
    await this.#handle.close();
    if (!unlinksOpenFiles) await unlink(this.#path);
  }
}

function failure(path: string, cause: unknown): AuroraError {
  const isFull = cause instanceof Error && 'code' in cause && fullDiskCodes.has(cause.code);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AuroraError(
    isFull ? 'DiskFull' : 'StorageFailure',
    `The rest of a result that waits for its reader cannot be kept in ${path}: ${reason}.`,
    {
      cause,
      details: { path },
      hint: isFull
        ? 'Free some space, or read results without long pauses. The data is unharmed.'
        : 'Read the result again; the data is unharmed.',
    },
  );
}
