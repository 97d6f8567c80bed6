import { beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import type { Row } from '../values/stored-value.ts';
import type { JobRecord } from './job-record.ts';
import { createJob } from './new-job.ts';
import { ReadyJobs } from './ready-jobs.ts';

const now = 1_000;
const row = 7 as Row;
const record = new Uint8Array(300);

let idCount = 0;
function newJob(change: Partial<JobRecord> = {}): JobRecord {
  idCount += 1;
  const { job } = createJob({ jobType: 'a' }, { now, newId: () => `job ${idCount}` });
  return { ...job, ...change } as JobRecord;
}

describe('a job that waits', () => {
  let ready: ReadyJobs;
  beforeEach(() => {
    ready = new ReadyJobs();
  });

  it('is kept as it is when it is small', () => {
    const job = newJob();
    ready.put(job, now, { row, record });
    expect(ready.take(() => true)).toMatchObject({ row, job, record });
  });

  it('is kept as it has become', () => {
    const job = newJob();
    ready.put(job, now, { row, record });
    const changed = { ...job, payload: { n: 1 } };
    ready.put(changed, now, { row, record });
    expect(ready.take(() => true)?.job).toBe(changed);
  });

  it('is read again when its bytes are not at hand any more', () => {
    const job = newJob();
    ready.put(job, now, { row, record });
    ready.put({ ...job, payload: { n: 1 } }, now, { row });
    expect(ready.take(() => true)).toMatchObject({ row, job: undefined });
  });

  it('is read again when it is large, or so many are kept already', () => {
    const large = newJob({ priority: 'CRITICAL' });
    ready.put(large, now, {
      row,
      record: new Uint8Array(limits.jobKeptBytesMax + 1),
    });
    expect(ready.take(() => true)?.job).toBeUndefined();
    for (let count = 0; count < limits.jobsKeptMax; count += 1) {
      ready.put(newJob(), now, { row, record });
    }
    const late = newJob({ priority: 'CRITICAL' });
    ready.put(late, now, { row, record });
    expect(ready.take(() => true)).toMatchObject({ id: late.id, job: undefined });
  });

  it('leaves its place to another when it is withdrawn or taken', () => {
    for (let count = 0; count < 3 * limits.jobsKeptMax; count += 1) {
      const job = newJob();
      ready.put(job, now, { row, record });
      if (count % 3 === 0) ready.withdraw(job.id);
      else if (count % 3 === 1) expect(ready.take(() => true)?.job).toBeDefined();
      else ready.take(() => true);
    }
    const last = newJob({ priority: 'CRITICAL' });
    ready.put(last, now, { row, record });
    expect(ready.take(() => true)?.job).toBe(last);
  });
});
