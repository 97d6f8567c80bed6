import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellValue, GridColumn } from './cell-value.ts';
import { rawText } from './document-rows.ts';
import { JsonLines, jsonStep } from './json-lines.ts';
import { ResultRows } from './result-rows.ts';

const columns: readonly GridColumn[] = ['id', 'value'].map((name) => ({
  name,
  path: name,
  nullable: true,
  type: { kind: 'scalar', name: 'Any' },
}));

function modelOf(values: readonly CellValue[]): ResultRows {
  const model = new ResultRows(2);
  model.append({ rowCount: values.length, columns: [values.map((_, row) => row), values] });
  model.complete();
  return model;
}

describe('JsonLines', () => {
  it('gives one line for a closed document and all lines of an open one', () => {
    const model = modelOf([{ a: [1, 2] }, 5]);
    const lines = new JsonLines(model, columns, new Set(['0', '0/value', '0/value/a']));
    const paths = Array.from({ length: lines.count }, (_, index) => lines.line(index)?.path);
    expect(paths).toEqual(['0', '0/id', '0/value', '0/value/a', '0/value/a/0', '0/value/a/1', '1']);
  });

  it('finds every line again by its path, whatever is open', () => {
    const open = fc.uniqueArray(fc.integer({ min: 0, max: 19 }));
    fc.assert(
      fc.property(open, open, (rows, inner) => {
        const model = modelOf(Array.from({ length: 20 }, () => ({ x: { y: 1 }, z: [1, 2, 3] })));
        const expanded = [...rows.map(String), ...inner.map((row) => `${row}/value`)];
        const lines = new JsonLines(model, columns, new Set(expanded));
        const paths = new Set<string>();
        for (let index = 0; index < lines.count; index += 1) {
          const path = lines.line(index)?.path ?? 'none';
          paths.add(path);
          expect(lines.indexOf(path)).toBe(index);
        }
        expect(paths.size).toBe(lines.count);
      }),
    );
  });

  it('opens, closes and leaves a branch with the arrow keys', () => {
    const model = modelOf([{ a: 1 }]);
    const closed = new JsonLines(model, columns, new Set());
    expect(jsonStep(closed, 0, 'ArrowRight', 10)).toEqual({ kind: 'expand', path: '0' });
    const open = new JsonLines(model, columns, new Set(['0']));
    expect(jsonStep(open, 0, 'ArrowRight', 10)).toEqual({ kind: 'move', index: 1 });
    expect(jsonStep(open, 2, 'ArrowLeft', 10)).toEqual({ kind: 'move', index: 0 });
    expect(jsonStep(open, 0, 'ArrowLeft', 10)).toEqual({ kind: 'collapse', path: '0' });
    expect(jsonStep(open, 0, 'End', 10)).toEqual({ kind: 'move', index: 2 });
  });
});

describe('rawText', () => {
  it('is the documents as JSON, without what is not set', () => {
    const model = new ResultRows(2);
    model.append({
      rowCount: 2,
      columns: [
        [1, 2],
        [null, null],
      ],
      missing: [[], [1]],
    });
    const raw = rawText(model, columns, 1000);
    expect(JSON.parse(raw.text)).toEqual([{ id: 1, value: null }, { id: 2 }]);
  });

  it('stops at its bound and says so', () => {
    const raw = rawText(modelOf(Array.from({ length: 1000 }, () => 'text')), columns, 200);
    expect(raw.isCut).toBe(true);
    expect(JSON.parse(raw.text)).toHaveLength(raw.rowCount);
  });
});
