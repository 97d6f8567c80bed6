import { expect, it } from 'vitest';
import { toJsonObject } from './json-input.ts';

it('leaves out what is not set, at any depth, and keeps the order of the rest', () => {
  const given = { a: 1, b: undefined, c: { d: undefined, e: [null, undefined, { f: undefined }] } };

  const json = toJsonObject(given);

  expect(JSON.stringify(json)).toBe('{"a":1,"c":{"e":[null,null,{}]}}');
  expect(Object.keys(json)).toEqual(['a', 'c']);
});

it('gives a copy that nothing of what was handed in is a part of', () => {
  const given = { list: [{ a: 1 }], inner: { b: 2 }, at: new Date(0) };

  const json = toJsonObject(given);
  given.list.push({ a: 2 });
  given.inner.b = 3;

  expect(json).toEqual({ list: [{ a: 1 }], inner: { b: 2 }, at: '1970-01-01T00:00:00.000Z' });
});

it('makes plain lists of all that a program calls a list, and null of their holes', () => {
  const theirs: unknown[] = ['a'];
  class Own extends Array<unknown> {
    override map(): never[] {
      return theirs as never[];
    }
  }
  const sparse: unknown[] = [1];
  sparse[2] = 3;
  const given = { list: Own.from(['a', new Date(0)]), sparse };

  const json = toJsonObject(given);
  theirs.push('b');

  expect(json).toEqual({ list: ['a', '1970-01-01T00:00:00.000Z'], sparse: [1, null, 3] });
  expect(Object.getPrototypeOf(json['list'])).toBe(Array.prototype);
});

it('takes __proto__ for a key like any other, and nothing that an object inherits', () => {
  const given: unknown = JSON.parse('{"__proto__":{"a":{"b":1}},"c":2}');
  const bare: unknown = Object.assign(Object.create(null), { d: { e: 1 } });

  const json = toJsonObject(given);

  expect(Object.keys(json)).toEqual(['__proto__', 'c']);
  expect(JSON.stringify(json)).toBe('{"__proto__":{"a":{"b":1}},"c":2}');
  expect(toJsonObject(bare)).toEqual({ d: { e: 1 } });
});

it('says where a value stands that is no JSON', () => {
  expect(() => toJsonObject({ a: 1, b: [0, { c: () => 1 }] })).toThrow('"b.1.c" is a function');
  expect(() => toJsonObject({ a: undefined, b: { c: new Map() } })).toThrow('"b.c" is an object');
});
