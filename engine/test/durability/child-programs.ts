/*
 * The child processes of the durability suites. They are bundled once per run, because a process that has to load
 * some hundred source files starts three times slower than one that loads a single file.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { repositoryRoot } from '../source-tree.ts';

export interface ChildPrograms {
  readonly writer: string;
  readonly checker: string;
  readonly fullDisk: string;
  remove(): void;
}

/** Bundles them below `out/`, from where lmdb is found as from the sources. */
export async function buildChildPrograms(): Promise<ChildPrograms> {
  const sources = join(repositoryRoot, 'engine/test/durability');
  const { folder, remove } = await buildPrograms({
    writer: join(sources, 'writer-process.ts'),
    checker: join(sources, 'checker-process.ts'),
    'full-disk': join(sources, 'full-disk-process.ts'),
  });
  return {
    writer: join(folder, 'writer.js'),
    checker: join(folder, 'checker.js'),
    fullDisk: join(folder, 'full-disk.js'),
    remove,
  };
}

/** Bundles programs by name into a folder of their own below `out/`: `name` becomes `name.js`. */
export async function buildPrograms(
  input: Readonly<Record<string, string>>,
): Promise<{ readonly folder: string; readonly remove: () => void }> {
  const out = join(repositoryRoot, 'out');
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(join(out, 'durability-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: repositoryRoot,
    ssr: { noExternal: true, external: ['lmdb'] },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      rollupOptions: { input: { ...input }, external: ['lmdb', /^node:/] },
    },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
