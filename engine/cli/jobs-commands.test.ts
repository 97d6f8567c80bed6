import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, Job } from '#engine';
import { runAurora } from './remembering-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'aurora-cli-jobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  path = join(folder, `jobs-${count}.db`);
  await (await Aurora.open(path)).close();
});

const aurora = (...words: readonly string[]) => runAurora(words);

async function json(...words: readonly string[]) {
  const { code, output, errors } = await aurora('jobs', ...words, '--json');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return JSON.parse(output);
}

describe('aurora jobs', () => {
  it('enqueues, lists, shows, cancels, retries and counts', async () => {
    const { id } = await json('enqueue', path, 'mail', '{"to":"a@b.c"}', '--priority', 'High');
    await json('enqueue', path, 'other', '--delay', '60', '--queue', 'slow');
    expect(await json('list', path, '--type', 'mail')).toMatchObject([
      { id, job_type: 'mail', status: 'Pending', priority: 'HIGH', queue: 'default' },
    ]);
    expect(await json('list', path, '--where', '{ queue: { startsWith: "sl" } }')).toMatchObject([
      { job_type: 'other' },
    ]);
    expect(await json('cancel', path, id)).toEqual([{ id, status: 'Cancelled' }]);
    expect(await json('stats', path)).toMatchObject({ pending: 1, cancelled: 1 });
    expect(await json('retry', path, '--where', '{ status: { eq: "Cancelled" } }')).toEqual([
      { id, status: 'Pending' },
    ]);
    expect(await json('show', path, id)).toMatchObject({
      job: { payload: { to: 'a@b.c' }, status: 'Pending' },
      runs: [],
    });
    expect(await json('pause', path, 'slow')).toEqual({ queue: 'slow', paused: true });
  });

  it('writes tables and sentences for people', async () => {
    const { output: id } = await aurora('jobs', 'enqueue', path, 'mail');
    const list = await aurora('jobs', 'list', path);
    expect([list.code, list.output.split('\n')[2]]).toEqual([
      0,
      expect.stringMatching(/^[0-9a-f-]{36} {2}mail {2}Pending {2}NORMAL {4}default {2}0\/4/),
    ]);
    const show = await aurora('jobs', 'show', path, id.trim());
    expect(show.output).toContain('job_type       mail\n');
    const cancel = await aurora('jobs', 'cancel', path, id.trim());
    expect(cancel.output).toBe('1 job cancelled.\n');
  });

  it('works on a database that another opening works on', async () => {
    const db = await Aurora.open(path);
    const seen: unknown[] = [];
    db.workers.registerHandler('x', ({ payload }) => {
      seen.push(payload['n']);
      throw new Error('broken');
    });
    await db.workers.start();
    const { id } = await json('enqueue', path, 'x', '{"n":1}', '--max-retries', '0');
    await vi.waitFor(async () => expect((await db.workers.stats()).deadLetter).toBe(1));
    const { output } = await aurora('jobs', 'show', path, id);
    expect([seen, output]).toEqual([[1], expect.stringContaining('attempt 1: Failed')]);
    expect(output).toContain('Error: broken');
    await db.close();
  });

  it('says what is wrong, with the exit codes for it', async () => {
    const nobody = '0197f000-0000-7000-8000-000000000000';
    const outcomes = [
      await aurora('jobs', 'show', path, nobody),
      await aurora('jobs', 'cancel', path, nobody),
      await aurora('jobs', 'cancel', path),
      await aurora('jobs', 'enqueue', path, 'x', 'no json'),
      await aurora('jobs', 'enqueue', path, 'x', '[]'),
      await aurora('jobs', 'list', path, '--status', 'Odd'),
      await aurora('jobs', 'list', path, '--where', '{ nothing: 1 }'),
      await aurora('jobs', 'list', join(folder, 'none.db')),
    ];
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 2, 2, 2, 2, 1, 1]);
    expect(outcomes.map(({ output }) => output)).toEqual(outcomes.map(() => ''));
  });

  it('finds jobs that are enqueued in code', async () => {
    const db = await Aurora.open(path);
    await db.workers.enqueue(new Job('a').addField('n', 1));
    await db.close();
    const found = await json('list', path, '--where', '{ job_type: "a" }');
    expect(found).toHaveLength(1);
  });
});
