// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GridColumn } from './cell-value.ts';
import { cellsFormat } from './copied-cells.ts';
import { Grid } from './grid.tsx';
import { type LiveEntry, LiveRows } from './live-rows.ts';
import { ResultRows } from './result-rows.ts';
import type { Selection } from './selection.ts';

// There is no layout here: every element is as large as a window, so that about twenty rows are seen.
beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { get: () => 590 });
});
afterEach(cleanup);

const columns: readonly GridColumn[] = [
  { name: 'id', path: 'id', nullable: false, type: { kind: 'scalar', name: 'Int' } },
  { name: 'title', path: 'title', nullable: true, type: { kind: 'scalar', name: 'String' } },
  { name: 'note', path: 'note', nullable: true, type: { kind: 'scalar', name: 'Any' } },
];

function modelOf(rowCount: number, isComplete = true): ResultRows {
  const model = new ResultRows(3);
  const numbers = Array.from({ length: rowCount }, (_, row) => row);
  model.append({
    rowCount,
    columns: [numbers, numbers.map((row) => `title ${row}`), numbers.map(() => null)],
    missing: [[], [], numbers.filter((row) => row % 2 === 1)],
  });
  if (isComplete) model.complete();
  return model;
}

function renderGrid(model: ResultRows) {
  render(<Grid model={model} columns={columns} label="Rows of films" />);
  return screen.getByRole('grid', { name: 'Rows of films' });
}

const cellAt = (row: number, column: number) =>
  document.querySelector<HTMLElement>(`[data-row="${row}"][data-col="${column}"]`);
const press = (key: string, more = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
const point = (element: HTMLElement | null, more = {}) => {
  if (element === null) throw new Error('There is no such cell');
  fireEvent.pointerDown(element, { button: 0, ...more });
  fireEvent.pointerUp(document, {});
};

describe('Grid', () => {
  it('tells its size and the place of its cells', () => {
    const grid = renderGrid(modelOf(1000));
    expect(grid.getAttribute('aria-rowcount')).toBe('1001');
    expect(grid.getAttribute('aria-colcount')).toBe('4');
    expect(cellAt(3, 1)?.getAttribute('aria-colindex')).toBe('3');
    expect(cellAt(3, 1)?.parentElement?.getAttribute('aria-rowindex')).toBe('5');
    expect(screen.getAllByRole('columnheader').map((head) => head.textContent)).toEqual([
      'Row',
      '12idInt!',
      'AatitleString',
      '∗noteAny',
    ]);
  });

  it('says that the number of rows is not known while there may be more', () => {
    const grid = renderGrid(modelOf(50, false));
    expect(grid.getAttribute('aria-rowcount')).toBe('-1');
  });

  it('draws only the rows that are near the view', () => {
    renderGrid(modelOf(5000));
    expect(document.querySelectorAll('.grid-row').length).toBeLessThan(60);
    expect(cellAt(4000, 0)).toBeNull();
  });

  it('tells null and not set apart in words', () => {
    renderGrid(modelOf(10));
    expect(cellAt(0, 2)?.textContent).toBe('null');
    expect(within(cellAt(1, 2) ?? document.body).getByText('not set')).toBeTruthy();
  });

  it('tells where the selection stands when rows come in before it', () => {
    let entries: readonly LiveEntry[] = ['a', 'b'].map((key) => ({ key, values: [1, key, null] }));
    const model = new LiveRows({ columnCount: 3, read: () => entries, schedule: (run) => run() });
    model.begin();
    const rows: number[] = [];
    render(
      <Grid
        model={model}
        columns={columns}
        label="Rows of films"
        onSelect={({ focus }) => rows.push(focus.row)}
      />,
    );
    point(cellAt(1, 1));
    entries = [{ key: 'c', values: [1, 'c', null] }, ...entries];
    act(() => model.replace());
    expect(rows).toEqual([1, 2]);
  });

  /* New rows were pasted and undone under the pointer: the last rows stood below the end of the body, cut off. */
  it('has room for the last rows when one is held further down than its place', () => {
    let entries: readonly LiveEntry[] = ['n', 'm', 'a', 'b'].map((key) => ({
      ...{ key, values: [1, key, null] },
    }));
    const model = new LiveRows({ columnCount: 3, read: () => entries, schedule: (run) => run() });
    model.begin();
    render(<Grid model={model} columns={columns} label="Rows of films" />);
    point(cellAt(3, 1));
    act(() => {
      entries = entries.slice(2);
      model.replace();
    });
    const body = document.querySelector<HTMLElement>('.grid-body');
    expect(body?.style.height).toBe(`${4 * 28}px`);
  });

  it('has one tab stop, and moves the focus by keys, also to rows that were not drawn', () => {
    renderGrid(modelOf(5000));
    expect(document.querySelectorAll('[role="grid"] [tabindex="0"]').length).toBe(1);
    point(cellAt(0, 0));
    expect(document.activeElement).toBe(cellAt(0, 0));
    press('ArrowDown');
    press('ArrowRight');
    expect(document.activeElement).toBe(cellAt(1, 1));
    press('End', { ctrlKey: true });
    expect(document.activeElement).toBe(cellAt(4999, 2));
    press('Home', { ctrlKey: true });
    expect(document.activeElement).toBe(cellAt(0, 0));
    expect(document.querySelectorAll('[role="grid"] [tabindex="0"]').length).toBe(1);
  });

  it('keeps the focus on a row that is scrolled away', () => {
    const grid = renderGrid(modelOf(5000));
    point(cellAt(0, 1));
    grid.scrollTop = 60_000;
    fireEvent.scroll(grid);
    expect(cellAt(2150, 1)).not.toBeNull();
    expect(document.activeElement).toBe(cellAt(0, 1));
    press('ArrowDown');
    expect(document.activeElement).toBe(cellAt(1, 1));
  });

  it('selects a range with shift and copies exact values', () => {
    renderGrid(modelOf(100));
    point(cellAt(1, 0));
    press('ArrowDown', { shiftKey: true });
    press('ArrowRight', { shiftKey: true });
    expect(document.querySelectorAll('[role="gridcell"][aria-selected="true"]').length).toBe(4);
    const written: string[] = [];
    fireEvent.copy(document.activeElement ?? document.body, {
      clipboardData: { setData: (...given: readonly string[]) => written.push(...given) },
    });
    expect(written).toEqual([
      ...['text/plain', '1\ttitle 1\n2\ttitle 2'],
      ...[cellsFormat, '{"names":["id","title"],"rows":[[[1],["title 1"]],[[2],["title 2"]]]}'],
    ]);
  });

  it('opens the cell of the first press of two, when the rows move in between', () => {
    const opened: unknown[] = [];
    const editing = {
      press: () => false,
      paste: () => undefined,
      pasteRows: () => undefined,
      entries: () => [],
      open: (place: unknown) => opened.push(place),
    };
    render(<Grid model={modelOf(50)} columns={columns} label="Films" editing={editing} />);
    point(cellAt(4, 1));
    point(cellAt(5, 1));
    fireEvent.doubleClick(cellAt(5, 1) ?? document.body);
    expect(opened).toEqual([{ row: 4, column: 1 }]);
    expect(document.activeElement).toBe(cellAt(4, 1));
  });

  it('offers in the menu of a cell what editing offers, before copying', () => {
    const editing = {
      press: () => false,
      paste: () => undefined,
      pasteRows: () => undefined,
      open: () => undefined,
      entries: ({ focus }: Selection, cell: () => HTMLElement | undefined) => {
        const label = `Delete row ${focus.row} at ${cell()?.dataset['col']}`;
        return [{ kind: 'item', id: 'delete', label, onSelect: () => undefined }] as const;
      },
    };
    render(<Grid model={modelOf(50)} columns={columns} label="Films" editing={editing} />);
    point(cellAt(4, 1));
    fireEvent.contextMenu(cellAt(4, 1) ?? document.body);
    const labels = screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
    expect(labels.slice(0, 2)).toEqual(['Delete row 4 at 1', 'CopyCtrlC']);
  });

  it('changes the width of a column by keyboard from its head', () => {
    renderGrid(modelOf(10));
    const width = () => Number.parseInt(cellAt(-1, 0)?.style.width ?? '', 10);
    const before = width();
    point(cellAt(0, 0));
    press('ArrowUp');
    expect(document.activeElement).toBe(cellAt(-1, 0));
    press('ArrowRight', { altKey: true });
    expect(width()).toBe(before + 16);
    press('Enter');
    expect(width()).toBe(before);
  });

  it('shows the whole value of the focused cell with Space, and closes it with Escape', () => {
    renderGrid(modelOf(10));
    point(cellAt(2, 1));
    press(' ');
    const peek = screen.getByRole('dialog', { name: 'Value of title' });
    expect(peek.textContent).toContain('title 2');
    fireEvent.keyDown(peek, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(cellAt(2, 1));
  });

  // The focus went to the cell that had been there, and with it nowhere: keys did nothing any more.
  it('keeps the focus when the row of an open value goes meanwhile', () => {
    let entries: readonly LiveEntry[] = ['a', 'b'].map((key) => ({ key, values: [1, key, null] }));
    const model = new LiveRows({ columnCount: 3, read: () => entries, schedule: (run) => run() });
    model.begin();
    render(<Grid model={model} columns={columns} label="Rows of films" />);
    point(cellAt(0, 1));
    press(' ');
    entries = entries.slice(1);
    act(() => model.replace());
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(document.activeElement).toBe(cellAt(0, 1));
    expect(cellAt(0, 1)?.textContent).toBe('b');
  });

  // Ctrl+End led to the last row that happened to be loaded, 4,192 of 20,000, and had to be pressed again and again.
  it('leads Ctrl+End to the real end, when it is there', () => {
    const model = modelOf(100, false);
    const asked: number[] = [];
    model.onDidWant((rows) => asked.push(rows));
    const more = () =>
      model.append({ rowCount: 50, columns: [[], [], []].map(() => Array(50).fill('x')) });
    renderGrid(model);
    point(cellAt(0, 0));
    press('End', { ctrlKey: true });
    expect(asked.at(-1)).toBeGreaterThan(1_000_000);
    expect(document.activeElement).toBe(cellAt(99, 2));
    act(more);
    act(more);
    expect(document.activeElement).toBe(cellAt(99, 2));
    act(() => model.complete());
    expect(document.activeElement).toBe(cellAt(199, 2));
  });

  it('does not lead to the end who went elsewhere before it was there', () => {
    const model = modelOf(100, false);
    renderGrid(model);
    point(cellAt(0, 0));
    press('End', { ctrlKey: true });
    press('ArrowUp');
    act(() => model.complete());
    expect(document.activeElement).toBe(cellAt(98, 2));
  });

  it('shows rows that come in later, and asks for more when they are looked at', () => {
    const model = new ResultRows(3, { marginRows: 10 });
    const asked: number[] = [];
    model.onDidWant((rows) => asked.push(rows));
    const grid = renderGrid(model);
    expect(cellAt(0, 0)).toBeNull();
    act(() => model.append({ rowCount: 40, columns: [[], [], []].map(() => Array(40).fill('x')) }));
    expect(cellAt(0, 0)?.textContent).toBe('x');
    grid.scrollTop = 600;
    fireEvent.scroll(grid);
    expect(asked.at(-1)).toBeGreaterThan(40);
  });
});
