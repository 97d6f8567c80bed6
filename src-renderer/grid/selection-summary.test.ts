import { describe, expect, it } from 'vitest';
import { ResultRows } from './result-rows.ts';
import { selectionSummary, summaryText, summaryWay, unsummedText } from './selection-summary.ts';

function modelOf(values: readonly (string | number | null)[], missing: readonly number[] = []) {
  const model = new ResultRows(1);
  model.append({ rowCount: values.length, columns: [values], missing: [missing] });
  return model;
}
const all = (rows: number) => ({ top: 0, bottom: rows - 1, left: 0, right: 0 });

describe('the summary of a selection', () => {
  it('adds up the numbers and counts what is different and empty', () => {
    const model = modelOf([4, 1, null, 4, 'x', null], [5]);
    expect(selectionSummary(model, all(6))).toEqual({
      ...{ cellCount: 6, numberCount: 3, sum: 9, min: 1, max: 4 },
      ...{ distinctCount: 3, emptyCount: 2 },
    });
  });

  // A sum of those rows that happened to be loaded was shown: 264,685 for the numbers from 0 to 1,000.
  it('is that of all its cells or none: what is not loaded is read first, up to a bound', () => {
    const model = modelOf([1, 2]);
    const ways = [all(2), all(5), all(10_001)].map((rectangle) =>
      [true, false].map((canRead) => summaryWay(model, rectangle, { canRead })),
    );
    expect(ways).toEqual([
      ['loaded', 'loaded'],
      ['read', 'none'],
      ['none', 'none'],
    ]);
    expect(summaryWay(model, { ...all(2), right: 200_000 }, { canRead: true })).toBe('none');
    expect(unsummedText(all(1_001), 'reading')).toBe('1,001 cells · sum …');
  });

  it('is one line, with numbers only where there are any', () => {
    expect(summaryText(selectionSummary(modelOf([1000, 2000]), all(2)))).toBe(
      '2 cells · sum 3,000 · avg 1,500 · min 1,000 · max 2,000 · 2 distinct',
    );
    expect(summaryText(selectionSummary(modelOf(['a', 'a', null]), all(3)))).toBe(
      '3 cells · 1 distinct · 1 empty',
    );
  });
});
