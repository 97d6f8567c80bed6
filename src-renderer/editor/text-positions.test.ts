import { describe, expect, it } from 'vitest';
import { markedRange, type PositionModel, rangeOfSpan, spanOfRange } from './text-positions.ts';

/** Offsets and positions of a text as Monaco counts them. */
function modelOf(text: string): PositionModel {
  const lines = text.split('\n');
  return {
    getValueLength: () => text.length,
    getOffsetAt: ({ lineNumber, column }) =>
      lines.slice(0, lineNumber - 1).reduce((sum, line) => sum + line.length + 1, 0) + column - 1,
    getPositionAt(offset) {
      const before = text.slice(0, offset).split('\n');
      const column = (before.at(-1)?.length ?? 0) + 1;
      // Only these two fields are read.
      return { lineNumber: before.length, column } as ReturnType<PositionModel['getPositionAt']>;
    },
  };
}

const model = modelOf('query {\n  users');

describe('text positions', () => {
  it('turn spans into ranges and back', () => {
    const span = { start: 4, end: 12 };
    const range = rangeOfSpan(model, span);
    expect(range).toEqual({ startLineNumber: 1, startColumn: 5, endLineNumber: 2, endColumn: 5 });
    expect(spanOfRange(model, range)).toEqual(span);
  });

  it('mark the character before an empty span', () => {
    expect(markedRange(model, { start: 15, end: 15 })).toEqual(
      rangeOfSpan(model, { start: 14, end: 15 }),
    );
  });

  it('mark something at the beginning, and nothing in an empty text', () => {
    expect(markedRange(model, { start: 0, end: 0 })).toEqual(
      rangeOfSpan(model, { start: 0, end: 1 }),
    );
    const empty = modelOf('');
    expect(markedRange(empty, { start: 0, end: 0 })).toEqual(
      rangeOfSpan(empty, { start: 0, end: 0 }),
    );
  });

  it('keep spans of an older, longer text inside the text', () => {
    expect(markedRange(model, { start: 90, end: 99 })).toEqual(
      rangeOfSpan(model, { start: 14, end: 15 }),
    );
  });
});
