/*
 * Where results that wait for their readers keep what they have not given yet, so that they need no snapshot for it.
 * A result has a few MiB in memory; what is more goes into a file of its own in the database's folder, if it has one.
 * All results of a database share the bounds, and no file takes from the reserve of the disk.
 *
 * Such a file loses its name as soon as it is open, so that nothing of it outlives the process. Only a crash between
 * the two leaves one, and a crash at any time on a system that does not let go of names; opening the database removes
 * them.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { freeBytesOf, reserveBytesOf } from './disk.ts';
import { SpoolFile } from './spool-file.ts';

export interface SpoolSpaceOptions {
  /** The database's folder; `undefined` where no file may be made: in memory, and where nothing is written. */
  readonly folder: string | undefined;
  /** Free bytes of the disk; asks the operating system unless told. */
  readonly freeBytes?: (folder: string) => number;
  /** Bounds for all results together; those of `limits` unless told. */
  readonly memoryBytesMax?: number;
  readonly fileBytesMax?: number;
}

const namePrefix = 'spool-';

/** True for the name of a file that keeps results. */
export function isSpoolName(name: string): boolean {
  return name.startsWith(namePrefix);
}

/** Removes what a crash has left of such files. The caller owns the folder. */
export function removeSpools(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (isSpoolName(name)) rmSync(join(folder, name), { force: true });
  }
}

export class SpoolSpace {
  readonly #folder: string | undefined;
  readonly #freeBytes: (folder: string) => number;
  readonly #memoryBytesMax: number;
  readonly #ownBytesMax: number;
  readonly #fileBytesMax: number;
  #memoryBytes = 0;
  #fileBytes = 0;
  #fileCount = 0;

  constructor({ folder, freeBytes, memoryBytesMax, fileBytesMax }: SpoolSpaceOptions) {
    this.#folder = folder;
    this.#freeBytes = freeBytes ?? freeBytesOf;
    this.#fileBytesMax = fileBytesMax ?? limits.spoolFileBytesMax;
    if (folder === undefined) {
      this.#memoryBytesMax = memoryBytesMax ?? limits.spoolUnfiledBytesMax;
      this.#ownBytesMax = this.#memoryBytesMax;
    } else {
      this.#memoryBytesMax = memoryBytesMax ?? limits.spoolMemoryBytesMax;
      this.#ownBytesMax = limits.spoolOwnMemoryBytesMax;
    }
  }

  /** Bytes that results keep at the moment, in memory and in files. */
  get keptBytes(): number {
    return this.#memoryBytes + this.#fileBytes;
  }

  /** Takes memory for a result that has `ownBytes` of it already; false when it must do without. */
  takeMemory(bytes: number, ownBytes: number): boolean {
    if (ownBytes + bytes > this.#ownBytesMax) return false;
    if (this.#memoryBytes + bytes > this.#memoryBytesMax) return false;
    this.#memoryBytes += bytes;
    return true;
  }

  giveBackMemory(bytes: number): void {
    this.#memoryBytes -= bytes;
    assert(this.#memoryBytes >= 0, 'memory is given back once');
  }

  /**
   * Makes a file, whose appending throws `SnapshotExpired` above the bound and `DiskFull` at the reserve.
   * @throws AuroraError `SnapshotExpired` where no file may be made, `StorageFailure`, `DiskFull`
   */
  async openFile(): Promise<SpoolFile> {
    const folder = this.#folder;
    if (folder === undefined) throw tooLarge(this.#memoryBytesMax);
    this.#fileCount += 1;
    return SpoolFile.open(join(folder, `${namePrefix}${this.#fileCount}`), {
      take: (bytes) => {
        if (this.#fileBytes + bytes > this.#fileBytesMax) throw tooLarge(this.#fileBytesMax);
        this.#assertRoom(folder, bytes);
        this.#fileBytes += bytes;
      },
      giveBack: (bytes) => {
        this.#fileBytes -= bytes;
      },
    });
  }

  #assertRoom(folder: string, bytes: number): void {
    const freeBytes = this.#freeBytes(folder);
    const reserveBytes = reserveBytesOf(folder);
    if (freeBytes - bytes >= reserveBytes) return;
    throw new AuroraError(
      'DiskFull',
      `The rest of a result that waits for its reader cannot be kept in ${folder}: ${freeBytes} bytes are free.`,
      {
        details: { path: folder, freeBytes, neededBytes: bytes + reserveBytes },
        hint: 'Free some space, or read results without long pauses. The data is unharmed.',
      },
    );
  }
}

function tooLarge(bytesMax: number): AuroraError {
  const megabytes = Math.round(bytesMax / (1024 * 1024));
  return new AuroraError(
    'SnapshotExpired',
    `Others wrote while the result waited for its reader, and what was not read yet takes more than ${megabytes} MB.`,
    {
      hint: 'Read results without long pauses, or ask for less at a time with limit.',
      details: { bytesMax },
    },
  );
}
