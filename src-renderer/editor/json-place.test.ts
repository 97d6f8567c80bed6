import { expect, it } from 'vitest';
import { jsonPlaceAt } from './json-place.ts';

it.each([
  ['|', undefined],
  ['{ |', [[], 'name']],
  ['{ "a|', [[], 'name']],
  ['{ "a": |', [['a'], 'value']],
  ['{ "a": 1, |', [[], 'name']],
  ['{ "a": { "b|', [['a'], 'name']],
  ['{ "a": { "b": "x{,", "c": [1, |', [['a', 'c'], 'value']],
  ['{ "a": { "b": 1 }, |', [[], 'name']],
])('tells what is written at the bar of %s', (text, expected) => {
  const place = jsonPlaceAt(text.replace('|', ''), text.indexOf('|'));
  expect(place && [place.path, place.writes]).toEqual(expected);
});
