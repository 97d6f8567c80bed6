/*
 * What the README shows, works: its AQL runs against the sample database, its TypeScript runs as it stands.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('runs its TypeScript', async () => {
    const [script = ''] = blocks('ts');
    expect(script).toContain("from 'aurora-studio/engine'");
    mkdirSync(scriptFolder, { recursive: true });
    const file = join(scriptFolder, 'example.ts');
    writeFileSync(
      file,
      `${script
        .replace('aurora-studio/engine', '#engine')
        .replace("'myapp.db'", JSON.stringify(join(folder, 'myapp.db')))}
export { adults, result };
`,
    );
    const { adults, result } = await import(pathToFileURL(file).href);
    expect(adults).toMatchObject([{ name: 'Alice', age: 30 }]);
    expect(result.data).toEqual({ users: [{ name: 'Alice' }] });
  });
});
