import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database, Job, JobFailure, type JobHandler } from '#engine';
import { limits } from '../../limits.ts';

/*
 * How a handler may end. Each job here is followed by one that must still be done: an end that was not foreseen once
 * took the process, or the place of a worker, with it.
 */

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
  db.workers.registerHandler('after', () => 'done');
  await db.workers.start();
});
afterEach(() => db.close());

async function settled(id: string, ...states: readonly string[]) {
  return vi.waitFor(
    async () => {
      const [job] = await db
        .query('_jobs')
        .filter((f) => f.eq('id', id))
        .collect();
      expect(states).toContain(job?.['status']);
      return job;
    },
    { timeout: 5_000, interval: 5 },
  );
}

async function endOf(handler: JobHandler, job = new Job('x').withMaxRetries(0)) {
  db.workers.registerHandler('x', handler);
  const [id = '', after = ''] = await db.workers.enqueueMany([job, new Job('after')]);
  await settled(after, 'Completed');
  return settled(id, 'Completed', 'DeadLetter', 'Failed');
}

const circular: { self?: unknown } = {};
circular.self = circular;

describe('whatever a handler throws', () => {
  it.each([
    ['nothing', undefined, 'undefined'],
    ['an object without a prototype', Object.create(null), '{}'],
    ['an object that looks like an error', { message: 'no such address' }, 'no such address'],
    ['an object', { code: 'E42' }, '{"code":"E42"}'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['an error whose message is none', Object.assign(new Error('x'), { message: 5 }), 'Error: 5'],
    ['an error whose stack is none', Object.assign(new Error('x'), { stack: 5 }), 'x'],
    ['what refers to itself', circular, 'An object that has no text.'],
  ])('is the error of its job: %s', async (_what, thrown, error) => {
    const failed = { status: 'DeadLetter', error };
    const thrower = () => {
      throw thrown;
    };
    expect(await endOf(thrower)).toMatchObject(failed);
    expect(await endOf(async () => thrower())).toMatchObject(failed);
  });
});

describe('what a handler gives', () => {
  it.each([
    ['refers to itself', circular],
    ['JSON has no form for', { rowCount: 5n }],
  ])('fails its job when it %s', async (_what, result) => {
    expect(await endOf(() => result)).toMatchObject({ status: 'DeadLetter', result: null });
    expect(await endOf(async () => result)).toMatchObject({ status: 'DeadLetter', result: null });
  });

  it('is waited for when it is no promise of the platform', async () => {
    const later = (
      settle: (resolve: (value: unknown) => void, reject: (why: Error) => void) => void,
    ) => {
      // biome-ignore lint/suspicious/noThenProperty: as queries of libraries have it
      return { then: (resolve: () => void, reject: () => void) => settle(resolve, reject) };
    };
    expect(await endOf(() => later((resolve) => setTimeout(resolve, 10, 'late')))).toMatchObject({
      status: 'Completed',
      result: 'late',
    });
    expect(
      await endOf(() => later((_, reject) => setTimeout(reject, 10, new Error('late no')))),
    ).toMatchObject({ status: 'DeadLetter', error: 'late no' });
  });

  it('may come before what it completes with is written', async () => {
    await db.newCollection('sent', { to: { type: 'String', unique: true } });
    const send: JobHandler = (_job, { complete }) => {
      void complete(async (tx) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        await tx.insertInto('sent', { to: 'a@b.c' });
        return 'sent';
      });
    };
    expect(await endOf(send)).toMatchObject({ status: 'Completed', result: 'sent' });
    expect(await endOf(send)).toMatchObject({
      status: 'DeadLetter',
      error: expect.stringContaining('a@b.c'),
    });
    expect(await db.query('sent').count()).toBe(1);
  });
});

describe('how far a handler was at last', () => {
  it('is kept, however soon it ended after that', async () => {
    const last = { progress: 1, progress_note: 'all of it' };
    const tell: JobHandler = (_job, { progress }) => {
      progress(0.5, 'half');
      progress(last.progress, last.progress_note);
    };
    expect(await endOf(tell)).toMatchObject({ status: 'Completed', ...last });
    expect(await endOf(async (job, context) => tell(job, context))).toMatchObject(last);
    const complete: JobHandler = async (job, context) => {
      tell(job, context);
      await context.complete(async () => 'done');
    };
    expect(await endOf(complete)).toMatchObject({ result: 'done', ...last });
  });
});

describe('an end that cannot be written', () => {
  it('fails the attempt when it is too much for a document', async () => {
    const text = 'x'.repeat(limits.documentBytesMax + 1);
    expect(await endOf(() => text)).toMatchObject({
      status: 'DeadLetter',
      error: expect.stringContaining('bytes'),
    });
  });
});

describe('what a handler asks for', () => {
  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a time long ago', -1e15],
    ['a fraction', 1_000.5],
  ])('leaves a job that can be read: a retry after %s', async (_what, retryAfterMs) => {
    const job = await endOf(() => {
      throw new JobFailure('later', { retryAfterMs });
    }, new Job('x').withMaxRetries(1));
    const read = await db.execute('query { _jobs { status run_at } }');
    expect([job?.['status'], read.data['_jobs']]).toMatchObject([
      expect.stringMatching(/Failed|DeadLetter/),
      [{ run_at: expect.stringMatching(/^\d{4}-/) }, { status: 'Completed' }],
    ]);
  });

  it('is noted when it is no text', async () => {
    const job = await endOf(async (_job, { progress, log }) => {
      // As callers without types do.
      progress(0.5, JSON.parse('7'));
      log(JSON.parse('{"a":1}'));
      await new Promise((resolve) => setTimeout(resolve, 400));
    });
    const [run] = await db
      .query('_job_runs')
      .filter((f) => f.eq('job_type', 'x'))
      .collect();
    expect([job, run]).toMatchObject([
      { status: 'Completed', progress_note: '7' },
      { logs: [{ text: '{"a":1}' }] },
    ]);
  });
});

describe('a handler is refused', () => {
  it.each([
    ['a type that is none', '', '{}'],
    ['an unknown option', 'x', '{ "concurency": 2 }'],
    ['no place to run', 'x', '{ "concurrency": 0 }'],
    ['a time limit that is none', 'x', '{ "timeoutMs": "1s" }'],
    ['a share of chance above all', 'x', '{ "jitter": 5 }'],
  ])('with %s', (_what, type, options) => {
    const register = () => db.workers.registerHandler(type, () => 1, JSON.parse(options));
    expect(register).toThrow(expect.objectContaining({ code: 'InvalidOption' }));
  });

  it('when it is no function, and a folder with options that are none', async () => {
    const register = () => db.workers.registerHandler('x', JSON.parse('"nope"'));
    expect(register).toThrow('The handler of "x" is no function.');
    await expect(db.workers.registerHandlerFolder('.', { memoryMb: -5 })).rejects.toMatchObject({
      code: 'InvalidOption',
    });
  });
});
