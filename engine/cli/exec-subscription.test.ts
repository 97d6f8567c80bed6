import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { type CommandCircumstances, runAurora } from './remembering-terminal.ts';

let folder: string;
let path: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-exec-'));
  path = join(folder, 'people.db');
  db = await Aurora.open(path);
  await db.execute('schema { define collection people { name: String  age: Int } }');
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const exec = (words: readonly string[], circumstances: CommandCircumstances = {}) =>
  runAurora(['exec', path, ...words], { isInteractive: true, ...circumstances });

/** Writes until a command has ended: nothing tells when it has begun to follow. */
async function insertUntilEnded<Result>(command: Promise<Result>): Promise<Result> {
  let isEnded = false;
  const ended = command.finally(() => {
    isEnded = true;
  });
  for (let age = 0; !isEnded; age = age === 5 ? 20 : 5) {
    await db.insertInto('people', { name: `aged ${age}`, age });
    await setTimeout(5);
  }
  return ended;
}

// It was refused ("cannot be executed by this version yet"), though the engine has subscriptions.
describe('aurora exec of a subscription', () => {
  it('writes a line for each event, until there were as many as asked for', async () => {
    const text = 'subscription ($min: Int) { people(where: { age: { gt: $min } }) { name } }';
    const { code, output, errors } = await insertUntilEnded(
      exec(['-q', text, '--variables', '{"min": 10}', '--limit', '2']),
    );
    const events = output.trimEnd().split('\n');
    expect([code, errors, events.map((line) => JSON.parse(line))]).toMatchObject([
      0,
      '',
      [
        { type: 'Added', collection: 'people', node: { name: 'aged 20' }, previous: null },
        { type: 'Added', lsn: expect.any(Number), endsCommit: true },
      ],
    ]);
  });

  it('ends well when it is interrupted', async () => {
    const controller = new AbortController();
    const following = exec(['-q', 'subscription { people { name } }'], {
      signal: controller.signal,
      onWrite: () => controller.abort(),
    });
    expect(await insertUntilEnded(following)).toMatchObject({ code: 0, errors: '' });
  });

  it('fails where it is wrong, and beside other statements', async () => {
    const wrong = await exec(['-q', 'subscription { people { nam } }']);
    expect([wrong.code, wrong.output]).toEqual([1, '']);
    expect(wrong.errors).toContain(' --> -q:1:25');
    const both = await exec(['-q', '{ people { name } } subscription { people { name } }']);
    expect(both.code).toBe(1);
    expect(both.errors).toContain('by itself');
  });

  it('alone takes a limit', async () => {
    const { code, errors } = await exec(['-q', '{ people { name } }', '--limit', '2']);
    expect([code, errors]).toEqual([2, expect.stringContaining('--limit')]);
  });
});

describe('a time limit', () => {
  it('ends a query with an error, and a subscription without one', async () => {
    await db.insertInto('people', { name: 'Ann', age: 30 });
    // Each text is held against an expression with very many ways to fail.
    const slow =
      'query { people(where: { name: { matches: "([a-z]*[a-z]*){400}[0-9]" } }) { name } }';
    const text = Array.from({ length: 200 }, () => slow).join(' ');
    const { code, errors } = await exec(['-q', text, '--timeout', '0.001']);
    expect(code).toBe(1);
    expect(errors).toContain('Timeout');
    const followed = await exec(['-q', 'subscription { people { id } }', '--timeout', '0.01']);
    expect(followed).toEqual({ code: 0, output: '', errors: '' });
    for (const wrong of ['0', 'soon']) {
      expect((await exec(['-q', text, '--timeout', wrong])).code).toBe(2);
    }
  });
});
