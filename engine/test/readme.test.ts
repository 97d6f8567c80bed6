/*
 * What the README shows, works: its AQL runs against the sample database, its programs are those in `examples/`, which run as they stand.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Aurora, createSampleDatabase, type Database } from '#engine';
import { repositoryRoot } from './source-tree.ts';

const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'aurora-readme-'));
// Inside the repository, so that the names of its package resolve.
const scriptFolder = join(repositoryRoot, 'out/readme-examples');
let sample: Database;

beforeAll(async () => {
  const path = join(folder, 'sample.db');
  await createSampleDatabase(path, join(repositoryRoot, 'resources/sample'));
  sample = await Aurora.open(path);
}, 60_000);

afterAll(async () => {
  await sample.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(scriptFolder, { recursive: true, force: true });
});

/** The fenced blocks of a language, without the indentation of the list they stand in. */
function blocks(language: string): readonly string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
  return [...readme.matchAll(fence)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

describe('the README', () => {
  it.each(blocks('graphql'))('runs %s', async (text) => {
    const result = await sample.execute(text);
    expect(result.errors ?? []).toEqual([]);
    expect(JSON.stringify(result.data)).toMatch(/\[\{"title"|\{"id"/);
  });
});

const exampleFolder = join(repositoryRoot, 'examples');
const examples = readdirSync(exampleFolder).map((name) => ({
  name,
  text: readFileSync(join(exampleFolder, name), 'utf8'),
}));

describe('the examples', () => {
  it('are what the README shows, and all of them', () => {
    const programs = examples.map(({ text }) => text.split('\n// Prints: ')[0]?.trimEnd());
    expect(
      blocks('ts')
        .map((text) => text.trimEnd())
        .sort(),
    ).toEqual(programs.sort());
    expect(programs.length).toBeGreaterThanOrEqual(5);
  });

  it.each(examples)('$name prints what it says', async ({ name, text }) => {
    mkdirSync(scriptFolder, { recursive: true });
    const file = join(scriptFolder, name);
    writeFileSync(
      file,
      text
        .replace('aurora-studio/engine', '#engine')
        .replace('aurora-studio/server', '#server')
        .replace("'myapp.db'", JSON.stringify(join(folder, 'myapp.db'))),
    );
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      printed.push(format(...values));
    });
    try {
      await import(pathToFileURL(file).href);
    } finally {
      log.mockRestore();
    }
    const expected = [...text.matchAll(/^\/\/ Prints: (.*)$/gm)].map(([, line]) => line);
    expect(printed).toEqual(expected);
  });
});
