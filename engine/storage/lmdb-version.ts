/*
 * lmdb-instructions.ts writes into memory what the native part of one version of lmdb reads. Any other might read something
 * else there, and destroy files or the process; so it is not used at all.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AuroraError } from '../errors.ts';

/** The version whose instructions are written; package.json pins it. */
export const lmdbVersion = '3.5.6';

/** `from` is a file or its URL: that lmdb counts which an import in it finds. @throws AuroraError `DependencyMismatch` */
export function assertLmdbVersion(from: string): void {
  const found = versionFoundFrom(from);
  if (found === lmdbVersion) return;
  throw new AuroraError(
    'DependencyMismatch',
    `Aurora works with version ${lmdbVersion} of the package lmdb, and found ${found ?? 'one of which it cannot tell the version'}.`,
    {
      details: { package: 'lmdb', expected: lmdbVersion, found: found ?? null },
      hint: `Install lmdb ${lmdbVersion} beside Aurora, and leave both outside of bundles. Nothing was opened.`,
    },
  );
}

function versionFoundFrom(from: string): string | undefined {
  try {
    // Its package.json cannot be asked for by name; it lies above what can.
    for (let folder = dirname(createRequire(from).resolve('lmdb')); ; folder = dirname(folder)) {
      const version = versionIn(folder);
      if (version !== undefined || folder === dirname(folder)) return version;
    }
  } catch {
    return undefined;
  }
}

function versionIn(folder: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null) return undefined;
  if (!('name' in content && content.name === 'lmdb' && 'version' in content)) return undefined;
  return typeof content.version === 'string' ? content.version : undefined;
}
