import { describe, expect, it } from 'vitest';
import { ResultRows } from './result-rows.ts';
import { selectionSummary, summaryText } from './selection-summary.ts';

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
      ...{ cellCount: 6, isPart: false, numberCount: 3, sum: 9, min: 1, max: 4 },
      ...{ distinctCount: 3, emptyCount: 2 },
    });
  });

  it('says when not all cells are there', () => {
    expect(selectionSummary(modelOf([1, 2]), all(5)).isPart).toBe(true);
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
