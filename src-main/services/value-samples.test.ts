import { describe, expect, it } from 'vitest';
import { sampledJobs, sampledValues } from './value-samples.ts';

describe('sampled values', () => {
  it('count what documents hold, the most frequent first', () => {
    const documents = [{ role: 'user' }, { role: 'admin' }, { role: 'user' }, { role: null }, {}];
    expect(sampledValues('users', documents, new Set())).toEqual({
      'users.role': [
        { value: 'user', count: 2 },
        { value: 'admin', count: 1 },
      ],
    });
  });

  it('look into objects and at the elements of lists', () => {
    const documents = [
      { tags: ['a', 'b', 'a'], address: { city: 'Rome', geo: { zone: 1 } } },
      { tags: ['a'], address: { city: 'Rome' } },
    ];
    expect(sampledValues('users', documents, new Set())).toEqual({
      'users.tags': [
        { value: 'a', count: 2 },
        { value: 'b', count: 1 },
      ],
      'users.address.city': [{ value: 'Rome', count: 2 }],
      'users.address.geo.zone': [{ value: 1, count: 1 }],
    });
  });

  it('leave out fields with many values, long texts, and fields that are named', () => {
    const documents = Array.from({ length: 51 }, (_, n) => ({
      id: `${n}`,
      n,
      body: 'x'.repeat(200),
      active: n % 2 === 0,
    }));
    expect(sampledValues('users', documents, new Set(['id']))).toEqual({
      'users.active': [
        { value: true, count: 26 },
        { value: false, count: 25 },
      ],
    });
  });
});

describe('sampled jobs', () => {
  it('tell what is given to each type, with every name', () => {
    const jobs = Array.from({ length: 60 }, (_, n) => ({
      job_type: n % 3 === 0 ? 'mail' : 'import',
      payload: n % 3 === 0 ? { to: `${n}@b.c`, kind: { of: 'news' } } : { path: 'a.csv' },
    }));
    const many = jobs.map((job, n) => ({ ...job, payload: { ...job.payload, n } }));
    expect(sampledJobs([...jobs, ...many, ...many])).toEqual({
      '_jobs.job_type': [
        { value: 'import', count: 120 },
        { value: 'mail', count: 60 },
      ],
      'enqueueJob.mail.to': expect.arrayContaining([{ value: '0@b.c', count: 3 }]),
      'enqueueJob.mail.kind.of': [{ value: 'news', count: 60 }],
      'enqueueJob.mail.n': expect.arrayContaining([{ value: 0, count: 2 }]),
      'enqueueJob.import.path': [{ value: 'a.csv', count: 120 }],
      'enqueueJob.import.n': expect.arrayContaining([{ value: 1, count: 2 }]),
    });
    const numbered = Array.from({ length: 60 }, (_, n) => ({ job_type: 'x', payload: { n } }));
    expect(sampledJobs(numbered)['enqueueJob.x.n']).toEqual([]);
  });
});
