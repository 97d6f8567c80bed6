import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database, Job } from '#engine';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
});
afterEach(() => db.close());

async function jobs(where = '{}') {
  const result = await db.execute(
    `query { _jobs(where: ${where}) { id job_type payload status priority attempts run_at created_at } }`,
  );
  return result.data['_jobs'];
}

async function one(text: string) {
  const { data } = await db.execute(text);
  return Object.values(data)[0];
}

describe('enqueueJob', () => {
  it('enqueues a job with its options and gives what is selected of it', async () => {
    const text = `mutation {
      enqueueJob(jobType: "send_email", payload: { to: "alice@example.com", subject: "Welcome" }, priority: HIGH,
        maxRetries: 3, runAt: "2030-01-01T00:00:00Z", timeoutSeconds: 2, queue: "mail", backoffMs: 10) {
        job_type payload priority max_retries run_at timeout_ms queue backoff_ms status
      }
    }`;
    expect(await one(text)).toEqual({
      job_type: 'send_email',
      payload: { to: 'alice@example.com', subject: 'Welcome' },
      priority: 'HIGH',
      max_retries: 3,
      run_at: '2030-01-01T00:00:00.000Z',
      timeout_ms: 2_000,
      queue: 'mail',
      backoff_ms: 10,
      status: 'Pending',
    });
  });

  it('is committed with the data, or not at all', async () => {
    await db.newCollection('users', { email: { type: 'String', unique: true } });
    const both = `mutation($email: String!) {
      insertInto(collection: "users", data: { email: $email }) { id }
      enqueueJob(jobType: "welcome", payload: { email: $email }) { id }
    }`;
    await db.execute(both, { variables: { email: 'a@b.c' } });
    await expect(db.execute(both, { variables: { email: 'a@b.c' } })).rejects.toMatchObject({
      code: 'UniqueConstraintViolation',
    });
    const inTransaction = db.transaction(async (tx) => {
      await tx.execute('mutation { enqueueJob(jobType: "welcome") { id } }');
      const seen = await tx.execute('query { _jobs { job_type } }');
      throw new Error(`taken back with ${JSON.stringify(seen.data['_jobs'])}`);
    });
    await expect(inTransaction).rejects.toThrow('"welcome"},{"job_type":"welcome"');
    expect(await jobs()).toMatchObject([{ job_type: 'welcome', payload: { email: 'a@b.c' } }]);
  });

  it('starts a job as soon as its mutation or transaction is committed', async () => {
    const done: unknown[] = [];
    db.workers.registerHandler('note', ({ payload }) => {
      done.push(payload['n']);
    });
    await db.workers.start();
    await db.execute(
      'mutation { enqueueJobs(jobType: "note", payloads: [{ n: 1 }, { n: 2 }]) { id } }',
    );
    await db.transaction((tx) =>
      tx.execute('mutation { enqueueJob(jobType: "note", payload: { n: 3 }) { id } }'),
    );
    await vi.waitFor(() => expect(done).toEqual([1, 2, 3]));
  });

  it('gives the job that has the unique key, while it has it', async () => {
    const text = 'mutation { enqueueJob(jobType: "sync", uniqueKey: "all") { id } }';
    const first = await one(text);
    expect(await one(text)).toEqual(first);
    expect(await db.workers.enqueue(new Job('sync').withUniqueKey('all'))).toBe(
      (first as { id: string }).id,
    );
    const twice = `mutation { a: enqueueJob(jobType: "other", uniqueKey: "k") { id }
                              b: enqueueJob(jobType: "other", uniqueKey: "k") { id } }`;
    const { data } = await db.execute(twice);
    expect(data['a']).toEqual(data['b']);
    await db.execute('mutation { cancelJob(where: { job_type: { eq: "sync" } }) { id } }');
    expect(await one(text)).not.toEqual(first);
  });

  it.each([
    ['payload: 5', 'InvalidValue', 'payload'],
    ['queue: ""', 'InvalidValue', 'queue'],
    ['maxRetries: 100000', 'InvalidValue', 'maxRetries'],
    ['delayMs: -1', 'InvalidValue', 'delayMs'],
    ['priority: URGENT', 'InvalidValue', 'priority'],
  ])('refuses %s', async (option, code, what) => {
    const run = db.execute(`mutation { enqueueJob(jobType: "x", ${option}) { id } }`);
    await expect(run).rejects.toMatchObject({ code, message: expect.stringContaining(what) });
  });
});

describe('cancelJob and retryJob', () => {
  it('cancels one job by id, and refuses what has ended or is not there', async () => {
    const id = await db.workers.enqueue(new Job('x').withDelay(60_000));
    const cancel = (target: string) =>
      one(`mutation { cancelJob(id: "${target}") { status finished_at } }`);
    expect(await cancel(id)).toMatchObject({ status: 'Cancelled', finished_at: expect.anything() });
    await expect(cancel(id)).rejects.toMatchObject({ code: 'JobStateConflict' });
    await expect(cancel('0197f000-0000-7000-8000-000000000000')).rejects.toMatchObject({
      code: 'JobNotFound',
    });
    const again = await one(`mutation { retryJob(id: "${id}") { status attempts } }`);
    expect(again).toEqual({ status: 'Pending', attempts: 0 });
  });

  it('acts on all that a filter finds, and leaves out what it cannot act on', async () => {
    for (const delay of [1, 2, 3]) await db.workers.enqueue(new Job('x').withDelay(delay * 1e6));
    await db.execute('mutation { cancelJob(where: { job_type: { eq: "x" } }) { id } }');
    const again = await one('mutation { cancelJob(where: {}) { id } }');
    const retried = await one(
      'mutation { retryJob(where: { status: { eq: "Cancelled" } }) { id } }',
    );
    expect([again, (retried as unknown[]).length, await db.workers.stats()]).toMatchObject([
      [],
      3,
      { pending: 3, cancelled: 0 },
    ]);
  });

  it('aborts the signal of a job that runs, and keeps its run', async () => {
    let reason: unknown;
    let isStarted = false;
    db.workers.registerHandler(
      'long',
      (_job, { signal }) =>
        new Promise((resolve) => {
          isStarted = true;
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            resolve('too late');
          });
        }),
    );
    await db.workers.start();
    const id = await db.workers.enqueue(new Job('long'));
    await vi.waitFor(() => expect(isStarted).toBe(true));
    expect(await db.workers.stats()).toMatchObject({ running: 1 });
    await db.execute(`mutation { cancelJob(id: "${id}") { id } }`);
    await vi.waitFor(() => expect(String(reason)).toContain('cancelled'));
    const runs = await one(
      `query { _job_runs(where: { job_id: { eq: "${id}" } }) { status attempt } }`,
    );
    const job = await one('query { _jobs { status result } }');
    expect([runs, job]).toEqual([
      [{ status: 'Cancelled', attempt: 1 }],
      [{ status: 'Cancelled', result: null }],
    ]);
  });
});

describe('_jobs', () => {
  it('is read with filters and its index', async () => {
    await db.workers.enqueueMany(Array.from({ length: 200 }, () => new Job('a')));
    await db.workers.enqueueMany([new Job('b'), new Job('b').withPriority('Low')]);
    const result = await db.execute(
      'query { _jobs(where: { job_type: { eq: "b" }, priority: { eq: "LOW" } }) { job_type } }',
    );
    expect([result.data['_jobs'], result.extensions]).toMatchObject([
      [{ job_type: 'b' }],
      { plan: [expect.stringContaining('IndexRange(_jobs.job_type)')] },
    ]);
    const byStatus = await db.execute(
      'query { _jobs(where: { status: { eq: "Failed" } }) { id } }',
    );
    expect(byStatus.extensions).toMatchObject({
      plan: [expect.stringContaining('IndexRange(_jobs.(status, finished_at))')],
    });
  });

  it('is written by nothing but its own mutations', async () => {
    const refused = { code: 'ReadOnlyCollection' };
    const text = 'mutation { deleteFrom(collection: "_jobs", where: {}) { id } }';
    await expect(db.execute(text)).rejects.toMatchObject(refused);
    await expect(db.insertInto('_jobs', { status: 'Pending' })).rejects.toMatchObject(refused);
    await expect(db.query('_jobs').delete()).rejects.toMatchObject(refused);
    await expect(db.query('_job_runs').update({ status: 'x' })).rejects.toMatchObject(refused);
    await expect(
      db.transaction((tx) => tx.insertInto('_job_keys', { key: 'x' })),
    ).rejects.toMatchObject(refused);
    expect(db.catalog().collections).toEqual([]);
  });
});
