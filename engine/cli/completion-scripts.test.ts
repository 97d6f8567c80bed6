/* The script is run by bash itself, which answers what it would offer. Other shells read theirs, where they are. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from './program.ts';
import type { Terminal } from './terminal.ts';

async function scriptFor(shell: string): Promise<string> {
  let output = '';
  const terminal: Terminal = {
    input: (async function* () {})(),
    isInteractive: false,
    isErrorInteractive: false,
    signal: new AbortController().signal,
    isOutputClosed: false,
    outputFailure: undefined,
    write: async (text) => {
      output += text;
    },
    writeError: () => undefined,
  };
  expect(await runCommandLine(['completion', shell], terminal)).toBe(0);
  return output;
}

const hasBash = spawnSync('bash', ['--version']).status === 0;

/** What bash offers behind these words, the last of which is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const given = words.map((word) => `'${word}'`).join(' ');
  const program = `${await scriptFor('bash')}
    COMP_WORDS=(aurora ${given}); COMP_CWORD=${words.length}; _aurora; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', program], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!hasBash)('completion in bash', () => {
  it.each([
    [['exe'], ['exec']],
    [
      ['jobs', 're'],
      ['retry', 'resume'],
    ],
    [['jobs', 'list', '--st'], ['--status']],
    [['jobs', 'list', 'my.db', '--status', 'P'], ['Pending']],
    [
      ['exec', 'my.db', '--format', ''],
      ['json', 'ndjson', 'table'],
    ],
    [['migrate', 'pl'], ['plan']],
    [['completion', 'z'], []],
    [['serve', '--no-t'], ['--no-token']],
    [['exec', 'completion-scripts.te'], ['completion-scripts.test.ts']],
  ])('behind %j offers %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expect.arrayContaining(expected));
    if (expected.length > 0) expect((await offered(...words)).length).toBe(expected.length);
  });

  it('knows every command that the help names', async () => {
    const names = await offered('');
    expect(names).toEqual(
      expect.arrayContaining(['exec', 'serve', 'shell', 'studio', 'completion']),
    );
  });
});

describe('completion in other shells', () => {
  it.each(['zsh', 'fish'])('%s reads its script', async (shell) => {
    const script = await scriptFor(shell);
    expect(script).toContain('aurora');
    const { error, status, stderr } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    // A shell that this machine does not have reads nothing.
    if (error === undefined) expect([status, stderr]).toEqual([0, '']);
  });

  it('refuses a shell that it does not know', async () => {
    await expect(scriptFor('tcsh')).rejects.toThrow();
  });
});
