import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionFile } from './session-file.ts';

let folder: string;
let now = 0;
const lines: string[] = [];
const fileOf = () =>
  new SessionFile({ dataFolder: folder, now: () => now, log: (line) => lines.push(line) });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-sessions-'));
  now = 0;
  lines.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

describe('kept sessions', () => {
  it('are read by the next host, until a week has passed', async () => {
    await fileOf().keep('a');
    now = 6 * 24 * 3_600_000;
    await fileOf().keep('b');
    expect(await fileOf().read()).toEqual(['a', 'b']);
    now = 8 * 24 * 3_600_000;
    expect(await fileOf().read()).toEqual(['b']);
  });

  it('are for the eyes of their owner alone', async () => {
    await fileOf().keep('a');
    expect((await stat(join(folder, 'web-sessions.json'))).mode & 0o777).toBe(0o600);
  });

  it('are none when their file cannot be understood, which is logged', async () => {
    await writeFile(join(folder, 'web-sessions.json'), 'no');
    expect([await fileOf().read(), lines.length]).toEqual([[], 1]);
  });
});
