import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** The root of the repository. */
export const repositoryRoot = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const sourceFolders = ['engine', 'src-main', 'src-renderer', 'e2e', 'bench', 'scripts'];

/** Every TypeScript and script file that people write, tests included; testdata and built files are not. */
export function readSourceTree(): readonly SourceFile[] {
  return sourceFolders.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.split(sep).join('/')}`)
      .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !/\/(testdata|node_modules)\//.test(path))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') })),
  );
}

export function isTest(path: string): boolean {
  return (
    /\.(test|spec|bench)\.tsx?$/.test(path) ||
    path.startsWith('engine/test/') ||
    path.startsWith('e2e/')
  );
}

/** The modules a file imports statically for their values; `import type` and dynamic imports are left out. */
export function staticImports(text: string): readonly string[] {
  const found: string[] = [];
  const pattern = /^\s*(?:import|export)\s+(?!type\b)(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const match of text.matchAll(pattern)) {
    if (match[1] !== undefined) found.push(match[1]);
  }
  return found;
}
