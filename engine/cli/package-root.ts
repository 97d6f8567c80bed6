import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface PackageRoot {
  readonly folder: string;
  readonly version: string;
}

/** The folder of the installed package: the nearest one above this file that has a package.json. */
export function findPackageRoot(from = import.meta.dirname): PackageRoot {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return { folder, version: readVersion(file) };
    if (folder === dirname(folder)) throw new Error(`There is no package.json above ${from}.`);
  }
}

function readVersion(file: string): string {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  if (!isManifest) throw new Error(`${file} names no version.`);
  return String(manifest.version);
}
