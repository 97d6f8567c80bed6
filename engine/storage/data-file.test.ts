import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AuroraError } from '../errors.ts';
import { checkDataFile } from './data-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-data-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pageBytes = 4096;
const path = join(folder, 'data.mdb');

interface Meta {
  readonly commit: number;
  /** Page of the main root. */
  readonly root: number;
  readonly isUnsynced?: boolean;
}

/** A file of so many pages, with its two meta pages and the half one that says what is on disk. */
function writeFile(pageCount: number, first: Meta, second: Meta, flushed: Meta): void {
  const bytes = Buffer.alloc(pageCount * pageBytes);
  const place = (position: number, { commit, root, isUnsynced = false }: Meta) => {
    bytes.writeUInt32LE(0xbeefc0de, position + 24);
    bytes.writeUInt32LE(pageBytes, position + 48);
    bytes.writeUInt16LE(isUnsynced ? 0x1008 : 8, position + 52);
    bytes.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, position + 88);
    bytes.writeBigUInt64LE(BigInt(root), position + 136);
    bytes.writeBigUInt64LE(BigInt(commit), position + 152);
  };
  place(0, first);
  place(pageBytes, second);
  place(pageBytes / 2, flushed);
  writeFileSync(path, bytes);
}

function codeOf(readOnly: boolean): string {
  try {
    checkDataFile(path, { readOnly });
    return 'fine';
  } catch (error) {
    return error instanceof AuroraError ? error.code : String(error);
  }
}

const outcomes = () => ({ writer: codeOf(false), reader: codeOf(true) });

describe('a data file after a power cut', () => {
  it('is opened at the commit before one whose pages did not reach the disk', () => {
    const lost = { commit: 9, root: 70, isUnsynced: true };
    writeFile(20, { commit: 8, root: 60, isUnsynced: true }, lost, { commit: 7, root: 5 });
    // Who only reads does not go back, and would be ended by a signal.
    expect(outcomes()).toEqual({ writer: 'fine', reader: 'DatabaseCorrupt' });
    writeFile(20, { commit: 8, root: 4 }, lost, { commit: 8, root: 4 });
    expect(outcomes()).toEqual({ writer: 'fine', reader: 'DatabaseCorrupt' });
  });

  it('is refused when what was on disk is missing', () => {
    const flushed = { commit: 9, root: 70 };
    writeFile(20, { commit: 8, root: 4 }, { ...flushed, isUnsynced: true }, flushed);
    expect(outcomes()).toEqual({ writer: 'DatabaseCorrupt', reader: 'DatabaseCorrupt' });
  });

  it('is opened at its newest commit where that is complete', () => {
    writeFile(20, { commit: 8, root: 70 }, { commit: 9, root: 5 }, { commit: 7, root: 80 });
    expect(outcomes()).toEqual({ writer: 'fine', reader: 'fine' });
  });
});
