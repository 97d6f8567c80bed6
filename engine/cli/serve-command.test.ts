import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora } from '#engine';
import { runCommandLine } from './program.ts';
import { ProcessTerminal } from './terminal.ts';

let folder: string;
let database: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-serve-'));
  database = join(folder, 'served.db');
  const db = await Aurora.open({ dbPath: database });
  await db.execute('schema { define collection notes { text: String } }');
  await db.close();
});

afterEach(() => rm(folder, { recursive: true }));

function startCommand(words: readonly string[]) {
  const streams = {
    input: new PassThrough(),
    output: new PassThrough(),
    errors: new PassThrough(),
  };
  const terminal = new ProcessTerminal(streams);
  const text = { output: '', errors: '' };
  streams.output.on('data', (chunk) => {
    text.output += String(chunk);
  });
  streams.errors.on('data', (chunk) => {
    text.errors += String(chunk);
  });
  return { exitCode: runCommandLine(words, terminal), terminal, text };
}

async function serving(words: readonly string[]) {
  const command = startCommand(['serve', database, '--json', ...words]);
  await vi.waitFor(() => expect(command.text.output).toContain('\n'), { timeout: 10_000 });
  const { url, token } = JSON.parse(command.text.output);
  const ask = (query: string, secret?: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(secret === undefined ? {} : { Authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify({ query }),
    });
  const stop = () => {
    command.terminal.interrupt();
    return command.exitCode;
  };
  return { token, ask, stop };
}

const insert = 'mutation { insertInto(collection: "notes", data: { text: "t" }) { text } }';

describe('aurora serve', () => {
  it('makes a token, serves until it is interrupted, and leaves a closed database', async () => {
    const { token, ask, stop } = await serving([]);
    expect((await ask(insert)).status).toBe(401);
    const response = await ask(insert, token);
    expect(await response.json()).toMatchObject({ data: { insertInto: { text: 't' } } });
    expect(await stop()).toBe(0);
    const db = await Aurora.open({ dbPath: database, create: false });
    expect(await db.query('notes').count()).toBe(1);
    await db.close();
  });

  it('takes tokens from the command line and from a file', async () => {
    const file = join(folder, 'tokens');
    await writeFile(file, '# who may write\nwrite:writer-secret\n\n');
    const { ask, stop } = await serving(['--token', 'read:reader-secret', '--token-file', file]);
    expect((await ask(insert, 'reader-secret')).status).toBe(403);
    expect((await ask(insert, 'writer-secret')).status).toBe(200);
    expect(await stop()).toBe(0);
  });

  it('takes tokens for some collections', async () => {
    const words = [
      '--token',
      'reports=read/notes:notes-secret',
      '--token',
      'read/other:other-secret',
    ];
    const { ask, stop } = await serving(words);
    expect((await ask('{ notes { text } }', 'notes-secret')).status).toBe(200);
    expect(await (await ask('{ notes { text } }', 'other-secret')).json()).toMatchObject({
      errors: [{ extensions: { code: 'CollectionNotFound' } }],
    });
    expect(await stop()).toBe(0);
  });

  it('serves read-only, and without tokens on this machine', async () => {
    const { ask, stop } = await serving(['--no-token', '--read-only']);
    expect((await ask('{ notes { text } }')).status).toBe(200);
    expect((await ask(insert)).status).toBe(403);
    expect(await stop()).toBe(0);
  });

  it('keeps an audit log that says who asked', async () => {
    const { ask, stop } = await serving(['--audit-log', '--token', 'reports=write:writer-secret']);
    expect((await ask(insert, 'writer-secret')).status).toBe(200);
    expect(await stop()).toBe(0);
    const lines = (await readFile(join(database, 'audit.jsonl'), 'utf8')).trim().split('\n');
    const callers = lines.map((line) => JSON.parse(line).caller);
    expect(callers).toContain('reports');
  });

  it.each([
    [['--token', 'owner:long-enough'], 2, 'read:'],
    [['--token', 'read:short'], 2, '8 characters'],
    [['--no-token', '--host', '0.0.0.0'], 1, 'tokens are needed'],
    [['--port', '70000'], 2, '65535'],
  ])('refuses %j', async (words, exitCode, message) => {
    const command = startCommand(['serve', database, ...words]);
    expect(await command.exitCode).toBe(exitCode);
    expect(command.text.errors).toContain(message);
  });
});
