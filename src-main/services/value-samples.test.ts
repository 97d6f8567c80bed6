import { describe, expect, it } from 'vitest';
import { sampledValues } from './value-samples.ts';

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
