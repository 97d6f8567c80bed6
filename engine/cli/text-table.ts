/*
 * Aligned tables for people. A result may be endless, so widths are decided from the first rows and then kept;
 * a later cell that is wider pushes its own line only.
 */
import { cutToWidth, displayWidth } from './display-width.ts';

export interface TableColumn {
  readonly title: string;
  readonly isRightAligned: boolean;
}

export interface TableOptions {
  /** Rows from which the widths are decided. */
  readonly rowsMeasured?: number;
  /** The widest a cell may be; longer ones end in an ellipsis. */
  readonly cellWidthMax?: number;
}

const gap = '  ';

/** Turns rows into lines. `add` and `end` give the text that can be written now. */
export class TextTable {
  readonly #columns: readonly TableColumn[];
  readonly #rowsMeasured: number;
  readonly #cellWidthMax: number;
  #held: (readonly string[])[] = [];
  #widths: readonly number[] | undefined;

  constructor(columns: readonly TableColumn[], options: TableOptions = {}) {
    this.#columns = columns;
    this.#rowsMeasured = options.rowsMeasured ?? 1_000;
    this.#cellWidthMax = options.cellWidthMax ?? 60;
  }

  add(cells: readonly string[]): string {
    const cut = cells.map((cell) => cutToWidth(cell, this.#cellWidthMax));
    if (this.#widths !== undefined) return this.#line(cut, this.#widths);
    this.#held.push(cut);
    return this.#held.length < this.#rowsMeasured ? '' : this.#release();
  }

  /** The rest; a table without rows is its header. */
  end(): string {
    return this.#widths === undefined ? this.#release() : '';
  }

  #release(): string {
    const widths = this.#columns.map((column, index) =>
      this.#held.reduce(
        (widest, row) => Math.max(widest, displayWidth(row[index] ?? '')),
        displayWidth(column.title),
      ),
    );
    this.#widths = widths;
    const header = this.#line(
      this.#columns.map((column) => column.title),
      widths,
    );
    const rule = `${widths.map((width) => '─'.repeat(width)).join(gap)}\n`;
    const rows = this.#held.map((row) => this.#line(row, widths));
    this.#held = [];
    return [header, rule, ...rows].join('');
  }

  #line(cells: readonly string[], widths: readonly number[]): string {
    const padded = this.#columns.map((column, index) => {
      const cell = cells[index] ?? '';
      const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cell)));
      return column.isRightAligned ? space + cell : cell + space;
    });
    return `${padded.join(gap).trimEnd()}\n`;
  }
}

/** A whole table at once. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const table = new TextTable(columns, { ...options, rowsMeasured: rows.length + 1 });
  return rows.map((row) => table.add(row)).join('') + table.end();
}
