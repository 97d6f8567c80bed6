/* Scripts are run by the shells themselves, which answer what they would offer; a shell that is not here is skipped. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAurora } from './remembering-terminal.ts';

async function scriptFor(shell: string): Promise<string> {
  const { code, output } = await runAurora(['completion', shell]);
  expect(code).toBe(0);
  return output;
}

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

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

describe.skipIf(!has('bash'))('completion in bash', () => {
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

/** What is typed before the tab key, and what must then be offered. */
const typed = [
  ['aurora exe', 'exec'],
  ['aurora jobs re', 'retry'],
  ['aurora jobs list --st', '--status'],
  ['aurora jobs list my.db --status P', 'Pending'],
  ['aurora exec my.db --format nd', 'ndjson'],
  ['aurora exec completion-scripts.te', 'completion-scripts.test.ts'],
] as const;

describe.skipIf(!has('fish'))('completion in fish', () => {
  it('offers commands, options, values and files', async () => {
    const asked = typed.map(([line]) => `complete -C '${line}'; echo ---`);
    const program = [await scriptFor('fish'), ...asked].join('\n');
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', program], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    expect(stderr).toBe('');
    const offers = stdout.split('---\n').map((part) => part.split(/[\t\n]/));
    expect(typed.filter(([, offer], at) => !offers[at]?.includes(offer))).toEqual([]);
  });
});

describe.skipIf(!has('zsh'))('completion in zsh', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aurora-zsh-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  // It completes in a terminal only: zsh makes one for another zsh, types there and reads what comes.
  it('offers commands, options, values and files', async () => {
    const start =
      "PS1='ready> '; unsetopt prompt_cr prompt_sp; autoload -Uz compinit; compinit -u -D";
    await writeFile(join(folder, '.zshrc'), `${start}\n${await scriptFor('zsh')}`);
    const program = [
      'zmodload zsh/zpty',
      `zpty inner "ZDOTDIR='${folder}' TERM=dumb COLUMNS=200 zsh -o noglobalrcs -i"`,
      "zpty -r -m inner shown '*ready> *'",
      ...typed.flatMap(([line, offer]) => [
        `zpty -n -w inner '${line}'$'\\t'`,
        `zpty -r -m inner shown '*${offer}*'; print -r -- '${offer}'`,
        // Takes the line back.
        "zpty -n -w inner $'\\C-u'",
      ]),
    ];
    const { stdout, error } = spawnSync('zsh', ['-f', '-c', program.join('\n')], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
      timeout: 100_000,
    });
    expect(error).toBeUndefined();
    expect(stdout.trimEnd().split('\n')).toEqual(typed.map(([, offer]) => offer));
  }, 120_000);
});

describe('completion in other shells', () => {
  it('refuses a shell that it does not know', async () => {
    await expect(scriptFor('tcsh')).rejects.toThrow();
  });
});
