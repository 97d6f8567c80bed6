/* What a query keeps is bounded: above the bound it ends with an error that says what to do. Groups: group-table.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import { EntrySorter } from './entry-sorter.ts';
import { Measures } from './measures.ts';
import { compileComparison } from './sort-entry.ts';
import { DocumentTotals } from './totals.ts';

const byText = compileComparison([{ path: ['s'], direction: 'asc' }]);

describe('a sort', () => {
  const sorterOf = (count: number, bytesMax: number): EntrySorter => {
    const sorter = new EntrySorter(byText, bytesMax);
    for (let n = 0; n < count; n += 1) {
      sorter.add({ values: [`value ${(n * 7_919) % count}`], row: n as Row });
    }
    return sorter;
  };

  it('merges as many runs as it takes', () => {
    const texts = [...sorterOf(5_000, 2 ** 30).sorted()].map(({ values: [text] }) => text);
    expect(texts).toEqual([...texts].sort());
    expect(texts.length).toBe(5_000);
  });

  it('refuses more keys than its memory holds, and says what to do', () => {
    expect(sorterOf(300, 64 * 1024).count).toBe(300);
    expect(() => sorterOf(3_000, 64 * 1024)).toThrow(
      expect.objectContaining({ code: 'LimitExceeded', hint: expect.stringContaining('limit') }),
    );
  });
});

describe('distinct values', () => {
  it('are refused where they need more memory than they may, and repeated ones are not', () => {
    const measures = new Measures({ name: 'c', fields: [], indexes: [], open: false });
    const distinct = measures.numberOf({ function: 'countDistinct', path: ['s'] });
    const totals = new DocumentTotals(measures, 8 * 1024);
    const add = (count: number, different: number): void => {
      for (let n = 0; n < count; n += 1) {
        const document: StoredDocument = { id: String(n), s: `value ${n % different}` };
        totals.add(document);
      }
    };
    add(2_000, 50);
    expect(totals.value(distinct)).toBe(50);
    expect(() => add(2_000, 500)).toThrow(
      expect.objectContaining({ code: 'LimitExceeded', hint: expect.stringContaining('Narrow') }),
    );
  });
});
