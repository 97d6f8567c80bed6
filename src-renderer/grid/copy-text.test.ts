import { describe, expect, it } from 'vitest';
import { copiedText } from './copy-text.ts';
import { ResultRows } from './result-rows.ts';

function modelOf(rows: readonly (readonly [string, number | null])[]): ResultRows {
  const model = new ResultRows(2);
  model.append({
    rowCount: rows.length,
    columns: [rows.map(([text]) => text), rows.map(([, number]) => number)],
  });
  return model;
}

describe('copying', () => {
  it('gives tab-separated exact values', () => {
    const model = modelOf([
      ['a', 1234],
      ['b', null],
    ]);
    expect(copiedText(model, { top: 0, bottom: 1, left: 0, right: 1 }).text).toBe('a\t1234\nb\t');
  });

  it('quotes what would break the rows of a spreadsheet, but not a single cell', () => {
    const model = modelOf([['say "hi"\n', 1]]);
    expect(copiedText(model, { top: 0, bottom: 0, left: 0, right: 1 }).text).toBe(
      '"say ""hi""\n"\t1',
    );
    expect(copiedText(model, { top: 0, bottom: 0, left: 0, right: 0 }).text).toBe('say "hi"\n');
  });

  it('says how many rows were not loaded', () => {
    const copied = copiedText(modelOf([['a', 1]]), { top: 0, bottom: 9, left: 0, right: 1 });
    expect(copied).toMatchObject({ rowCount: 1, rowsLeftOut: 9 });
  });
});
