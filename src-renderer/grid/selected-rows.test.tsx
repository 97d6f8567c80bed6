// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GridColumn } from './cell-value.ts';
import { Grid } from './grid.tsx';
import { GridLine, useGridLine } from './grid-line.tsx';
import { ReadRows, type RowsReader, readRange } from './read-rows.ts';
import { WindowRows } from './window-rows.ts';
import type { WindowRow, WindowSource } from './window-source.ts';

// There is no layout here: every element is as large as a window, so that about twenty rows are seen.
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 590 });
});
const copies: string[] = [];
const setData = (format: string, text: string) => {
  if (format === 'text/plain') copies.push(text);
};
let isRefusing = false;
beforeEach(() => {
  copies.length = 0;
  isRefusing = false;
  // The browser's own copy, which gives the text to whoever listens.
  document.execCommand = () => {
    if (isRefusing) return false;
    const event = Object.assign(new Event('copy'), { clipboardData: { setData } });
    document.dispatchEvent(event);
    return true;
  };
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('not now'));
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const columns: readonly GridColumn[] = [
  { name: 'n', path: 'n', nullable: false, type: { kind: 'scalar', name: 'Int' } },
];

/** A grid of which only the first rows are loaded, with its line. */
function Numbers(props: {
  readonly model: WindowRows;
  readonly readRows: RowsReader;
  readonly onExport: () => void;
}) {
  const { model, readRows, onExport } = props;
  const line = useGridLine();
  return (
    <>
      <Grid
        {...{ model, columns, readRows }}
        label="Numbers"
        onSelect={line.select}
        onCopy={line.copy}
      />
      <GridLine {...{ state: line, model, columns, readRows, onExport }} />
    </>
  );
}

async function open(rowCount: number) {
  const gate = { isOpen: true, open: () => undefined as undefined };
  const source: WindowSource = async (request) => {
    const at = request.from === 'offset' ? request.offset : 0;
    const start = request.from === 'after' ? Number(request.cursor) + 1 : at;
    const length = Math.max(0, Math.min(rowCount - start, request.rowsMax));
    return Array.from({ length }, (_, row): WindowRow => {
      const number = start + row;
      return { key: `k${number}`, cursor: String(number), values: [number] };
    });
  };
  const model = new WindowRows({
    columnCount: 1,
    source,
    schedule: (run) => run(),
    total: rowCount,
  });
  const readRows: RowsReader = async (range, options) => {
    if (!gate.isOpen) await new Promise<void>((resolve) => Object.assign(gate, { open: resolve }));
    const rows = await readRange(source, range, options);
    const read = new ReadRows({ first: range.start, rows, others: model });
    return { model: read, end: range.start + rows.length };
  };
  const onExport = vi.fn();
  render(<Numbers {...{ model, readRows, onExport }} />);
  await waitFor(() =>
    expect(document.querySelector('[data-row="0"][data-col="0"]')).not.toBeNull(),
  );
  const press = (key: string, more = {}) =>
    fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
  const cell = document.querySelector<HTMLElement>('[data-row="0"][data-col="0"]');
  fireEvent.pointerDown(cell ?? document.body, { button: 0 });
  fireEvent.pointerUp(document, {});
  const copy = () =>
    fireEvent.copy(document.activeElement ?? document.body, {
      clipboardData: { setData },
    });
  return { model, gate, press, copy, onExport };
}
const seen = (text: string) =>
  waitFor(() => expect(document.body.textContent).toContain(text), { timeout: 5_000 });

describe('selected rows that are not loaded', () => {
  // "1,001 cells (loaded ones counted) · sum 264,685" was the sum of those rows that had been scrolled over.
  it('are read to be summed up', async () => {
    const { press } = await open(1_001);
    press('a', { ctrlKey: true });
    expect(document.body.textContent).toContain('1,001 cells · sum …');
    await seen('1,001 cells · sum 500,500 · avg 500 · min 0 · max 1,000 · 1,001 distinct');
  });

  it('are not summed up when they are too many', async () => {
    const { press } = await open(120_000);
    press('a', { ctrlKey: true });
    await seen('120,000 cells · too many to sum up here');
  });

  // "Copied 400 rows; 601 more were left out" though all were to be had.
  it('are read to be copied', async () => {
    const { press, copy } = await open(1_001);
    press('a', { ctrlKey: true });
    copy();
    await seen('Copied 1,001 rows');
    const numbers = Array.from({ length: 1_001 }, (_, at) => at);
    expect(copies.at(-1)).toBe(numbers.join('\n'));
  });

  it('are copied up to a bound, with a word of how many there are and the export beside it', async () => {
    const { press, copy, onExport } = await open(120_000);
    press('a', { ctrlKey: true });
    copy();
    await seen('Copied the first 50,000 rows of 120,000; a copy holds no more');
    expect(copies.at(-1)?.split('\n')).toHaveLength(50_000);
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    expect(onExport).toHaveBeenCalledTimes(1);
  });

  it('are told of while they are read, and given up', async () => {
    const { gate, press, copy } = await open(1_001);
    gate.isOpen = false;
    press('a', { ctrlKey: true });
    copy();
    await seen('Reading 1,001 rows to copy: 0');
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await seen('Nothing was copied');
    await act(async () => gate.open());
    expect(copies).toEqual([]);
  });

  it('wait for another press where the browser has forgotten the first', async () => {
    const { press, copy } = await open(1_001);
    isRefusing = true;
    press('a', { ctrlKey: true });
    copy();
    await seen('1,001 rows are ready; the browser wants another press');
    isRefusing = false;
    fireEvent.click(screen.getByRole('button', { name: 'Copy them' }));
    await seen('Copied 1,001 rows');
    expect(copies).toHaveLength(1);
  });
});
