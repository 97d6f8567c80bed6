/*
 * Everything that goes to the page stays within a budget. The first screen is what index.html and its static imports
 * bring; Monaco and its worker come with the first editor, what draws charts with the first chart.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const bundle = resolve(import.meta.dirname, '../../out/renderer');

/**
 * Bytes after gzip. The page is everything that runs on its own thread but Monaco and charts; pages such as Jobs and Schema come
 * when they are opened, so the whole may grow with their number while the first screen may not.
 */
const budget = {
  firstScreenScripts: 150_000,
  firstScreenStyles: 10_000,
  pageScripts: 440_000,
  charts: 130_000,
  whole: 1_730_000,
};

function firstScreen(): {
  readonly scripts: ReadonlySet<string>;
  readonly styles: ReadonlySet<string>;
} {
  const html = readFileSync(join(bundle, 'index.html'), 'utf8');
  const scripts = new Set<string>();
  const queue = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(
    (match) => match[1] ?? '',
  );
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (scripts.has(file)) continue;
    scripts.add(file);
    const text = readFileSync(join(bundle, file), 'utf8');
    for (const match of text.matchAll(
      /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]+\s*from\s*)?["'](\.[^"']+\.js)["']/g,
    )) {
      queue.push(join(dirname(file), match[1] ?? ''));
    }
  }
  const styles = new Set(
    [...html.matchAll(/href="\.\/([^"]+\.css)"/g)].map((match) => match[1] ?? ''),
  );
  return { scripts, styles };
}

function scriptsOfBundle(): readonly string[] {
  return readdirSync(join(bundle, 'assets'))
    .filter((file) => file.endsWith('.js'))
    .map((file) => `assets/${file}`);
}

/** Editors share a piece with Monaco in it, whatever its name. */
const holdsMonaco = (file: string): boolean =>
  readFileSync(join(bundle, file), 'utf8').includes('monaco-editor');

/** The library that draws charts: the names of its classes. */
const holdsCharts = (file: string): boolean =>
  readFileSync(join(bundle, file), 'utf8').includes('recharts-');

const gzipBytes = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(bundle, file))).length, 0);

test.describe('bundle @bundle', () => {
  test.skip(!existsSync(bundle), 'the renderer is not built');

  test('keeps the first screen within its budget, without Monaco', () => {
    const { scripts, styles } = firstScreen();
    expect(scripts.size).toBeGreaterThan(0);
    expect([...scripts].filter(holdsMonaco)).toEqual([]);
    expect(gzipBytes(scripts)).toBeLessThan(budget.firstScreenScripts);
    expect(gzipBytes(styles)).toBeLessThan(budget.firstScreenStyles);
  });

  test('leaves the language to its worker', () => {
    // The name of a token of AQL: whatever holds it holds the parser.
    const withLanguage = scriptsOfBundle().filter((file) =>
      readFileSync(join(bundle, file), 'utf8').includes('UnclosedString'),
    );
    expect(withLanguage).toEqual([expect.stringMatching(/^assets\/aql-worker-/)]);
    const page = scriptsOfBundle().filter(
      (file) => !/worker-/.test(file) && !holdsMonaco(file) && !holdsCharts(file),
    );
    expect(page.length).toBeGreaterThan(2);
    expect(gzipBytes(page)).toBeLessThan(budget.pageScripts);
  });

  test('brings what draws charts in one piece of its own', () => {
    const charts = scriptsOfBundle().filter(holdsCharts);
    expect(charts).toEqual([expect.stringMatching(/^assets\/time-plot-/)]);
    expect([...firstScreen().scripts].filter(holdsCharts)).toEqual([]);
    expect(gzipBytes(charts)).toBeLessThan(budget.charts);
  });

  test('keeps the whole page within its budget', () => {
    const files = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(js|css|html)$/.test(file),
    );
    expect(gzipBytes(files)).toBeLessThan(budget.whole);
  });
});
