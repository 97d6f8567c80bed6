/*
 * Proves that imports go one way. A wrong import is planted under each project's own compiler options, in a folder
 * of its own so that the sources stay as they are, and the compiler (or, for finer arrows, the linter) must refuse it.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTest, readSourceTree, repositoryRoot, staticImports } from './source-tree.ts';

const run = promisify(execFile);
const bin = (name: string): string => join(repositoryRoot, 'node_modules/.bin', name);
const plantedRoot = join(repositoryRoot, 'out/planted-imports');

afterAll(() => rmSync(plantedRoot, { recursive: true, force: true }));

/** Compiles one planted file under the options and references of a project; gives the compiler's output. */
async function compilePlanted(project: string, source: string, name: string): Promise<string> {
  const folder = join(plantedRoot, name);
  mkdirSync(folder, { recursive: true });
  const projectFile = join(repositoryRoot, project, 'tsconfig.json');
  const config: { references?: { path: string }[] } = JSON.parse(
    readFileSync(projectFile, 'utf8').replace(/^\s*\/\/.*$/gm, ''),
  );
  const references = (config.references ?? []).map((reference) => ({
    path: relative(folder, join(repositoryRoot, project, reference.path)),
  }));
  writeFileSync(join(folder, 'planted.ts'), source);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: relative(folder, projectFile),
      compilerOptions: { outDir: './types', tsBuildInfoFile: './types/planted.tsbuildinfo' },
      include: ['planted.ts'],
      exclude: [],
      references,
    }),
  );
  const outcome = await run(bin('tsc'), ['-b', folder], { cwd: repositoryRoot }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  return outcome.stdout;
}

/** Lints texts as if they stood at their paths: a tree of its own with the repository's own linter settings. */
async function lintPlanted(
  files: readonly { readonly path: string; readonly source: string }[],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-lint-'));
  try {
    const settings: Record<string, unknown> = JSON.parse(
      readFileSync(join(repositoryRoot, 'biome.json'), 'utf8'),
    );
    writeFileSync(
      join(folder, 'biome.json'),
      JSON.stringify({ ...settings, vcs: { enabled: false } }),
    );
    for (const { path, source } of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const paths = files.map(({ path }) => path);
    const outcome = await run(bin('biome'), ['lint', '--reporter=github', ...paths], {
      cwd: folder,
    }).catch((error: { stdout?: string; stderr?: string }) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr ?? '',
    }));
    return outcome.stdout + outcome.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the compiler', () => {
  const cases = [
    {
      name: 'lets the page import the contract',
      project: 'src-renderer',
      source: "export { protocolVersion } from '#contract';\n",
      error: undefined,
    },
    {
      name: 'keeps the engine out of the page',
      project: 'src-renderer',
      source: "export { Aurora } from '#engine';\n",
      error: /TS6307/,
    },
    {
      name: 'keeps Node out of the page',
      project: 'src-renderer',
      source: "export { readFileSync } from 'node:fs';\n",
      error: /TS2307|TS2591/,
    },
    {
      name: 'keeps Electron out of the engine',
      project: 'engine',
      source: "export { app } from 'electron';\n",
      error: /TS6307/,
    },
    {
      name: 'keeps React out of the engine',
      project: 'engine',
      source: "export { useState } from 'react';\n",
      error: /TS6307|TS6142/,
    },
    {
      name: 'keeps the page out of the engine',
      project: 'engine',
      source: "export * from '../../../src-renderer/main.tsx';\n",
      error: /TS6307|TS6142/,
    },
    {
      name: 'keeps the engine out of the contract',
      project: 'src-main/contract',
      source: "export { Aurora } from '#engine';\n",
      error: /TS6307/,
    },
    {
      name: 'keeps the language out of the contract',
      project: 'src-main/contract',
      source: "export { format } from '#engine/aql';\n",
      error: /TS6307/,
    },
    {
      name: 'keeps Node out of the contract',
      project: 'src-main/contract',
      source: "export { readFileSync } from 'node:fs';\n",
      error: /TS2307|TS2591/,
    },
    {
      name: 'keeps Node out of the language',
      project: 'engine/aql',
      source: "export { readFileSync } from 'node:fs';\n",
      error: /TS2307|TS2591/,
    },
    {
      name: 'keeps the page out of the hosts',
      project: 'src-main',
      source: "export * from '../../../src-renderer/main.tsx';\n",
      error: /TS6307|TS6142/,
    },
  ];
  it.each(cases)(
    '$name',
    async ({ name, project, source, error }) => {
      const output = await compilePlanted(project, source, name.replaceAll(' ', '-'));
      if (error === undefined) expect(output).toBe('');
      else expect(output).toMatch(error);
    },
    60_000,
  );
});

describe('the linter', () => {
  const cases = [
    {
      name: 'keeps every library out of the contract',
      path: 'src-main/contract/planted.ts',
      module: 'valibot',
    },
    {
      name: 'keeps Electron out of the services',
      path: 'src-main/services/planted.ts',
      module: 'electron',
    },
    {
      name: 'keeps the inside of the engine from the services',
      path: 'src-main/services/planted.ts',
      module: '../../engine/database.ts',
    },
    {
      name: 'keeps the inside of the engine from the command line',
      path: 'engine/cli/planted.ts',
      module: '../database.ts',
    },
    {
      name: 'keeps the inside of the engine from the server',
      path: 'engine/server/planted.ts',
      module: '../database.ts',
    },
    {
      name: 'keeps the web host from the Electron host',
      path: 'src-main/electron/planted.ts',
      module: '../web/main.ts',
    },
    {
      name: 'keeps Monaco in the editor folder',
      path: 'src-renderer/app/planted.ts',
      module: 'monaco-editor',
    },
    {
      name: 'keeps the contract out of the engine',
      path: 'engine/exec/planted.ts',
      module: '#contract',
    },
    { name: 'keeps the language a leaf', path: 'engine/aql/planted.ts', module: '#engine' },
  ];
  const pathOf = ({ name, path }: (typeof cases)[number]): string =>
    path.replace('planted.ts', `${name.replaceAll(' ', '-')}.ts`);
  let output = '';

  beforeAll(async () => {
    const files = cases.map((each) => ({
      path: pathOf(each),
      source: `import { planted } from '${each.module}';\nexport const value = planted;\n`,
    }));
    output = await lintPlanted(files);
  }, 60_000);

  it.each(cases)('$name', (each) => {
    const lines = output.split('\n').filter((line) => line.includes(pathOf(each)));
    expect(lines.join('\n')).toContain('noRestrictedImports');
  });
});

describe('the layers of the engine', () => {
  /** From the lowest to the highest, as engine/README.md lists them. */
  const layers = [
    'base',
    'values',
    'storage',
    'wal',
    'cache',
    'catalog',
    'indexes',
    'transactions',
    'plan',
    'exec',
    'fluent',
    'jobs',
    'migrations',
    'maintenance',
  ];
  const imports = readSourceTree()
    .filter(({ path }) => path.startsWith('engine/') && !isTest(path))
    .flatMap(({ path, text }) => staticImports(text).map((target) => ({ path, target })))
    .flatMap(({ path, target }) => {
      const layer = path.split('/')[1] ?? '';
      const imported = target.startsWith('../') ? (target.split('/')[1] ?? '') : layer;
      const known = layers.includes(layer) && layers.includes(imported);
      return known ? [{ path, layer, imported }] : [];
    });

  it('import downwards only', () => {
    const upwards = imports.filter(
      ({ layer, imported }) => layers.indexOf(imported) > layers.indexOf(layer),
    );
    expect(upwards).toEqual([]);
    expect(imports.length).toBeGreaterThan(500);
  });
});
