import { globSync, readFileSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

/*
 * What electron-builder would put into the application, by its own rules: the files that match `files` of
 * electron-builder.yml, and the packages that package.json's `dependencies` lead to. The list in the YAML file is read
 * line by line, since it is a plain list and a YAML parser would be a dependency for this alone.
 */

const root = join(import.meta.dirname, '..');

/** Copies what ships to an empty folder, and gives the number of files. */
export async function copyShippedFiles(folder: string): Promise<number> {
  const patterns = readPatterns(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((p) => p.slice(1));
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  const ships = (path: string) => !excluded.some((pattern) => matchesGlob(path, pattern));
  const files = [
    ...globSync(included, { cwd: root }),
    ...shippedPackages().flatMap((path) =>
      globSync(`${path}/**`, { cwd: root }).filter((file) => !isInsidePackageOf(path, file)),
    ),
  ].filter((path) => ships(path) && statSync(join(root, path)).isFile());
  for (const file of files) await cp(join(root, file), join(folder, file));
  return files.length;
}

/** The list under `files:`. */
function readPatterns(yaml: string): readonly string[] {
  const block = /^files:\n((?: {2}.*\n)+)/m.exec(yaml)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) => /^ {2}- '?([^']+?)'?$/.exec(line)?.[1])
    .filter((pattern) => pattern !== undefined);
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The folders of all packages that our dependencies need, directly or not, and that are installed here. */
function shippedPackages(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const found = new Set<string>();
  const visit = (from: string) => {
    const entry = lock.packages[from];
    const names = { ...entry?.dependencies, ...entry?.optionalDependencies };
    for (const name of Object.keys(names)) {
      const path = resolvePackage(lock.packages, from, name);
      if (path === undefined || found.has(path)) continue;
      if (!statSync(join(root, path), { throwIfNoEntry: false })) continue; // Another system's.
      found.add(path);
      visit(path);
    }
  };
  visit('');
  return [...found];
}

/** Where Node finds a package for code in `from`: beside it, else one level up, and so on to the root. */
function resolvePackage(
  packages: Readonly<Record<string, LockedPackage>>,
  from: string,
  name: string,
): string | undefined {
  for (let folder = from; ; ) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in packages) return path;
    if (folder === '') return undefined;
    const end = folder.lastIndexOf('/node_modules/');
    folder = end === -1 ? '' : folder.slice(0, end);
  }
}

/** Whether a file belongs to a package nested in this one, which is found, or not, by itself. */
function isInsidePackageOf(path: string, file: string): boolean {
  return file.slice(path.length).includes('/node_modules/');
}
