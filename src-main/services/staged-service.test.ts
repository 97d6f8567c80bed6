import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StagedRecord } from '#contract';
import { serviceLimits } from './limits.ts';
import { StagedService } from './staged-service.ts';

/* What is kept is compared with a map that every change is made in too. */

let folder: string;
let lines: string[];
const log = (line: string) => lines.push(line);
const opened = () => new StagedService(folder, log);
const key = 'staged:films:/data/shop.db';
const record = (at: number, title: string): StagedRecord => ({ id: `film-${at}`, title });

beforeEach(async () => {
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'aurora-staged-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function onlyFile(): Promise<string> {
  const [name = ''] = await readdir(join(folder, 'staged'));
  return join(folder, 'staged', name);
}

it('gives after a restart what hundreds of changes have left, in a file that does not grow with them', async () => {
  const service = opened();
  const model = new Map<string, StagedRecord>();
  for (let round = 0; round < 300; round += 1) {
    const put = [record(round % 40, 'x'.repeat(10_000) + round)];
    const removed = round % 7 === 0 ? [`film-${(round + 5) % 40}`] : [];
    for (const id of removed) model.delete(id);
    for (const each of put) model.set(each.id, each);
    await service.save({ key, put, removed, steps: { past: [[record(1, `${round}`)]] } });
  }
  const found = { [key]: { documents: [...model.values()], past: [[record(1, '299')]] } };
  expect(sorted(await opened().all())).toEqual(sorted(found));
  expect(sorted(await service.all())).toEqual(sorted(found));
  // 300 changes of ten thousand characters are three million; forty stay.
  expect((await stat(await onlyFile())).size).toBeLessThan(2_000_000);
});

it('keeps the collections apart, and no file for one without edits', async () => {
  const service = opened();
  await service.save({ key, put: [record(1, 'a')], removed: [] });
  await service.save({ key: `${key}2`, put: [record(1, 'b')], removed: [] });
  await service.save({ key, put: [], removed: ['film-1'] });
  expect(await opened().all()).toEqual({ [`${key}2`]: { documents: [record(1, 'b')] } });
  expect(await readdir(join(folder, 'staged'))).toHaveLength(1);
});

it('leaves out half a line that a kill has left, and goes on behind the last whole one', async () => {
  await opened().save({ key, put: [record(1, 'a')], removed: [] });
  await appendFile(await onlyFile(), '{"put":[{"id":"film-2","ti');
  const service = opened();
  expect(await service.all()).toEqual({ [key]: { documents: [record(1, 'a')] } });
  await service.save({ key, put: [record(3, 'c')], removed: [] });
  expect(await opened().all()).toEqual({ [key]: { documents: [record(1, 'a'), record(3, 'c')] } });
  expect(lines).toEqual([]);
});

it('tells of lines that it cannot read, and keeps the others', async () => {
  await opened().save({ key, put: [record(1, 'a')], removed: [] });
  const path = await onlyFile();
  await appendFile(path, 'nonsense\n{"put":[7],"removed":[]}\n');
  await appendFile(path, `${JSON.stringify({ put: [record(2, 'b')], removed: [] })}\n`);
  expect(await opened().all()).toEqual({ [key]: { documents: [record(1, 'a'), record(2, 'b')] } });
  expect(lines).toHaveLength(2);
  await writeFile(path, 'nonsense\n');
  expect(await opened().all()).toEqual({});
  expect(lines[2]).toContain('does not say what it belongs to');
});

it('writes all anew where another host has removed the file', async () => {
  const service = opened();
  await service.save({ key, put: [record(1, 'a')], removed: [] });
  await rm(await onlyFile());
  await service.save({ key, put: [record(2, 'b')], removed: [] });
  expect(await opened().all()).toEqual({ [key]: { documents: [record(1, 'a'), record(2, 'b')] } });
});

it('keeps more than any other setting may have, and refuses what is too much as a whole', async () => {
  const service = opened();
  const long = (at: number) => record(at, 'x'.repeat(1_000_000));
  const count = Math.ceil(serviceLimits.stagedLengthMax / 1_000_000) - 1;
  for (let at = 0; at < count; at += 1) await service.save({ key, put: [long(at)], removed: [] });
  const tooMuch = service.save({ key, put: [long(count), long(count + 1)], removed: [] });
  await expect(tooMuch).rejects.toMatchObject({ code: 'LimitExceeded' });
  const { documents } = (await opened().all())[key] as { readonly documents: readonly unknown[] };
  expect(documents).toHaveLength(count);
});

it('says that it cannot write, and writes everything once it can', async () => {
  const service = opened();
  await service.save({ key, put: [record(1, 'a')], removed: [] });
  await rm(join(folder, 'staged'), { recursive: true });
  await writeFile(join(folder, 'staged'), 'in the way');
  const refused = service.save({ key, put: [record(2, 'b')], removed: [] });
  await expect(refused).rejects.toMatchObject({ code: 'StorageFailure' });
  await rm(join(folder, 'staged'));
  await service.save({ key, put: [record(3, 'c')], removed: [] });
  const documents = [record(1, 'a'), record(2, 'b'), record(3, 'c')];
  expect(await opened().all()).toEqual({ [key]: { documents } });
  expect(await readFile(await onlyFile(), 'utf8')).toContain(key);
});

function sorted(all: { readonly [key: string]: unknown }): unknown {
  return JSON.parse(JSON.stringify(all), (_key, value: unknown) =>
    Array.isArray(value) ? value.map((each) => JSON.stringify(each)).sort() : value,
  );
}
