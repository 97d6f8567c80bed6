import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertLmdbVersion, lmdbVersion } from './lmdb-version.ts';

let folder: string;
/** A program that has its own lmdb. */
let program: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-lmdb-version-'));
  program = pathToFileURL(join(folder, 'out', 'program.js')).href;
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function installLmdb(packageText: string): void {
  const installed = join(folder, 'node_modules', 'lmdb');
  mkdirSync(join(installed, 'dist'), { recursive: true });
  writeFileSync(join(installed, 'dist', 'index.cjs'), '');
  writeFileSync(join(installed, 'package.json'), packageText);
}

const main = 'dist/index.cjs';

describe('the version of lmdb', () => {
  it('is the one that package.json pins', () => {
    const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ dependencies: { lmdb: lmdbVersion } });
  });

  it('is right here, and wherever the same is installed', () => {
    assertLmdbVersion(import.meta.url);
    installLmdb(JSON.stringify({ name: 'lmdb', main, version: lmdbVersion }));
    assertLmdbVersion(program);
  });

  it.each(['3.5.5', '3.5.7', '4.0.0'])('is refused when it is %s', (version) => {
    installLmdb(JSON.stringify({ name: 'lmdb', main, version }));
    expect(() => assertLmdbVersion(program)).toThrow(
      expect.objectContaining({
        code: 'DependencyMismatch',
        message: `Aurora works with version ${lmdbVersion} of the package lmdb, and found ${version}.`,
        details: { package: 'lmdb', expected: lmdbVersion, found: version },
      }),
    );
  });

  it.each([
    JSON.stringify({ name: 'lmdb', main }),
    JSON.stringify({ name: 'another', main, version: lmdbVersion }),
  ])('is refused when nobody can tell it: %s', (text) => {
    installLmdb(text);
    expect(() => assertLmdbVersion(program)).toThrow('cannot tell the version');
  });

  it('is refused where there is none', () => {
    expect(() => assertLmdbVersion(program)).toThrow('cannot tell the version');
    expect(() => assertLmdbVersion('')).toThrow('cannot tell the version');
  });
});
