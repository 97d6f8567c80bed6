/*
 * The house rules that neither compiler nor linter can see. Each failure says why the rule is there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../errors.ts';
import { isTest, readSourceTree, repositoryRoot, staticImports } from './source-tree.ts';

const files = readSourceTree();
const product = files.filter((file) => !isTest(file.path));

function offenders(pattern: RegExp, among = product): readonly string[] {
  return among.flatMap((file) =>
    file.text
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

describe('house rules', () => {
  it('keeps every file under 400 lines, so that one concept stays one file', () => {
    const long = files
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
      .filter((file) => file.lines > 400);
    expect(long).toEqual([]);
  });

  it('names files after what they define, never utils, helpers, common, manager or misc', () => {
    const vague = files.filter((file) =>
      /(^|[/-])(utils?|helpers?|common|manager|misc)([/.-]|$)/.test(file.path),
    );
    expect(vague.map((file) => file.path)).toEqual([]);
  });

  it('leaves no loose ends: no silent catch, no postponed work, no suppressed checks', () => {
    const self = product.filter((file) => !file.path.startsWith('engine/test/'));
    expect(offenders(/catch\s*(\([^)]*\))?\s*\{\s*\}/, self)).toEqual([]);
    expect(offenders(/\b(TODO|FIXME|XXX)\b/, self)).toEqual([]);
    expect(offenders(/@ts-(ignore|expect-error|nocheck)/, self)).toEqual([]);
    expect(offenders(/biome-ignore(?!.*: .{20,})/, self)).toEqual([]);
    expect(offenders(/^(?!\s*(\*|\/\/|\/\*)).*(:|<|\bas)\s*any\b/, self)).toEqual([]);
  });

  it('skips no test but visibly, with a reason beside it', () => {
    const tests = files.filter(
      (file) => /\.(test|spec)\.tsx?$/.test(file.path) && !file.path.endsWith('tidy.test.ts'),
    );
    expect(offenders(/\b(it|test|describe)\.only\(/, tests)).toEqual([]);
    const todo = offenders(/\b(it|test|describe)\.todo\(/, tests);
    expect(todo.filter((line) => !line.startsWith('engine/test/contract.test.ts'))).toEqual([]);
  });

  it('speaks of the product only: no machine paths', () => {
    const outside = files.filter((file) => !file.path.endsWith('tidy.test.ts'));
    expect(offenders(/(^|[^A-Za-z0-9_.])\/(work|root)\/[A-Za-z.]/, outside)).toEqual([]);
  });
});

describe('storage discipline', () => {
  const lmdbFiles = ['engine/storage/lmdb-access.ts', 'engine/storage/lmdb-store.ts'];

  it('lets only the opening of LMDB files import lmdb, so that the engine can live on another store', () => {
    const importers = files.filter((file) => staticImports(file.text).includes('lmdb'));
    // The benchmarks compare the engine with lmdb itself.
    const inProduct = importers.filter((file) => !file.path.startsWith('bench/'));
    expect(inProduct.map((file) => file.path)).toEqual(['engine/storage/lmdb-environment.ts']);
  });

  it('lets only the queue write outside transactionSync: asynchronous transactions commit even when they throw', () => {
    const store = product.filter((file) => lmdbFiles.includes(file.path));
    expect(store).toHaveLength(lmdbFiles.length);
    expect(
      offenders(
        /\.(transaction|childTransaction|batch|ifVersion|ifNoExists|getAsync|prefetch|getMany)\(/,
        store,
      ),
    ).toEqual([]);
    expect(store.some(({ text }) => /\.transactionSync\(/.test(text))).toBe(true);
  });
});

describe('documents', () => {
  it('throws every error code somewhere, and documents no code that does not exist', () => {
    const engine = product.filter((file) => file.path !== 'engine/errors.ts');
    const unused = Object.keys(errorCodes).filter(
      (code) => !engine.some((file) => file.text.includes(`'${code}'`)),
    );
    // Codes that belong to areas still to come are listed here, and leave the list as those land.
    expect(unused.filter((code) => !['Timeout'].includes(code))).toEqual([]);
  });

  it('explains every folder of the engine in engine/README.md', () => {
    const readme = readFileSync(join(repositoryRoot, 'engine/README.md'), 'utf8');
    const folders = readdirSync(join(repositoryRoot, 'engine'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !readme.includes(`${folder}/`))).toEqual([]);
  });
});

describe('start-up of the page', () => {
  it('lets only the drawing of charts import recharts, so that it comes with the first chart', () => {
    const importers = files.filter((file) => staticImports(file.text).includes('recharts'));
    expect(importers.map((file) => file.path)).toEqual(['src-renderer/ui/charts/time-plot.tsx']);
    const drawing = files.filter((file) =>
      staticImports(file.text).some((name) => name.endsWith('/time-plot.tsx')),
    );
    expect(drawing.map((file) => file.path)).toEqual([]);
  });

  it('does not reach Monaco by static imports, so that the first screen paints without it', () => {
    const reached = new Set<string>();
    const monaco: string[] = [];
    const queue = ['src-renderer/main.tsx'];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      const text = readFileSync(join(repositoryRoot, path), 'utf8');
      for (const name of staticImports(text)) {
        if (name.startsWith('monaco-editor')) monaco.push(`${path} imports ${name}`);
        if (!name.startsWith('.')) continue;
        const target = posix.normalize(posix.join(dirname(path), name));
        if (/\.tsx?$/.test(target) && existsSync(join(repositoryRoot, target))) queue.push(target);
      }
    }
    expect(monaco).toEqual([]);
    expect(reached.size).toBeGreaterThan(10);
  });
});
