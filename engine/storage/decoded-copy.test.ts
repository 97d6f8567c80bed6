import { expect, it } from 'vitest';
import { copyDecoded } from './decoded-copy.ts';

it('has all that the document has, and shares no object with it', () => {
  const inner = { list: [1, { deep: ['x'] }, null], empty: {} };
  const document = { id: 'a', text: 't', none: null, list: ['b', ['c']], inner };
  const copy = copyDecoded(document);
  expect(copy).toEqual(document);
  const objects = objectsIn(document);
  expect(objects).toHaveLength(8);
  expect(objectsIn(copy).filter((object) => objects.includes(object))).toEqual([]);
});

function objectsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

it('takes a key that looks like the prototype for data', () => {
  const document = JSON.parse('{ "id": "a", "__proto__": { "list": [1] } }');
  const copy = copyDecoded(document);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(document));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});
