import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  let [output, errors] = ['', ''];
  const code = await runCommandLine(['migrate', command, database, files, ...options], {
    input: (async function* () {})(),
    isInteractive: false,
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
    expect(planned.output).toBe(
      'roles  users: add role: String  (0 documents)\nfill  users: set role  (1 document)\n1 document would change.\n',
    );
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
      output: 'problem: fill is not what was applied under its name\n',
    });
    rmSync(join(files, '10-fill.aql'));
    expect((await aurora('plan')).output).toContain('fill is applied, and no file has it');
    write('1-late.aql', 'migrate { "late": { alter collection users { add late: Int } } }');
    const { code, output } = await aurora('up');
    expect(code).toBe(1);
    expect(output).toContain('late is pending, and stands before a version that is applied');
  });

  it('is used wrongly without files', async () => {
    rmSync(files, { recursive: true });
    expect(await aurora('status')).toMatchObject({ code: 2 });
  });
});
