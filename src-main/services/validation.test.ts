import { describe, expect, it } from 'vitest';
import { type MethodName, WireError } from '#contract';
import { serviceLimits } from './limits.ts';
import { boundaryValidation } from './validation.ts';

function findings(method: MethodName, params: unknown): unknown {
  try {
    boundaryValidation.params(method, params);
    return 'valid';
  } catch (error) {
    if (error instanceof WireError && error.code === 'InvalidParams')
      return error.details['findings'];
    throw error;
  }
}

const cyclic: unknown[] = [];
cyclic.push(cyclic, cyclic);
let deep: unknown = 1;
for (let depth = 0; depth < 100; depth += 1) deep = [deep];

describe('parameters from a page', () => {
  it.each<[MethodName, unknown]>([
    ['host.info', {}],
    ['databases.open', { path: '/a' }],
    ['databases.open', { path: '/a', create: true, readOnly: false }],
    [
      'query.open',
      { database: 'd', text: '', variables: { a: [1, { b: null }], '': 'empty key' } },
    ],
    ['query.next', { cursor: 'c', rowsMax: 1000 }],
    ['settings.set', { key: 'tabs/1', value: null }],
  ])('of %s are accepted: %j', (method, params) => {
    expect(findings(method, params)).toBe('valid');
  });

  it.each<[string, MethodName, unknown]>([
    ['nothing', 'host.info', undefined],
    ['a list', 'host.info', []],
    ['an unknown key', 'host.info', { verbose: true }],
    ['no path', 'databases.open', {}],
    ['an empty path', 'databases.open', { path: '' }],
    ['a NUL in a path', 'databases.open', { path: '/a\0b' }],
    ['an endless path', 'databases.open', { path: 'x'.repeat(5000) }],
    ['text for a flag', 'databases.open', { path: '/a', create: 'yes' }],
    [
      'an endless text',
      'query.open',
      { database: 'd', text: 'x'.repeat(serviceLimits.queryTextLengthMax + 1) },
    ],
    ['variables in a list', 'query.open', { database: 'd', text: '', variables: [] }],
    ['a date', 'query.open', { database: 'd', text: '', variables: { a: new Date(0) } }],
    ['no number', 'query.open', { database: 'd', text: '', variables: { a: Number.NaN } }],
    ['a cycle', 'query.open', { database: 'd', text: '', variables: { a: cyclic } }],
    ['a deep value', 'query.open', { database: 'd', text: '', variables: { a: deep } }],
    ['a function', 'settings.set', { key: 'a', value: () => 1 }],
    ['no rows', 'query.next', { cursor: 'c', rowsMax: 0 }],
    ['half a row', 'query.next', { cursor: 'c', rowsMax: 1.5 }],
    ['too many rows', 'query.next', { cursor: 'c', rowsMax: 1e9 }],
    ['a key that is none', 'settings.set', { key: '__proto__', value: 1 }],
  ])('are refused: %s', (_what, method, params) => {
    expect(findings(method, params)).toEqual([expect.any(String)]);
  });

  it('of topics are checked as well', () => {
    expect(() => boundaryValidation.topicParams('catalog', {})).toThrow(WireError);
  });
});
