import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WireError } from '#contract';
import { JsonFile } from './json-file.ts';
import { serviceLimits } from './limits.ts';
import { SettingsService } from './settings-service.ts';

let folder: string;
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-json-file-'));
  lines = [];
});
afterEach(() => rm(folder, { recursive: true }));

const log = (line: string) => lines.push(line);

describe('a JSON file', () => {
  function numberFile(path: string) {
    const decode = (content: unknown) => (typeof content === 'number' ? content : undefined);
    return new JsonFile<number>({ path, decode, initial: 0, log });
  }

  it('is created with its folder, and read again', async () => {
    const path = join(folder, 'deep', 'number.json');
    const before = await numberFile(path).read();
    await numberFile(path).update(() => 7);
    expect([before, await numberFile(path).read()]).toEqual([0, 7]);
  });

  it('ends with the last of many writes, and leaves nothing beside itself', async () => {
    const file = numberFile(join(folder, 'number.json'));
    await Promise.all(Array.from({ length: 50 }, (_, value) => file.update(() => value)));
    expect([await file.read(), await readdir(folder)]).toEqual([49, ['number.json']]);
  });

  it.each(['{"half', '"text"', ''])(
    'sets content aside that it does not understand: %j',
    async (text) => {
      const path = join(folder, 'number.json');
      await writeFile(path, text);
      const value = await numberFile(path).read();
      const [aside = ''] = await readdir(folder);
      expect([value, await readFile(join(folder, aside), 'utf8'), lines.length]).toEqual([
        0,
        text,
        1,
      ]);
    },
  );

  // Two hosts with one data folder lost what the other one had written, because each wrote the whole it knew.
  it('keeps what another process wrote meanwhile', async () => {
    const [mine, theirs] = [new SettingsService(folder, log), new SettingsService(folder, log)];
    await Promise.all([mine.get(), theirs.get()]);
    await mine.set('mine', 1);
    await theirs.set('theirs', 2);
    await mine.set('mine', 3);
    expect(await new SettingsService(folder, log).get()).toEqual({ mine: 3, theirs: 2 });
  });

  it('goes on after a write that failed', async () => {
    const path = join(folder, 'blocked', 'number.json');
    await writeFile(join(folder, 'blocked'), 'a file where the folder should be');
    const file = numberFile(path);
    await expect(file.update(() => 1)).rejects.toThrow();
    await rm(join(folder, 'blocked'));
    await file.update(() => 2);
    expect(await file.read()).toBe(2);
  });
});

describe('settings', () => {
  it('are kept across restarts', async () => {
    const first = new SettingsService(folder, log);
    await first.set('theme', 'dark');
    await first.set('tabs', [{ text: 'query { films { title } }', missing: null }]);
    expect(await new SettingsService(folder, log).get()).toEqual({
      theme: 'dark',
      tabs: [{ text: 'query { films { title } }', missing: null }],
    });
  });

  it('are bounded in number and size, and keep what they had', async () => {
    const settings = new SettingsService(folder, log);
    await settings.set('kept', 1);
    const large = 'x'.repeat(serviceLimits.settingLengthMax);
    const refused = await settings.set('large', large).catch((error: unknown) => error);
    expect([refused instanceof WireError && refused.code, await settings.get()]).toEqual([
      'LimitExceeded',
      { kept: 1 },
    ]);
  });
});
