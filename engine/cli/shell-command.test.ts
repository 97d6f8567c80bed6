import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { RememberingTerminal } from './remembering-terminal.ts';
import { runShell } from './shell-command.ts';
import { completeLine } from './shell-completion.ts';
import { isComplete } from './statement-text.ts';
import { runTypes } from './types-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-shell-'));
const path = join(folder, 'shell.db');

beforeAll(async () => {
  const db = await Aurora.open(path);
  await db.execute(`schema {
    define collection people { name: String! age: Int tags: [String] home: Object boss_id: Uuid @references(collection: "people") }
    define collection order_lines @open { amount: Float! }
  }`);
  await db.insertMany('people', [
    { name: 'Ada', age: 36 },
    { name: 'Bob', age: 20 },
  ]);
  await db.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the shell says to lines from a pipe. */
async function type(...lines: readonly string[]): Promise<RememberingTerminal> {
  const terminal = new RememberingTerminal();
  const input = new PassThrough();
  const code = runShell(terminal, { input, output: new PassThrough() }, path, {
    format: 'ndjson',
    history: false,
  });
  input.end(lines.map((line) => `${line}\n`).join(''));
  expect(await code).toBe(0);
  return terminal;
}

describe('the shell', () => {
  it('runs a text when it is whole, over as many lines as it takes', async () => {
    const said = await type('query {', '  people(where: { age: { gt: 30 } }) {', '    name', '}}');
    expect(said).toMatchObject({ output: '{"name":"Ada"}\n', errors: '' });
  });

  it('runs the last text at the end of the input, and goes on after an error', async () => {
    const said = await type('{ people { nmae } }', 'mutation', '', '{ people(limit: 1) { name } }');
    expect(said.output).toBe('{"name":"Ada"}\n');
    expect(said.errors).toContain('Did you mean "name"?');
  });

  it('has commands of its own', async () => {
    const said = await type(
      '.collections',
      '.schema order_lines',
      '.format table',
      '.format x',
      '.nothing',
      '.quit',
      '{ people { name } }',
    );
    expect(said.output).toContain('"name":"people","document_count":2');
    expect(said.output).toContain('"name":"amount","type":"Float"');
    expect(said.output).not.toContain('Ada');
    expect(said.errors).toContain('A format is one of json, ndjson, table.');
    expect(said.errors).toContain('There is no ".nothing".');
  });
});

describe('a text', () => {
  it.each([
    ['{ people { name } }', true],
    ['{ people {', false],
    ['query Q($min: Int, $more: Object = {})', false],
    ['query Q($min: Int) {\n people { name }\n}', true],
    ['fragment f on people { name }', false],
    ['fragment f on people { name }\n{ people { ...f } }', true],
    ['{ people(where: { name: "}" }) {', false],
    ['{ people # }\n', false],
    ['mutation { insertInto(collection: "people", data: { name: """a }\n', false],
    ['}', true],
    ['', false],
  ])('%j is whole: %s', (text, isWhole) => {
    expect(isComplete(text)).toBe(isWhole);
  });
});

describe('completion in a line', () => {
  it('offers what fits what was typed, across lines', async () => {
    const db = await Aurora.open({ dbPath: path, readOnly: true });
    const catalog = db.catalog();
    await db.close();
    expect(completeLine('query { peo', catalog)[0]).toContain('people');
    expect(completeLine('query {\n  people { na', catalog)).toEqual([['name'], 'na']);
    const [words, typed] = completeLine('{ people(where: { age: { g', catalog);
    expect(typed).toBe('g');
    expect(words.map((word) => word.slice(0, 2))).toContain('gt');
  });
});

describe('aurora types', () => {
  it('writes the schema as types', async () => {
    const terminal = new RememberingTerminal();
    expect(await runTypes(terminal, path)).toBe(0);
    expect(
      terminal.output,
    ).toBe(`// Made by "aurora types shell.db": make it again when the schema has changed.
import type { JsonValue } from 'aurora-studio/engine';

export type People = {
  id: string;
  name: string;
  age?: number | null;
  tags?: string[] | null;
  home?: { [key: string]: JsonValue } | null;
  /** The id of one of \`people\`. */
  boss_id?: string | null;
};

export type OrderLines = {
  id: string;
  amount: number;
} & { [field: string]: JsonValue | undefined };

/** For \`Aurora.open<Schema>('my.db')\`: documents, filters and inserts get their types. */
export type Schema = {
  readonly people: People;
  readonly order_lines: OrderLines;
};
`);
  });
});
