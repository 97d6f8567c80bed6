import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPrograms } from './durability/child-programs.ts';
import { repositoryRoot } from './source-tree.ts';

const leftMax = 8;
let program = '';
let removeProgram = (): void => undefined;
let folder = '';

beforeAll(async () => {
  const source = join(repositoryRoot, 'engine/test/durability/descriptor-process.ts');
  const built = await buildPrograms({ descriptors: source });
  program = join(built.folder, 'descriptors.js');
  removeProgram = built.remove;
  folder = mkdtempSync(join(tmpdir(), 'aurora-descriptors-'));
}, 120_000);

afterAll(() => {
  removeProgram();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('a process without file descriptors', () => {
  // With one or two of them left, lmdb's opening ended the process with SIGSEGV: of a program that serves many
  // connections, any opening, backup or compaction could take everything down.
  it('is told of it when it opens a database, and lives', () => {
    const command = `ulimit -n 128 && exec "${process.execPath}" "${program}" "${folder}" ${leftMax}`;
    const { stdout, signal } = spawnSync('sh', ['-c', command], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(signal).toBe(null);
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toBe('alive');
    const codes = lines.slice(0, -1).map((line) => line.split(' ')[1]);
    expect(codes).toHaveLength(leftMax + 1);
    for (const code of codes) expect(['StorageFailure', 'opened']).toContain(code);
    expect(codes[0]).toBe('StorageFailure');
  }, 60_000);
});
