import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { runAurora } from './remembering-terminal.ts';

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

const run = (...words: readonly string[]) => runAurora(['migrate', ...words]);

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
        'problem: 10-fill.aql:1:11: fill is not what was applied under its name\n  - set role = "member"\n  + set role = "other"\n  hint: Put its text back as it was, and write what is to change into a version of its own.\n',
    });
    rmSync(join(files, '10-fill.aql'));
    expect((await aurora('plan')).output).toContain(
      'fill is applied, and no file has it\n  hint: Put its file back',
    );
    write('1-late.aql', 'migrate { "late": { alter collection users { add late: Int } } }');
    const { code, output } = await aurora('up');
    expect(code).toBe(1);
    expect(output).toContain(
      '1-late.aql:1:11: late is pending, and stands before a version that is applied\n  hint: Give its file a name',
    );
    // It was listed like any other one.
    expect((await aurora('status')).output).toMatch(/^late {5}late\n {11}1-late\.aql:1:11: /);
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
    write('3.AQL', '');
    const noted = await aurora('status');
    expect([noted.code, noted.errors]).toEqual([
      1,
      expect.stringMatching(/^note: 3\.AQL is not read/),
    ]);
    mkdirSync(join(files, '3.aql'));
    // Both were told in words of the system: EISDIR, ENOTDIR.
    for (const [folder, complaint] of [
      [files, '3.aql is a folder'],
      [join(files, '2-roles.aql'), '2-roles.aql is a file: name the folder'],
    ] as const) {
      const { code, errors } = await run('status', database, folder);
      expect([code, errors]).toEqual([2, expect.stringContaining(complaint)]);
    }
    rmSync(files, { recursive: true });
    expect(await aurora('status')).toMatchObject({ code: 2 });
  });

  it('refuses two files with one version, also when it is applied', async () => {
    // plan said yes, and up applied the first one before the second was a drift.
    write('11-again.aql', 'migrate { "roles": { alter collection users { add again: Int } } }');
    for (const command of ['status', 'plan', 'up']) {
      const { code, output, errors } = await aurora(command);
      expect([code, output]).toEqual([1, '']);
      expect(errors).toContain('2-roles.aql:1:11 and at 11-again.aql:1:11');
      expect(errors).toMatch(/^error: DuplicateName: .*\n +--> 11-again\.aql:1:11\n/);
    }
    const again = join(files, '11-again.aql');
    rmSync(again);
    await aurora('up');
    write('11-again.aql', 'migrate { "roles": { alter collection users { add role: String } } }');
    expect((await aurora('up')).errors).toContain('DuplicateName');
    expect((await aurora('status')).output).toBe('applied  roles\napplied  fill\n');
  });

  it('says in which file a fault is, as JSON too, and what is applied all the same', async () => {
    // The places were those of all files as one text, and were not told; nor was what had been applied.
    await aurora('up');
    write('11-bad.aql', 'migrate {\n    "bad": { alter collection users { ad x: Int } }\n}');
    for (const command of ['status', 'plan', 'up']) {
      const told = await aurora(command);
      expect([told.code, told.output]).toEqual([
        1,
        command === 'status' ? 'applied  roles\napplied  fill\n' : '',
      ]);
      expect(told.errors).toContain('--> 11-bad.aql:2:');
      expect(told.errors).toContain('2 |     "bad": { alter collection users { ad x: Int } }');
      const { errors } = JSON.parse((await aurora(command, '--json')).output);
      expect(errors[0]).toMatchObject({ code: 'SyntaxError', file: '11-bad.aql', line: 2 });
    }
    const gone = join(folder, 'gone.db');
    for (const words of [
      ['status', gone, files],
      ['down', gone],
      ['diff', database, '--at', 'nothing'],
    ]) {
      const { code, output } = await run(...words, '--json');
      expect([code, JSON.parse(output)]).toEqual([1, { errors: [expect.anything()] }]);
    }
    const target = join(folder, 'target.aql');
    writeFileSync(target, 'schema {\n  define collection users { name: Strin }\n}');
    expect((await run('diff', database, target)).errors).toContain(`--> ${target}:2:`);
  });

  it('says what was applied before the version that could not be', async () => {
    write(
      '11-number.aql',
      'migrate { "ok": { alter collection users { add n: Int } } "number": { alter collection users { modify name: Int } } }',
    );
    const { code, output, errors } = await aurora('up');
    expect([code, output]).toEqual([
      1,
      'Applied roles: 0 documents changed.\nApplied fill: 1 document changed.\nApplied ok.\n',
    ]);
    expect(errors).toMatch(
      /^error: ValidationError: Version "number": .*\n +--> 11-number\.aql:1:59\n/,
    );
    write('12-more.aql', 'migrate { "more": { alter collection users { add m: Int } } }');
    write('11-number.aql', 'migrate { "ok": { alter collection users { add n: Int } } }');
    write('13-number.aql', 'migrate { "number": { alter collection users { modify name: Int } } }');
    const { output: json } = await aurora('up', '--json');
    expect(JSON.parse(json)).toMatchObject({
      status: 'failed',
      versions: [
        { status: 'skipped' },
        { status: 'skipped' },
        { status: 'skipped' },
        { version: 'more', status: 'applied' },
      ],
      errors: [{ code: 'ValidationError', file: '13-number.aql', line: 1 }],
    });
  });

  it('applies no version without steps', async () => {
    // What `new` writes was applied as it was, and could not get its steps any more.
    await run('new', files, 'Add a role');
    for (const command of ['plan', 'up']) {
      const { code, output } = await aurora(command);
      expect([code, output]).toEqual([
        1,
        expect.stringContaining('problem: 0011-add-a-role.aql:2:5: 0011-add-a-role has no steps\n'),
      ]);
    }
    expect((await aurora('status')).output).toContain('It has no steps.');
  });

  it('marks steps that take values away', async () => {
    write('11-drop.aql', 'migrate { "drop": { alter collection users { drop name } } }');
    const { output } = await aurora('plan');
    expect(output.match(/^.*destructive$/gm)).toEqual([
      expect.stringMatching(/^drop {2}users: drop name {2}\(.*\) {2}destructive$/),
    ]);
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

describe('aurora migrate down', () => {
  it('says what it has undone before a version that cannot be', async () => {
    await aurora('up');
    const db = await Aurora.open(database);
    await db.execute('schema { alter collection users { add other: Int } }');
    await db.close();
    write('11-more.aql', 'migrate { "more": { create collection more { n: Int } } }');
    await aurora('up');
    const { code, output, errors } = await run('down', database, '--all', '--json');
    expect([code, JSON.parse(output)]).toEqual([
      1,
      {
        versions: [expect.objectContaining({ version: 'more' })],
        errors: [expect.objectContaining({ code: 'InvalidOption' })],
      },
    ]);
    expect(errors).toMatch(/^error: InvalidOption: /);
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
    expect(asked.output).toContain('# Destructive, in users: drop name\nmigrate {');
    const both = join(folder, 'both.aql');
    writeFileSync(both, 'schema { define collection users { name: String title: String } }');
    // A field that is there on both sides came out twice, in a migration that could not be applied.
    const taken = await run('diff', both, target, '--rename', 'users.name=title');
    expect([taken.code, taken.errors]).toEqual([
      2,
      expect.stringContaining('the database has users.title already'),
    ]);
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
