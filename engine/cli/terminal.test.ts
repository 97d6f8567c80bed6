import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from './program.ts';
import { ProcessTerminal } from './terminal.ts';

/** Runs a command whose output fails with a code of the system. */
async function runWithOutput(words: readonly string[], code: string) {
  let errors = '';
  const output = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
  });
  const terminal = new ProcessTerminal({
    input: new PassThrough(),
    output,
    errors: new Writable({
      write: (chunk, _encoding, done) => {
        errors += String(chunk);
        done();
      },
    }),
  });
  const exitCode = await runCommandLine(words, terminal);
  return { exitCode, errors };
}

const folder = mkdtempSync(join(tmpdir(), 'aurora-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const define = 'schema { define collection notes { text: String } }';
const query = ['exec', join(folder, 'notes.db'), '-q', define];

describe('the output of a command', () => {
  // `aurora exec … > file` on a full disk ended with 0 and half a file, as if the reader of a pipe had gone away.
  it('that cannot be written fails the command and says why', async () => {
    expect(await runWithOutput(query, 'ENOSPC')).toEqual({
      exitCode: 1,
      errors: expect.stringContaining('error: The output cannot be written: write ENOSPC.'),
    });
  });

  it('that nobody reads any more ends the command in peace', async () => {
    expect(await runWithOutput(query, 'EPIPE')).toEqual({ exitCode: 0, errors: '' });
  });
});
