/*
 * Builds the libraries into a folder of their own, installs them in a project outside of this repository, and uses
 * them there as anybody would: with the compiler, as a program and from the command line.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibraries } from './build-libraries.ts';

const root = dirname(import.meta.dirname);
const consumer = mkdtempSync(join(tmpdir(), 'aurora-consumer-'));
const installed = join(consumer, 'node_modules/aurora-studio');
const commandLine = join(installed, 'out/cli/aurora.js');

/** The first Node 20 to 23 on the path that is not the one npm puts there. */
function findSystemNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((node) => {
      if (!existsSync(node)) return false;
      const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout;
      const major = Number(/^v(\d+)/.exec(version)?.[1]);
      return major >= 20 && major < 24;
    });
}

const systemNode = findSystemNode();
/** util-linux' `script` gives a program a terminal; that of other systems takes other arguments. */
const hasScript =
  process.platform === 'linux' &&
  spawnSync('script', ['--version'], { encoding: 'utf8' }).status === 0;

beforeAll(async () => {
  await buildLibraries(join(installed, 'out'));
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  cpSync(join(root, 'resources'), join(installed, 'resources'), { recursive: true });
  const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(consumer, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link, 'dir');
  }
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
}, 120_000);

afterAll(() => rmSync(consumer, { recursive: true, force: true }));

const program = `
import { Aurora, AuroraError } from 'aurora-studio/engine';

const db = await Aurora.open('consumer.db');
const users = await db.newCollection('users', {
  name: { type: 'String' },
  age: { type: 'Int', indexed: true, nullable: true },
});
await db.insertInto('users', { name: 'Alice', age: 30 });
const found = await db.query('users').filter((f) => f.gt('age', 25)).collect();
const result = await db.execute('query { users { name } }');
console.log(JSON.stringify([found.length, result.data, users !== undefined]));
await db.close();
try {
  await Aurora.open({ dbPath: 'missing.db', create: false });
} catch (error) {
  console.log(error instanceof AuroraError && error.code);
}
`;

/** With the types that `aurora types` makes; each line that is wrong must be refused, or the compiler complains of it. */
const typedProgram = `
import { Aurora } from 'aurora-studio/engine';
import type { OrderLines, Schema } from './schema.js';

const db = await Aurora.open<Schema>('typed.db');
await db.insertInto('order_lines', { amount: 1, note: null });
const found: OrderLines[] = await db.query('order_lines').filter((f) => f.gt('amount', 0)).collect();
const amount: number | undefined = found[0]?.amount;
// @ts-expect-error There is no such field.
found[0]?.amuont;
// @ts-expect-error A number is needed.
await db.insertInto('order_lines', { amount: 'much' });
// @ts-expect-error There is no such collection.
db.query('orders');
console.log(amount);
await db.close();
`;

describe('the engine as a library', () => {
  it('comes with a reference of all that it exports, made of the words above it', () => {
    const reference = readFileSync(
      join(consumer, 'node_modules/aurora-studio/out/api-reference.md'),
      'utf8',
    );
    const names = [...reference.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    const door = readFileSync(join(root, 'engine/index.ts'), 'utf8');
    const exported = [...door.matchAll(/\{([^}]*)\} from/g)].flatMap(([, list = '']) =>
      list
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== ''),
    );
    expect(exported.filter((name) => !names.includes(name))).toEqual([]);
    expect(names).toContain('createServer');
    expect(reference).toContain(
      'Inserts one document and gives its id, after the commit is durable.',
    );
    expect(reference).toMatch(
      /### ServerOptions\n\nHow a database is served\.\n\n````ts\ninterface ServerOptions \{/,
    );
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'preserve'],
  ])('type-checks in a project that resolves modules as %s', (moduleResolution, module) => {
    writeFileSync(join(consumer, 'program.ts'), program);
    writeFileSync(join(consumer, 'typed.ts'), typedProgram);
    const schema =
      'schema { define collection order_lines { amount: Float! note: String more: Object } }';
    expect(run(process.execPath, 'exec', 'typed.db', '-q', schema)).toMatchObject({ status: 0 });
    writeFileSync(join(consumer, 'schema.ts'), run(process.execPath, 'types', 'typed.db').stdout);
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023'],
      module,
      moduleResolution,
      strict: true,
      noEmit: true,
      types: ['node'],
    };
    const config = { compilerOptions, files: ['program.ts', 'typed.ts'] };
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const result = spawnSync(process.execPath, [compiler, '-p', consumer], { encoding: 'utf8' });
    expect(result.stdout).toBe('');
    expect(result.status).toBe(0);
  });

  it('runs there', () => {
    writeFileSync(join(consumer, 'program.mjs'), program);
    const result = spawnSync(process.execPath, ['program.mjs'], {
      cwd: consumer,
      encoding: 'utf8',
    });
    expect(result).toMatchObject({ stderr: '', status: 0 });
    expect(result.stdout).toBe('[1,{"users":[{"name":"Alice"}]},true]\nDatabaseNotFound\n');
  });
});

const run = (node: string, ...words: readonly string[]) =>
  spawnSync(node, [commandLine, ...words], { cwd: consumer, encoding: 'utf8' });

describe('the built command line', () => {
  it('makes the sample database and answers from it', () => {
    const made = run(process.execPath, 'sample', 'sample.db', '--json');
    expect(made).toMatchObject({ stderr: '', status: 0 });
    expect(JSON.parse(made.stdout)).toMatchObject({ collectionCount: 9, documentCount: 32_909 });
    const query = 'query { films(where: { year: 1939, rating: "G" }, orderBy: "title") { title } }';
    const asked = run(process.execPath, 'exec', 'sample.db', '-q', query, '--format', 'ndjson');
    expect(asked.stdout).toBe('{"title":"Gone with the Wind"}\n{"title":"The Wizard of Oz"}\n');
    expect(run(process.execPath, 'sample', 'sample.db').status).toBe(1);
  }, 120_000);

  it.skipIf(!hasScript)(
    'talks in a terminal: it completes, goes on over lines, and remembers',
    async () => {
      const history = join(consumer, 'history');
      const words = [process.execPath, commandLine, 'shell', 'sample.db', '--history', history];
      // In a session of its own: what has a terminal already must not lend it.
      const child = spawn('script', ['-qec', words.join(' '), '/dev/null'], {
        cwd: consumer,
        detached: true,
      });
      let screen = '';
      const until = (text: string) =>
        new Promise<void>((resolve) => {
          const look = () => {
            if (!screen.includes(text)) return;
            screen = screen.slice(screen.indexOf(text) + text.length);
            child.stdout.off('data', look);
            resolve();
          };
          child.stdout.on('data', look);
          look();
        });
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      const ended = new Promise<number | null>((settle) => child.once('exit', settle));
      await until('9 collections');
      await until('aurora> ');
      child.stdin.write('query { fil\t');
      await until('films');
      child.stdin.write('(where: { year: 1939, rating: "G" }) {\r');
      await until('     -> ');
      child.stdin.write('title } }\r');
      await until('The Wizard of Oz');
      await until('aurora> ');
      child.stdin.write('{ nonsense');
      await until('nonsense');
      child.stdin.write('\x03');
      await until('aurora> ');
      child.stdin.write('.quit\r');
      expect(await ended).toBe(0);
      expect(readFileSync(history, 'utf8')).toBe(
        'query { films(where: { year: 1939, rating: "G" }) { title } }\n.quit\n',
      );
    },
    60_000,
  );

  it('ends quietly when nobody reads on', async () => {
    const words = ['exec', 'sample.db', '-q', 'query { flights { route } }', '--format', 'ndjson'];
    const child = spawn(process.execPath, [commandLine, ...words], { cwd: consumer });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise<number | null>((settle) => child.once('exit', settle));
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  }, 60_000);

  it('stops at an interrupt, with the database closed in order', async () => {
    const words = [
      'exec',
      'sample.db',
      '-q',
      'query { flights { id route departed_at origin_id } }',
      '--format',
      'ndjson',
    ];
    const child = spawn(process.execPath, [commandLine, ...words], { cwd: consumer });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    // The output is larger than any pipe, so the query is in the middle when the signal comes.
    child.stdout.once('readable', () => {
      child.kill('SIGINT');
      setTimeout(() => child.stdout.resume(), 50);
    });
    const code = await new Promise<number | null>((settle) => child.once('exit', settle));
    expect(code).toBe(1);
    expect(errors).toContain('Cancelled');
    expect(run(process.execPath, 'verify', 'sample.db').status).toBe(0);
  }, 60_000);

  it.skipIf(systemNode === undefined)(
    'runs on the Node of the system, where there is one from 20 to 23',
    () => {
      const node = systemNode ?? '';
      const file = join(consumer, 'cars.csv');
      writeFileSync(file, 'Car Name,Cylinders\nbuick,8\nhonda,4\n');
      expect(run(node, 'import', 'old-node.db', 'cars', file)).toMatchObject({ status: 0 });
      const query = 'query { cars(where: { cylinders: { gt: 4 } }) { car_name } }';
      const asked = run(node, 'exec', 'old-node.db', '-q', query, '--format', 'ndjson');
      expect(asked).toMatchObject({ stdout: '{"car_name":"buick"}\n', stderr: '', status: 0 });
      expect(run(node, 'verify', 'old-node.db')).toMatchObject({ status: 0 });
    },
    60_000,
  );
});
