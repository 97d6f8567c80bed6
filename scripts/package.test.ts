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
/** The versions that it is for, as packages that hold nothing but the program. */
const nodes = ['20', '22', '24'];
const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
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
    const binaries = nodes.map((version) => `node${version}@npm:node-${system}@${version}`);
    const packages = [join(packed, archive), ...types, ...binaries];
    run('npm', ['install', '--no-audit', '--no-fund', ...packages], project);
  }, 1_500_000);

  const programs = readdirSync(join(root, 'examples')).map((name) => name.replace(/\.ts$/, ''));

  it('type-checks the programs of the README', () => {
    const installed = join(project, 'node_modules/aurora-studio/examples');
    for (const name of programs) {
      const text = readFileSync(join(installed, `${name}.ts`), 'utf8');
      expect(readme).toContain(text.split('\n// Prints: ')[0]?.trimEnd());
      writeFileSync(join(project, `${name}.ts`), text);
    }
    const flags = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023', '--strict'];
    const compiler = join('node_modules/typescript/bin/tsc');
    const files = programs.map((name) => `${name}.ts`);
    run(process.execPath, [compiler, ...flags, '--types', 'node', ...files], project);
    const reference = readFileSync(
      join(project, 'node_modules/aurora-studio/out/api-reference.md'),
      'utf8',
    );
    expect(reference).toContain('### Database');
  }, 120_000);

  it.each(nodes)(
    'runs them under Node %s',
    (version) => {
      const node = join(project, `node_modules/node${version}/bin/node`);
      expect(run(node, ['--version'], project)).toMatch(new RegExp(`^v${version}\\.`));
      for (const name of programs) {
        rmSync(join(project, 'myapp.db'), { recursive: true, force: true });
        const text = readFileSync(join(project, `${name}.ts`), 'utf8');
        const expected = [...text.matchAll(/^\/\/ Prints: (.*)$/gm)].map(([, line]) => `${line}\n`);
        expect(run(node, [`${name}.js`], project)).toBe(expected.join(''));
      }
      const { version: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      const commandLine = 'node_modules/aurora-studio/out/cli/aurora.js';
      expect(run(node, [commandLine, '--version'], project)).toBe(`${own}\n`);
    },
    120_000,
  );

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
