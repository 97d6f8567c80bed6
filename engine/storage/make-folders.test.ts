import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders } from './make-folders.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-folders-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('folders', () => {
  it('are made with those above them, the highest of which is told', () => {
    expect(makeFolders(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a'));
    expect(statSync(join(folder, 'a', 'b', 'c')).isDirectory()).toBe(true);
    expect(makeFolders(join(folder, 'a', 'b'))).toBeUndefined();
  });

  it('are not made below a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolders(join(folder, 'file', 'a'))).toThrow('ENOTDIR');
  });

  it.skipIf(!existsSync('/proc/self'))('are refused where the system makes none', () => {
    expect(() => makeFolders('/proc/nope/a.db')).toThrow('ENOENT');
  });
});
