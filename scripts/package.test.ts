/*
 * The package as a stranger gets it: packed, installed by npm into a project outside of the repository, type-checked and
 * run. It builds everything and asks the registry, so it runs with `npm run test:long -- package` only.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const isWanted = process.env['PACKAGE_TEST'] === '1';
const root = dirname(import.meta.dirname);
const project = mkdtempSync(join(tmpdir(), 'aurora-package-'));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, [...args], { cwd, encoding: 'utf8' });
  expect({ status, stderr: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({
    status: 0,
    stderr: '',
  });
  return stdout;
}

const aurora = (...words: readonly string[]) =>
  run(process.execPath, [join('node_modules/aurora-studio/out/cli/aurora.js'), ...words], project);

function blocks(language: string): readonly string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
  return [...readme.matchAll(fence)].map(([, , text = '']) => text);
}

describe.runIf(isWanted)('the package', () => {
  beforeAll(() => {
    run('npm', ['run', 'build'], root);
    const packed = join(project, 'packed');
    mkdirSync(packed);
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], root);
    const [archive = ''] = readdirSync(packed);
    writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const types = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
    run('npm', ['install', '--no-audit', '--no-fund', join(packed, archive), ...types], project);
  }, 600_000);

  it('type-checks and runs the programs of the README', () => {
    const [script = ''] = blocks('ts');
    writeFileSync(join(project, 'readme.ts'), `${script}\nconsole.log(JSON.stringify(adults));\n`);
    writeFileSync(
      join(project, 'server.ts'),
      `import { Aurora } from 'aurora-studio/engine';
import { createServer } from 'aurora-studio/server';
const db = await Aurora.open('myapp.db');
const server = await createServer(db, { tokens: 'none' });
const response = await fetch(\`\${server.url}/users\`);
console.log(((await response.json()) as { documents: { name: string }[] }).documents[0]?.name);
await server.close();
await db.close();
`,
    );
    const flags = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023', '--strict'];
    const compiler = join('node_modules/typescript/bin/tsc');
    const files = ['readme.ts', 'server.ts'];
    run(process.execPath, [compiler, ...flags, '--types', 'node', ...files], project);
    expect(run(process.execPath, ['readme.js'], project)).toMatch(/"name":"Alice"/);
    expect(run(process.execPath, ['server.js'], project)).toBe('Alice\n');
  }, 120_000);

  it('runs the texts of the README on the sample database that comes with it', () => {
    aurora('sample', 'sample.db');
    const texts = blocks('graphql');
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) {
      expect(aurora('exec', 'sample.db', '-q', text, '--format', 'ndjson')).toContain('"title"');
    }
    expect(aurora('types', 'sample.db')).toContain('export type Films');
    expect(aurora('verify', 'sample.db')).toContain('ound');
  }, 300_000);
});
