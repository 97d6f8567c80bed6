/*
 * A folder for the log in memory that behaves as disks may: what was written but not synced can be lost, wholly or by
 * sectors of 512 bytes, and the n-th write or sync can fail. `crash` gives what a power cut at this moment leaves.
 */
import { nextTurn } from '../base/scheduler.ts';
import type { LogFile, LogFolder, LogFolderEntry } from '../wal/log-folder.ts';

const sectorBytes = 512;

interface Write {
  readonly offset: number;
  readonly bytes: Buffer;
}

interface Content {
  /** As it would be read now. */
  current: Buffer;
  /** As a power cut leaves it at worst. */
  durable: Buffer;
  /** What is in the one but not in the other, in order. */
  unsynced: Write[];
}

/** Decides whether one sector of one unsynced write reaches the disk. */
export type SectorFate = (file: string, write: Write, sector: number) => boolean;

export interface Fault {
  /** The n-th call from now on, beginning with 1. */
  readonly nth: number;
  readonly code: 'EIO' | 'ENOSPC';
  /** Bytes that a failing write still writes. */
  readonly partialBytes?: number;
}

export class FaultLogFolder implements LogFolder {
  readonly #files = new Map<string, Content>();
  #writeFault: Fault | undefined;
  #syncFault: Fault | undefined;
  #createFault: Fault | undefined;
  /** What `freeBytes` says; a `create` takes from it, a `remove` gives back. */
  free = 1024 * 1024 * 1024;
  writeCount = 0;
  syncCount = 0;
  /** Runs before each asynchronous sync: tests hold it, or look at what has happened until then. */
  beforeSync: (() => Promise<void>) | undefined;

  failWrite(fault: Fault): void {
    this.#writeFault = { ...fault, nth: this.writeCount + fault.nth };
  }

  failSync(fault: Fault): void {
    this.#syncFault = { ...fault, nth: this.syncCount + fault.nth };
  }

  /** Lets every `create` fail until it is called with `undefined`. */
  failCreate(fault: Fault | undefined): void {
    this.#createFault = fault;
  }

  /** The folder after a power cut now; all unsynced sectors are lost unless told otherwise. */
  crash(isKept: SectorFate = () => false): FaultLogFolder {
    const image = new FaultLogFolder();
    image.free = this.free;
    for (const [name, content] of this.#files) {
      const durable = Buffer.from(content.durable);
      for (const write of content.unsynced) {
        const end = write.offset + write.bytes.length;
        const first = Math.floor(write.offset / sectorBytes);
        for (let sector = first; sector * sectorBytes < end; sector += 1) {
          if (!isKept(name, write, sector)) continue;
          const from = Math.max(write.offset, sector * sectorBytes);
          const to = Math.min(end, (sector + 1) * sectorBytes);
          write.bytes.copy(durable, from, from - write.offset, to - write.offset);
        }
      }
      image.put(name, durable);
    }
    return image;
  }

  /** The folder after the end of the process now: everything can be read, but a power cut may still take it. */
  kill(): FaultLogFolder {
    const image = new FaultLogFolder();
    image.free = this.free;
    for (const [name, { current, durable, unsynced }] of this.#files) {
      image.#files.set(name, {
        current: Buffer.from(current),
        durable: Buffer.from(durable),
        unsynced: [...unsynced],
      });
    }
    return image;
  }

  /** Bytes of a file as they are read now. */
  bytesOf(name: string): Buffer {
    return this.#content(name).current;
  }

  /** Puts a file in place, synced. */
  put(name: string, bytes: Buffer): void {
    this.#files.set(name, {
      current: Buffer.from(bytes),
      durable: Buffer.from(bytes),
      unsynced: [],
    });
  }

  async list(): Promise<readonly LogFolderEntry[]> {
    return [...this.#files].map(([name, { current }]) => ({ name, bytes: current.length }));
  }

  async create(name: string, bytes: number): Promise<LogFile> {
    if (this.#createFault !== undefined) throw systemError(this.#createFault.code);
    if (bytes > this.free) throw systemError('ENOSPC');
    if (this.#files.has(name)) throw systemError('EEXIST');
    this.put(name, Buffer.alloc(0));
    await nextTurn();
    this.put(name, Buffer.alloc(bytes));
    this.free -= bytes;
    return this.open(name);
  }

  async open(name: string): Promise<LogFile> {
    const content = this.#content(name);
    return {
      bytes: content.current.length,
      read: async (into, offset) => {
        await nextTurn();
        return content.current.copy(into, 0, offset);
      },
      write: async (bytes, offset) => {
        await nextTurn();
        this.#write(content, bytes, offset);
      },
      writeSync: (bytes, offset, length) => this.#write(content, bytes.subarray(0, length), offset),
      sync: async () => {
        const count = content.unsynced.length;
        await (this.beforeSync ?? nextTurn)();
        this.#sync(content, count);
      },
      syncSync: () => this.#sync(content, content.unsynced.length),
      close: async () => undefined,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await nextTurn();
    const content = this.#content(from);
    this.#files.delete(from);
    this.#files.set(to, content);
  }

  async remove(name: string): Promise<void> {
    await nextTurn();
    this.free += this.#files.get(name)?.current.length ?? 0;
    this.#files.delete(name);
  }

  freeBytes(): number {
    return this.free;
  }

  #content(name: string): Content {
    const content = this.#files.get(name);
    if (content === undefined) throw systemError('ENOENT');
    return content;
  }

  #write(content: Content, bytes: Uint8Array, offset: number): void {
    this.writeCount += 1;
    const fault = this.#writeFault;
    const fails = fault !== undefined && fault.nth === this.writeCount;
    const written = Buffer.from(fails ? bytes.subarray(0, fault.partialBytes ?? 0) : bytes);
    if (offset + written.length > content.current.length) {
      content.current = Buffer.concat([
        content.current,
        Buffer.alloc(offset + written.length - content.current.length),
      ]);
      content.durable = Buffer.concat([
        content.durable,
        Buffer.alloc(content.current.length - content.durable.length),
      ]);
    }
    written.copy(content.current, offset);
    content.unsynced.push({ offset, bytes: written });
    if (fails) throw systemError(fault.code);
  }

  #sync(content: Content, count: number): void {
    this.syncCount += 1;
    const fault = this.#syncFault;
    if (fault !== undefined && fault.nth === this.syncCount) throw systemError(fault.code);
    for (const { offset, bytes } of content.unsynced.splice(0, count)) {
      bytes.copy(content.durable, offset);
    }
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: a fault of the test`), { code });
}
