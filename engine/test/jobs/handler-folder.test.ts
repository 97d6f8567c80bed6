import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database, Job } from '#engine';
import { limits } from '../../limits.ts';

const root = mkdtempSync(join(tmpdir(), 'aurora-handlers-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let db: Database;
let folder = '';
let count = 0;

beforeEach(async () => {
  count += 1;
  folder = mkdtempSync(join(root, 'folder-'));
  db = await Aurora.open(join(root, `jobs-${count}.db`));
});
afterEach(async () => {
  await db.workers.stop({ deadlineMs: 0 });
  await db.close();
});

function write(type: string, source: string): void {
  writeFileSync(join(folder, `${type}.mjs`), source);
}

async function ended(job: Job) {
  const id = await db.workers.enqueue(job);
  return vi.waitFor(
    async () => {
      const [found] = await db
        .query('_jobs')
        .filter((f) => f.eq('id', id))
        .collect();
      expect(['Completed', 'DeadLetter', 'Cancelled']).toContain(found?.['status']);
      return found;
    },
    { timeout: 20_000, interval: 20 },
  );
}

const once = (type: string): Job => new Job(type).withMaxRetries(0);

describe('handlers in a folder', () => {
  it('run in a process of their own, and are loaded again when they change', async () => {
    write(
      'add',
      `export async function handler(job, { progress, log, signal, idempotencyKey }) {
         progress(0.5, 'half');
         log('attempt ' + job.attempt + ' ' + signal.aborted + ' ' + (idempotencyKey === job.id));
         return { sum: job.payload.a + job.payload.b, pid: process.pid, since: job.enqueuedAt instanceof Date };
       }`,
    );
    await db.workers.registerHandlerFolder(folder);
    await db.workers.start();
    const first = await ended(once('add').addField('a', 1).addField('b', 2));
    expect(first).toMatchObject({ status: 'Completed', result: { sum: 3, since: true } });
    expect(first?.['result']).not.toMatchObject({ pid: process.pid });
    const [run] = await db.query('_job_runs').collect();
    expect(run).toMatchObject({ logs: [{ text: 'attempt 1 false true' }] });
    write('add', 'export default () => "changed, and longer than before";');
    expect(await ended(once('add'))).toMatchObject({ result: 'changed, and longer than before' });
  }, 60_000);

  it('may send what is not for us, and ask for what cannot be', async () => {
    write(
      'ready',
      `process.send?.('ready');
       export function handler() {
         for (const message of [5, null, [], { progress: 5 }, { log: {} }, { call: {} }]) process.send(message);
         return 'fine';
       }`,
    );
    write('asks', 'export const handler = (_job, { complete }) => complete("nothing");');
    write('odd', 'export const handler = () => { throw Object.create(null); };');
    await db.workers.registerHandlerFolder(folder);
    await db.workers.start();
    expect([
      await ended(once('ready')),
      await ended(once('asks')),
      await ended(once('odd')),
    ]).toMatchObject([
      { status: 'Completed', result: 'fine' },
      { status: 'DeadLetter', error: expect.stringContaining('list of statements') },
      { status: 'DeadLetter', error: '{}' },
    ]);
  }, 60_000);

  it('tell how far they are without a word, and with what is no word', async () => {
    write(
      'quiet',
      `export async function handler(_job, { progress }) {
         progress(0.25, 42);
         progress(0.5);
         await new Promise((resolve) => setTimeout(resolve, 400));
       }`,
    );
    await db.workers.registerHandlerFolder(folder);
    await db.workers.start();
    expect(await ended(once('quiet'))).toMatchObject({
      status: 'Completed',
      progress: 0.5,
      progress_note: null,
    });
  }, 60_000);

  it('harm only their own job, whatever they do', async () => {
    write('fine', 'export const handler = () => "fine";');
    write('throws', 'export const handler = () => { throw new Error("no"); };');
    write(
      'gives_up',
      'export const handler = () => { throw Object.assign(new Error("never"), { retryable: false }); };',
    );
    write('exits', 'export const handler = () => process.exit(3);');
    write('blocks', 'export const handler = () => { for (;;); };');
    write('waits', 'export const handler = () => new Promise(() => {});');
    write(
      'heap',
      'export const handler = () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };',
    );
    write(
      'buffers',
      `export const handler = async () => {
         const all = [];
         for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise((resolve) => setTimeout(resolve, 1)); }
       };`,
    );
    write('broken', 'export const handler = (;');
    write('empty', '');
    await db.workers.registerHandlerFolder(folder, { memoryMb: 128, graceMs: 100 });
    await db.workers.start();
    const errorOf = async (job: Job) => (await ended(job))?.['error'];
    const timed = (type: string): Job => once(type).withTimeout(1_500);
    expect(await errorOf(once('throws'))).toBe('no');
    expect(await ended(new Job('gives_up'))).toMatchObject({ error: 'never', attempts: 1 });
    expect(await errorOf(once('exits'))).toContain('ended with code 3');
    expect(await errorOf(timed('blocks'))).toContain('longer than 1500 ms');
    expect(await errorOf(timed('waits'))).toContain('longer than 1500 ms');
    expect(await errorOf(once('heap'))).toMatch(/memory|SIGABRT|SIGKILL|code/);
    expect(await errorOf(once('buffers'))).toBe('It took more than 128 MiB of memory.');
    expect(await errorOf(once('broken'))).toContain('Unexpected token');
    expect(await errorOf(once('empty'))).toContain('exports no function');
    expect(await ended(once('fine'))).toMatchObject({ status: 'Completed', result: 'fine' });
  }, 120_000);

  it('read and write the database, also with their completion, and are found when they come', async () => {
    await db.execute('schema { define collection notes { text: String! @unique } }');
    const registered = await db.workers.registerHandlerFolder(folder);
    let changes = 0;
    registered.onDidChange(() => {
      changes += 1;
    });
    await db.workers.start();
    write(
      'note',
      `export async function handler({ payload }, { execute, complete }) {
         const insert = (text) => ({
           text: 'mutation($text: String!) { insertInto(collection: "notes", data: { text: $text }) { id } }',
           variables: { text },
         });
         await execute(insert(payload.text).text, { text: payload.text });
         const { notes } = await execute('{ notes { text } }');
         const refused = await execute('{ nothing { id } }').catch(({ code }) => code);
         await complete([insert(payload.text + ' again')], { texts: notes.map(({ text }) => text), refused });
       }`,
    );
    expect(await ended(once('note').addField('text', 'one'))).toMatchObject({
      status: 'Completed',
      result: { texts: ['one'], refused: 'CollectionNotFound' },
    });
    const texts = (await db.query('notes').collect()).map((note) => note['text']);
    expect(texts.sort()).toEqual(['one', 'one again']);
    expect(registered.modules()).toEqual([{ type: 'note', file: join(folder, 'note.mjs') }]);
    rmSync(join(folder, 'note.mjs'));
    await vi.waitFor(() => expect(registered.modules()).toEqual([]), { timeout: 10_000 });
    expect(changes).toBeGreaterThan(1);
    const waiting = await db.workers.enqueue(once('note'));
    registered.close();
    const [job] = await db
      .query('_jobs')
      .filter((f) => f.eq('id', waiting))
      .collect();
    expect(job).toMatchObject({ status: 'Pending' });
  }, 60_000);

  it('harm only their own job in threads as well', async () => {
    write('fine', 'export const handler = () => "fine";');
    write('throws', 'export const handler = () => { throw new Error("no"); };');
    write('exits', 'export const handler = () => process.exit(3);');
    write('blocks', 'export const handler = () => { for (;;); };');
    write(
      'heap',
      'export const handler = () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };',
    );
    await db.workers.registerHandlerFolder(folder, {
      memoryMb: 64,
      graceMs: 100,
      isolation: 'thread',
    });
    await db.workers.start();
    const errorOf = async (job: Job) => (await ended(job))?.['error'];
    expect(await errorOf(once('throws'))).toBe('no');
    expect(await errorOf(once('exits'))).toContain('ended with code 3');
    expect(await errorOf(once('blocks').withTimeout(1_000))).toContain('longer than 1000 ms');
    expect(await errorOf(once('heap'))).toMatch(/memory/i);
    expect(await ended(once('fine'))).toMatchObject({ status: 'Completed', result: 'fine' });
  }, 60_000);

  it('are looked for no more once the database is closed', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await db.workers.registerHandlerFolder(folder);
    await db.close();
    rmSync(folder, { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 4 * limits.handlerFolderMs));
    expect(told).not.toHaveBeenCalled();
    told.mockRestore();
  });

  it('are refused where there is no folder', async () => {
    await expect(db.workers.registerHandlerFolder(join(folder, 'none'))).rejects.toMatchObject({
      code: 'InvalidOption',
    });
  });
});
