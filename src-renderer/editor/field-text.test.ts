import { expect, it } from 'vitest';
import { fieldTextOf, placeInField, spanInField, textOfField } from './field-text.ts';

it('gives back the ends of lines that a text has', () => {
  const texts = ['', 'a', 'a\nb\n', 'a\r\nb\r\n', '\r\n'];
  expect(texts.map((text) => textOfField(fieldTextOf(text), text))).toEqual(texts);
});

it('finds a piece of a text in the field, and its lines and columns', () => {
  const text = 'one\r\ntwo\r\nthree';
  const field = fieldTextOf(text);
  const span = spanInField(text, { start: text.indexOf('two'), end: text.indexOf('three') });
  expect(field.slice(span.start, span.end)).toBe('two\n');
  expect([span.start, span.end, field.length].map((at) => placeInField(field, at))).toEqual([
    { lineNumber: 2, column: 1 },
    { lineNumber: 3, column: 1 },
    { lineNumber: 3, column: 6 },
  ]);
});
