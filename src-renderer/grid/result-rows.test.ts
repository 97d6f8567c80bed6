import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResultRows } from './result-rows.ts';

const batchOf = (values: readonly (number | undefined)[]) => ({
  rowCount: values.length,
  columns: [values.map((value) => value ?? null)],
  missing: [values.flatMap((value, row) => (value === undefined ? [row] : []))],
});

describe('ResultRows', () => {
  it('gives every value back from pages of any size', () => {
    const value = fc.option(fc.integer(), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 20 }), { maxLength: 20 }), (pages) => {
        const model = new ResultRows(1);
        for (const page of pages) model.append(batchOf(page));
        const shown = pages.flat().map((_, row) => model.cell(row, 0));
        expect(shown).toEqual(
          pages
            .flat()
            .map((at) => (at === undefined ? { state: 'missing' } : { state: 'value', value: at })),
        );
      }),
    );
  });

  it('finds rows of pages that came in any order, and knows which are not loaded', () => {
    const pages = fc
      .uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 15 })
      .chain((numbers) => fc.shuffledSubarray(numbers, { minLength: 1 }));
    fc.assert(
      fc.property(pages, (numbers) => {
        const model = new ResultRows(1);
        for (const page of numbers) model.put(page * 4, batchOf([page, page, page]));
        for (let row = 0; row < 130; row += 1) {
          const page = Math.floor(row / 4);
          const isLoaded = numbers.includes(page) && row % 4 < 3;
          expect(model.cell(row, 0)).toEqual(
            isLoaded ? { state: 'value', value: page } : { state: 'pending' },
          );
          expect(model.isLoaded(row)).toBe(isLoaded);
        }
      }),
    );
  });

  it('refuses a batch that overlaps loaded rows', () => {
    const model = new ResultRows(1);
    model.put(10, batchOf([1, 2, 3]));
    expect(() => model.put(12, batchOf([4]))).toThrow(RangeError);
    expect(() => model.put(9, batchOf([4, 5]))).toThrow(RangeError);
  });

  it('counts "at least" until the end was seen', () => {
    const model = new ResultRows(1);
    model.append(batchOf([1, 2]));
    expect(model.count).toEqual({ rows: 2, isKnown: false });
    model.complete();
    expect(model.count).toEqual({ rows: 2, isKnown: true });
  });

  it('asks for rows only when the view comes near the end of the loaded ones', () => {
    const model = new ResultRows(1, { marginRows: 10 });
    const asked: number[] = [];
    model.onDidWant((rows) => asked.push(rows));
    model.append(batchOf(Array.from({ length: 100 }, (_, row) => row)));
    model.want({ start: 40, end: 51 });
    model.want({ start: 80, end: 90 });
    expect(asked).toEqual([]);
    model.want({ start: 81, end: 91 });
    expect(asked).toEqual([101]);
    model.want({ start: 30, end: 41 });
    expect(asked).toEqual([101]);
  });

  it('asks for nothing when it is complete', () => {
    const model = new ResultRows(1, { marginRows: 10 });
    const asked: number[] = [];
    model.onDidWant((rows) => asked.push(rows));
    model.append(batchOf([1]));
    model.complete();
    model.want({ start: 0, end: 1 });
    expect(asked).toEqual([]);
  });
});
