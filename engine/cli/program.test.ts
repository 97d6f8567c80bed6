import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CommandCircumstances, runAurora } from './remembering-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** On an interactive terminal both output and errors are read by people. */
const aurora = (words: readonly string[], circumstances: CommandCircumstances = {}) =>
  runAurora(words, { isErrorInteractive: circumstances.isInteractive ?? false, ...circumstances });

let databaseCount = 0;

function newPath(): string {
  databaseCount += 1;
  return join(folder, `test-${databaseCount}.db`);
}

const people = `
schema { define collection people { name: String! @unique  age: Int @indexed  note: String } }
mutation { insertMany(collection: "people", data: [
  { name: "Ann", age: 30, note: null } { name: "Bob", age: 7 } { name: "null" }
]) { name } }`;

async function newPeople(): Promise<string> {
  const path = newPath();
  const made = await aurora(['exec', path, '-q', people]);
  expect(made).toMatchObject({ code: 0, errors: '' });
  return path;
}

describe('counts in sentences', () => {
  it('agree with their nouns', async () => {
    const path = newPath();
    const imported = await aurora(['import', path, 'one', '-', '--format', 'ndjson'], {
      input: '{"a":1}\n',
    });
    expect(imported.output).toContain('Imported 1 document into');
    const inspected = await aurora(['inspect', path]);
    expect(inspected.output).toContain(': 1 collection, 1 document, ');
    const verified = await aurora(['verify', path]);
    expect(verified.output).toContain('1 document and 0 indexes of 1 collection agree');
  });
});

describe('aurora exec', () => {
  it('creates the database and writes all results as one JSON object', async () => {
    const path = newPath();
    const { code, output } = await aurora([
      'exec',
      path,
      '-q',
      `${people} query { people(orderBy: { name: ASC }) { name age } }`,
    ]);
    expect(code).toBe(0);
    const { results, errors } = JSON.parse(output);
    expect(errors).toBeUndefined();
    expect(results.map((result: { kind: string }) => result.kind)).toEqual([
      'schema',
      'mutation',
      'query',
    ]);
    expect(results[2]).toMatchObject({
      title: 'people',
      collection: 'people',
      rows: [{ name: 'Ann', age: 30 }, { name: 'Bob', age: 7 }, { name: 'null' }],
      rowCount: 3,
    });
  });

  it('reads a file, the standard input and variables', async () => {
    const path = await newPeople();
    const text = 'query($min: Int) { people(where: { age: { gt: $min } }) { name } }';
    const file = join(folder, 'query.aql');
    writeFileSync(file, text);
    const rest = ['--variables', '{"min": 10}', '--format', 'ndjson'];
    expect(await aurora(['exec', path, file, ...rest])).toEqual({
      code: 0,
      output: '{"name":"Ann"}\n',
      errors: '',
    });
    expect((await aurora(['exec', path, '-', ...rest], { input: text })).output).toBe(
      '{"name":"Ann"}\n',
    );
  });

  it('shows people a table in which null, missing and the word null differ', async () => {
    const path = await newPeople();
    const query = 'query { people(orderBy: { name: ASC }) { name age note } }';
    const { output } = await aurora(['exec', path, '-q', query], { isInteractive: true });
    expect(output.split('\n').slice(0, 6)).toEqual([
      'people',
      'name    age  note',
      '──────  ───  ────',
      'Ann      30  null',
      'Bob       7',
      '"null"',
    ]);
    expect(output).toMatch(/\n3 rows \(/);
  });

  it('points at the place of an error, and keeps the JSON whole', async () => {
    const path = await newPeople();
    const { code, output, errors } = await aurora([
      'exec',
      path,
      '-q',
      'query { people {\n  name agee } }',
    ]);
    expect(code).toBe(1);
    expect(errors).toContain('error: UnknownField');
    expect(errors).toContain(' --> -q:2:8\n');
    expect(errors).toContain('2 |   name agee } }\n  |        ^^^^\n');
    expect(JSON.parse(output)).toMatchObject({
      results: [],
      errors: [{ code: 'UnknownField', line: 2, column: 8 }],
    });
  });

  it('keeps the results before a statement that fails', async () => {
    const path = await newPeople();
    const text =
      'query { people(limit: 1) { name } } mutation { insertInto(collection: "people", data: { name: "Ann" }) { id } }';
    const { code, output, errors } = await aurora(['exec', path, '-q', text]);
    expect(code).toBe(1);
    expect(errors).toContain('UniqueConstraintViolation');
    const written = JSON.parse(output);
    expect(written.results[0].rows).toHaveLength(1);
    expect(written.errors[0].code).toBe('UniqueConstraintViolation');
  });

  it('stops when it is interrupted, and says so', async () => {
    const path = newPath();
    const numbers = join(folder, 'numbers.ndjson');
    writeFileSync(
      numbers,
      Array.from({ length: 5_000 }, (_, index) => `{"n":${index}}`).join('\n'),
    );
    await aurora(['import', path, 'numbers', numbers]);
    const controller = new AbortController();
    const { code, output, errors } = await aurora(
      ['exec', path, '-q', 'query { numbers { n } }', '--format', 'ndjson'],
      {
        signal: controller.signal,
        onWrite: (text) => {
          if (text.includes('{"n":')) controller.abort();
        },
      },
    );
    expect(code).toBe(1);
    expect(errors).toContain('Cancelled');
    expect(output.split('\n').length).toBeLessThan(5_000);
  });
});

describe('aurora import', () => {
  it('imports a file and tells what became of its columns', async () => {
    const path = newPath();
    const file = join(folder, 'cars.csv');
    writeFileSync(file, 'Car Name,Year\nbuick,1970-01-01\nford,1971-01-01\n');
    const { code, output } = await aurora(['import', path, 'cars', file]);
    expect(code).toBe(0);
    expect(output).toMatch(/^Imported 2 documents into the new collection "cars"/);
    expect(output).toMatch(/Car Name +car_name +String!\n/);
    expect(output).toMatch(/Year +year +DateTime!\n/);
  });

  it('fails when a record stops it, and succeeds when told to skip', async () => {
    const path = await newPeople();
    const file = join(folder, 'more.ndjson');
    writeFileSync(file, '{"name":"Cy"}\n{"name":1}\n{"name":"Di"}\n');
    const stopped = await aurora(['import', path, 'people', file]);
    expect(stopped.code).toBe(1);
    expect(stopped.output).toContain('line 2: 1 in "name" is no String.');
    expect(stopped.errors).toContain('--on-error skip');
    writeFileSync(file, '{"name":1}\n{"name":"Di"}\n');
    const skipped = await aurora(['import', path, 'people', file, '--on-error', 'skip', '--json']);
    expect(skipped.code).toBe(0);
    expect(JSON.parse(skipped.output)).toMatchObject({ importedCount: 1, rejectedCount: 1 });
  });

  it('reads the standard input', async () => {
    const path = newPath();
    const words = ['import', path, 'things', '-', '--format', 'json', '--json'];
    const { output } = await aurora(words, { input: '[{"a":1},{"a":2}]' });
    expect(JSON.parse(output)).toMatchObject({ importedCount: 2, created: true });
    expect((await aurora(['import', path, 'things', '-'])).code).toBe(2);
  });

  it('names the line of a malformed file', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '[{"a":1},\n{"a":]\n');
    const { code, errors } = await aurora(['import', newPath(), 'things', file]);
    expect(code).toBe(1);
    expect(errors).toMatch(/ImportFailed.*line 2/);
  });
});

describe('aurora inspect and verify', () => {
  it('show collections, fields, indexes and counts', async () => {
    const path = await newPeople();
    const { code, output } = await aurora(['inspect', path]);
    expect(code).toBe(0);
    expect(output).toContain('1 collection, 3 documents');
    expect(output).toContain('people: 3 documents\n');
    expect(output).toMatch(/name +String! +unique\n/);
    expect(output).toMatch(/age +Int +indexed\n/);
    expect(JSON.parse((await aurora(['inspect', path, '--json'])).output)).toMatchObject({
      collections: [{ definition: { name: 'people' }, documentCount: 3 }],
    });
  });

  it('find nothing wrong with a sound database', async () => {
    const path = await newPeople();
    const { code, output } = await aurora(['verify', path]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('sound') });
    // The copy was counted as more documents, of a second collection.
    await aurora(['exec', path, '-q', 'migrate { "1": { alter collection people { drop age } } }']);
    const { output: kept } = await aurora(['verify', path]);
    expect(kept).toMatch(/: 3 documents and .* of 1 collection agree, and 3 kept for undoing/);
    expect((await aurora(['verify', path, '--json'])).code).toBe(0);
  });

  it.each(['inspect', 'verify'])('%s refuses a database that does not exist', async (command) => {
    const path = newPath();
    const { code, errors } = await aurora([command, path]);
    expect(code).toBe(1);
    expect(errors).toContain('DatabaseNotFound');
    expect(existsSync(path)).toBe(false);
  });
});

describe('aurora backup, restore, compact and stats', () => {
  it('copy a database, put it back, and tell what they did', async () => {
    const path = await newPeople();
    const backup = newPath();
    const backedUp = await aurora(['backup', path, backup]);
    expect({ ...backedUp, output: backedUp.output.split(' ').slice(0, 2) }).toEqual({
      code: 0,
      output: ['Backed', 'up'],
      errors: '',
    });
    expect(backedUp.output).toContain('It was opened and is sound: 3 documents.');
    await aurora(['exec', path, '-q', 'mutation { deleteMany(collection: "people") { id } }']);
    const refused = await aurora(['restore', backup, path]);
    expect({ code: refused.code, errors: refused.errors }).toEqual({
      code: 1,
      errors: expect.stringContaining('There is a database at'),
    });
    const restored = await aurora(['restore', backup, path, '--force', '--json']);
    expect(restored.code).toBe(0);
    expect(JSON.parse(restored.output)).toMatchObject({
      path,
      keptPath: `${path}.before-restore`,
      verification: { isSound: true },
    });
    const stats = JSON.parse((await aurora(['stats', path, '--json'])).output);
    expect(stats).toMatchObject({ documentCount: 3, collections: [{ name: 'people' }] });
    expect((await aurora(['stats', path])).output).toMatch(/people +3 +2\n/);
    const compacted = await aurora(['compact', path]);
    expect(compacted).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Compacted: .* → /),
    });
    expect((await aurora(['verify', path])).code).toBe(0);
  });

  it.each([['backup', 'x'], ['compact'], ['stats']])(
    '%s refuses a database that does not exist',
    async (command, ...rest) => {
      const path = newPath();
      const target = rest.map((name) => join(folder, name));
      const { code, errors } = await aurora([command, path, ...target]);
      expect(code).toBe(1);
      expect(errors).toContain('DatabaseNotFound');
      expect(existsSync(path)).toBe(false);
    },
  );
});

describe('wrong use', () => {
  it.each([
    [[]],
    [['frobnicate']],
    [['exec']],
    [['exec', 'x.db']],
    [['exec', 'x.db', 'file.aql', '-q', 'query { a }']],
    [['exec', 'x.db', '-q', 'query { a { b } }', '--variables', '{nope']],
    [['exec', 'x.db', '-q', 'query { a { b } }', '--variables', '[1]']],
    [['exec', 'x.db', '-q', 'query { a { b } }', '--format', 'xml']],
    [['exec', 'x.db', '-q', 'query { a { b } }', '--format', 'table', '--json']],
    [['import', 'x.db', 'people']],
    [['import', 'x.db', 'people', 'f.csv', '--on-error', 'ignore']],
    [['studio', '--port', '99999']],
    [['inspect', 'x.db', 'y.db']],
    [['backup', 'x.db']],
    [['restore', 'x.db']],
    [['compact']],
    [['stats', 'x.db', '--force']],
  ])('%j ends with code 2, a message and nothing done', async (words) => {
    const { code, output, errors } = await aurora(words);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).not.toBe('');
    expect(existsSync('x.db')).toBe(false);
  });

  it('every command has examples in its help', async () => {
    const without: string[] = [];
    const look = async (words: readonly string[]): Promise<void> => {
      const { output } = await aurora([...words, '--help']);
      const [, commands = ''] = output.split('\nCommands:\n');
      const names = [...commands.matchAll(/^ {2}([a-z]+) \[/gm)].map(([, name = '']) => name);
      for (const name of names) if (name !== 'help') await look([...words, name]);
      if (names.length === 0 && !/\nExamples?:\n/.test(output)) without.push(words.join(' '));
    };
    await look([]);
    expect(without).toEqual([]);
  });

  it('help and version are no mistakes', async () => {
    const help = await aurora(['--help']);
    expect(help).toMatchObject({ code: 0, errors: '' });
    for (const command of [
      'exec',
      'import',
      'inspect',
      'verify',
      'backup',
      'restore',
      'compact',
      'stats',
      'sample',
      'studio',
    ]) {
      expect(help.output).toContain(command);
    }
    expect(await aurora(['--version'])).toMatchObject({ code: 0 });
  });

  it('tests the queries of a folder, shows what differs, and ends with 1 then', async () => {
    const database = newPath();
    await aurora(['exec', database, '-q', people]);
    const queries = `${database}.queries`;
    mkdirSync(join(queries, 'deep'), { recursive: true });
    const count = '{ people { name } }';
    writeFileSync(join(queries, 'all.aql'), `# expect count 3\n${count}`);
    writeFileSync(join(queries, 'silent.aql'), count);
    const met = await aurora(['test', database]);
    expect([met.code, met.output]).toEqual([0, expect.stringMatching(/✓ all\.aql .*\n– silent/)]);
    writeFileSync(join(queries, 'deep', 'wrong.aql'), `# expect error UnknownField\n${count}`);
    const unmet = await aurora(['test', database, queries]);
    expect(unmet.code).toBe(1);
    expect(unmet.output).toContain('✗ deep/wrong.aql');
    expect(unmet.output).toContain('It runs, where UnknownField is expected.');
    expect(unmet.output).toContain('2 tests: 1 met, 1 unmet; 1 other query.');
    const json = await aurora(['test', database, '--json']);
    expect(JSON.parse(json.output).reports).toHaveLength(3);
    expect((await aurora(['test', database, join(folder, 'nowhere')])).code).toBe(2);
  });
});
