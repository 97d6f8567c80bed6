import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { runCommandLine } from './program.ts';

let folder = '';
let database = '';
let files = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-cli-migrate-'));
  database = join(folder, 'cli.db');
  files = join(folder, 'files');
  mkdirSync(files);
  const db = await Aurora.open(database);
  await db.execute('schema { define collection users { name: String } }');
  await db.insertInto('users', { name: 'ann' });
  await db.close();
  write('2-roles.aql', 'migrate { "roles": { alter collection users { add role: String } } }');
  write('10-fill.aql', 'migrate { "fill": { migrate data in users { set role = "member" } } }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(files, name), text);

async function aurora(command: string, ...options: readonly string[]) {
  return run(command, database, files, ...options);
}

async function run(...words: readonly string[]) {
  let [output, errors] = ['', ''];
  const code = await runCommandLine(['migrate', ...words], {
    input: (async function* () {})(),
    isInteractive: false,
    isErrorInteractive: false,
    signal: new AbortController().signal,
    isOutputClosed: false,
    outputFailure: undefined,
    write: async (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  return { code, output, errors };
}

describe('aurora migrate', () => {
  it('plans, applies in the natural order of the files, and tells the state', async () => {
    expect(await aurora('status')).toEqual({
      code: 1,
      output: 'pending  roles\npending  fill\n',
      errors: '',
    });
    const planned = await aurora('plan');
    expect(planned).toMatchObject({ code: 0, errors: '' });
    const cost = String.raw`about [\d.]+ m?s, [+-][\d.]+ [KM]?i?B`;
    expect(planned.output).toMatch(
      new RegExp(
        String.raw`^roles  users: add role: String  \(0 documents, ${cost}\)
fill  users: set role  \(1 document, ${cost}\)
1 document would change\.
Estimated by a sample: [\d.]+ m?s at [\d,]+ documents a second, [\d.]+ [KM]?i?B written, [+-][\d.]+ [KM]?i?B in the file\.
$`,
      ),
    );
    expect(JSON.parse((await aurora('plan', '--json')).output)).toMatchObject({
      steps: [{}, { estimate: { growthBytes: expect.any(Number) } }],
      estimate: { bytesWritten: expect.any(Number), documentsPerSecond: expect.any(Number) },
    });
    const up = await aurora('up', '--json');
    expect({ ...up, output: JSON.parse(up.output) }).toMatchObject({
      code: 0,
      output: {
        status: 'applied',
        versions: [{ version: 'roles' }, { version: 'fill', documentsChanged: 1 }],
      },
    });
    expect(await aurora('up')).toMatchObject({ code: 0, output: 'Nothing is pending.\n' });
    expect(await aurora('status')).toMatchObject({ code: 0 });
  });

  it('refuses to go on when files were edited, are missing or come too late', async () => {
    await aurora('up');
    write('10-fill.aql', 'migrate { "fill": { migrate data in users { set role = "other" } } }');
    expect(await aurora('up')).toMatchObject({
      code: 1,
      output:
        'problem: fill is not what was applied under its name\n  - set role = "member"\n  + set role = "other"\n',
    });
    rmSync(join(files, '10-fill.aql'));
    expect((await aurora('plan')).output).toContain('fill is applied, and no file has it');
    write('1-late.aql', 'migrate { "late": { alter collection users { add late: Int } } }');
    const { code, output } = await aurora('up');
    expect(code).toBe(1);
    expect(output).toContain('late is pending, and stands before a version that is applied');
  });

  it('tells which version could not be applied, until its text is another one', async () => {
    write('11-number.aql', 'migrate { "number": { alter collection users { modify name: Int } } }');
    expect(await aurora('up')).toMatchObject({ code: 1 });
    const { code, output } = await aurora('status');
    expect(code).toBe(1);
    expect(output).toMatch(/^applied {2}fill\nfailed {3}number\n {11}\S+ by .+"ann"/m);
    write('11-number.aql', 'migrate { "number": { alter collection users { drop name } } }');
    expect((await aurora('status')).output).toContain('pending  number\n');
  });

  it('is used wrongly without files', async () => {
    rmSync(files, { recursive: true });
    expect(await aurora('status')).toMatchObject({ code: 2 });
  });
});

describe('aurora migrate down', () => {
  it('says what it would do, and undoes versions from the last one on', async () => {
    await aurora('up');
    const trial = await run('down', database, '--dry-run');
    expect(trial).toMatchObject({ code: 0, errors: '' });
    expect(trial.output).toBe(
      'Would undo fill: 1 document would change.\n  users: set role as it was\n',
    );
    expect((await run('down', database, '--all')).output).toContain('Undid roles');
    expect((await run('down', database)).output).toBe('Nothing is to be undone.\n');
    expect((await aurora('status')).output).toBe('pending  roles\npending  fill\n');
    await aurora('up');
    const back = await run('down', database, '--to', 'roles', '--json');
    expect(JSON.parse(back.output)).toMatchObject({ versions: [{ version: 'fill' }] });
    expect(await run('down', database, '--to', 'nothing')).toMatchObject({ code: 2 });
  });
});

describe('aurora migrate diff and new', () => {
  it('write what leads to a schema, and ask about renamed fields', async () => {
    const target = join(folder, 'target.aql');
    writeFileSync(
      target,
      'schema { define collection users { title: String  age: Int = 1 @indexed } }',
    );
    const asked = await run('diff', database, target);
    expect(asked.code).toBe(1);
    expect(asked.output).toContain('--rename users.name=title');
    const told = await run('diff', database, target, '--rename', 'users.name=title');
    expect(told.output).toBe(
      'migrate {\n    "next": {\n        alter collection users { rename name to title  add age: Int @indexed @default(value: 1) }\n    }\n}\n',
    );
    // The option was called --version once, which the program itself answered with its own.
    const named = await run('diff', database, target, '--name', 'v2');
    expect(named.output).toContain('"v2": {');
    for (const renamed of ['users.nothing=title', 'users.name=nothing']) {
      const refused = await run('diff', database, target, '--rename', renamed);
      expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('users.n')]);
    }
    expect(await run('diff', target, target)).toMatchObject({ code: 0 });
    expect(await run('diff', database)).toMatchObject({ code: 2 });
    expect(await run('diff', database, '--at', 'nothing')).toMatchObject({ code: 1 });
    const made = await run('new', files, 'Add a role');
    expect(made.output).toBe(`${join(files, '0011-add-a-role.aql')}\n`);
    expect((await aurora('status')).output).toContain('pending  0011-add-a-role');
  });

  it.skipIf(!existsSync('/proc/self'))('says that a folder cannot be made', async () => {
    // Below /proc the system refuses folders, which Node's own recursive form did not come back from.
    for (const folder of ['/proc/nope/files', join(files, '2-roles.aql')]) {
      const { code, errors } = await run('new', folder, 'Add a role');
      expect([code, errors]).toEqual([
        1,
        expect.stringMatching(
          /^error: (StorageFailure: The folder .* cannot be made|InvalidOption: .* is a file)/,
        ),
      ]);
    }
  });
});
