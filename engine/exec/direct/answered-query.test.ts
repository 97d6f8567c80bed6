import { expect, it } from 'vitest';
import { AnsweredQuery } from './answered-query.ts';

const extensions = { kind: 'query', elapsedMs: 1, rowsRead: 2, plan: [] } as const;

it('makes its documents once, and not before somebody asks', () => {
  let madeCount = 0;
  const result = new AnsweredQuery({ people: [] }, extensions, () => {
    madeCount += 1;
    return [{ id: 'a', data: {} }];
  });
  expect(madeCount).toBe(0);
  const first = result.documents;
  expect(first).toEqual([{ id: 'a', data: {} }]);
  expect(result.documents).toBe(first);
  expect(madeCount).toBe(1);
});

it('is copied, spread and written with its documents', () => {
  const result = new AnsweredQuery({ n: 1 }, extensions, () => [{ id: 'a', data: {} }]);
  const plain = { kind: 'query', data: { n: 1 }, extensions, documents: [{ id: 'a', data: {} }] };
  expect({ ...result }).toEqual(plain);
  expect(JSON.parse(JSON.stringify(result))).toEqual(plain);
  expect(structuredClone(result)).toEqual(plain);
});

it('belongs to the caller, documents and all', () => {
  const result: { documents?: unknown } = new AnsweredQuery({}, extensions, () => []);
  result.documents = [1];
  expect(result.documents).toEqual([1]);
  delete result.documents;
  expect(Object.keys(result)).toEqual(['kind', 'data', 'extensions']);
});

it('is read through proxies and prototypes, as libraries that observe objects do', () => {
  const documents = [{ id: 'a', data: {} }];
  const result = new AnsweredQuery({ n: 1 }, extensions, () => documents);
  const observed = new Proxy(result, {
    get: (target, key, receiver) => Reflect.get(target, key, receiver),
  });
  expect(observed.documents).toEqual(documents);
  expect(Object.create(result).documents).toEqual(documents);
  expect(Object.keys(result).sort()).toEqual(['data', 'documents', 'extensions', 'kind']);
});
