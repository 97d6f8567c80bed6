/*
 * The files of the log. Nothing else in wal/ touches the disk, so that tests can put a folder in its place that loses,
 * tears and refuses writes. What the log relies on:
 *
 * - `create`, `rename` and `remove` are durable when they resolve: the folder has been synced.
 * - `write` and `writeSync` hand over everything or throw; there is no short write.
 * - `sync` makes the data of one file durable (fdatasync). Its size never changes after `create`, so nothing else is
 *   needed. A sync that failed says nothing about the next one: callers must not try again.
 */
import {
  close,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  write,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface LogFolderEntry {
  readonly name: string;
  readonly bytes: number;
}

export interface LogFile {
  /** Size when it was opened. */
  readonly bytes: number;
  /** Fills `into` from the offset on; gives how many bytes there were, fewer only at the end of the file. */
  read(into: Uint8Array, offset: number): Promise<number>;
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Writes the first bytes, all of them unless told. */
  writeSync(bytes: Uint8Array, offset: number, length?: number): void;
  sync(): Promise<void>;
  syncSync(): void;
  close(): Promise<void>;
}

export interface LogFolder {
  /** Files of the folder; none when there is no folder yet. */
  list(): Promise<readonly LogFolderEntry[]>;
  /** Makes a file of zeros, and the folder when there is none. Durable when it resolves. */
  create(name: string, bytes: number): Promise<LogFile>;
  open(name: string, access: 'read' | 'write'): Promise<LogFile>;
  /** Durable when it resolves. */
  rename(from: string, to: string): Promise<void>;
  /** Durable when it resolves. */
  remove(name: string): Promise<void>;
  /** Free bytes of the disk. */
  freeBytes(): number;
}

/** The folder of that path; it is made with the first file. */
export function openLogFolder(path: string): LogFolder {
  return new DiskLogFolder(path);
}

/**
 * How much of a new file is written at once. Linux keeps what was written at once in one folio of its cache, and looks
 * through all blocks of the folio at each write into it, and at each sync.
 */
const zeros = new Uint8Array(128 * 1024);
/** The piece of a new file that is synced by itself: a commit that comes meanwhile waits behind it, and the next one. */
const syncedBytesMax = 256 * 1024;

/**
 * While a piece is synced the next one is written, all of it at once: each piece takes a turn of the event loop, and where
 * that is busy for milliseconds, a turn for every write kept the log waiting for its segment.
 */
async function fillWithZeros(file: LogFile, bytes: number): Promise<void> {
  for (let start = 0; start < bytes; start += syncedBytesMax) {
    const end = Math.min(start + syncedBytesMax, bytes);
    const calls = start === 0 ? [] : [file.sync()];
    for (let offset = start; offset < end; offset += zeros.length) {
      calls.push(file.write(zeros.subarray(0, Math.min(zeros.length, end - offset)), offset));
    }
    // All of them must have ended before the file may be closed.
    for (const call of await Promise.allSettled(calls)) {
      if (call.status === 'rejected') throw call.reason;
    }
  }
  await file.sync();
}

class DiskLogFolder implements LogFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async list(): Promise<readonly LogFolderEntry[]> {
    if (!existsSync(this.#path)) return [];
    return readdirSync(this.#path).map((name) => ({
      name,
      bytes: statSync(join(this.#path, name)).size,
    }));
  }

  async create(name: string, bytes: number): Promise<LogFile> {
    if (!existsSync(this.#path)) {
      mkdirSync(this.#path, { recursive: true });
      syncFolder(dirname(this.#path));
    }
    const file = new DiskLogFile(openSync(join(this.#path, name), 'wx+'), bytes);
    try {
      await fillWithZeros(file, bytes);
      syncFolder(this.#path);
      return file;
    } catch (error) {
      await file.close();
      rmSync(join(this.#path, name), { force: true });
      throw error;
    }
  }

  async open(name: string, access: 'read' | 'write'): Promise<LogFile> {
    const descriptor = openSync(join(this.#path, name), access === 'read' ? 'r' : 'r+');
    return new DiskLogFile(descriptor, fstatSync(descriptor).size);
  }

  async rename(from: string, to: string): Promise<void> {
    renameSync(join(this.#path, from), join(this.#path, to));
    syncFolder(this.#path);
  }

  async remove(name: string): Promise<void> {
    rmSync(join(this.#path, name), { force: true });
    syncFolder(this.#path);
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(existsSync(this.#path) ? this.#path : dirname(this.#path));
    return bavail * bsize;
  }
}

class DiskLogFile implements LogFile {
  readonly bytes: number;
  readonly #descriptor: number;

  constructor(descriptor: number, bytes: number) {
    this.#descriptor = descriptor;
    this.bytes = bytes;
  }

  async read(into: Uint8Array, offset: number): Promise<number> {
    let count = 0;
    while (count < into.length) {
      const got = await this.#readSome(into.subarray(count), offset + count);
      if (got === 0) break;
      count += got;
    }
    return count;
  }

  #readSome(into: Uint8Array, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#descriptor, into, 0, into.length, offset, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  }

  /** A disk that fills up takes a part of a write, and says why it takes no more when the rest is tried. */
  write(bytes: Uint8Array, offset: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const writeFrom = (start: number): void => {
        const length = bytes.length - start;
        write(this.#descriptor, bytes, start, length, offset + start, (error, count) => {
          if (error !== null) reject(error);
          else if (count === length) resolve();
          else if (count === 0) reject(shortWrite(start, bytes.length));
          else writeFrom(start + count);
        });
      };
      writeFrom(0);
    });
  }

  writeSync(bytes: Uint8Array, offset: number, length = bytes.length): void {
    let start = writeSync(this.#descriptor, bytes, 0, length, offset);
    while (start < length) {
      const count = writeSync(this.#descriptor, bytes, start, length - start, offset + start);
      if (count === 0) throw shortWrite(start, length);
      start += count;
    }
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  syncSync(): void {
    fdatasyncSync(this.#descriptor);
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      close(this.#descriptor, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

function shortWrite(count: number, wanted: number): Error {
  return new Error(`only ${count} of ${wanted} bytes were written`);
}

/** Windows cannot sync a folder; there the file system's journal writes names through. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    void close(descriptor);
  }
}
