import type { Cell, CellValue } from './cell-value.ts';

/** How long a change is pointed out, as the animation in grid.css is long. */
const flashMs = 700;
/** What changes again and again is pointed out anew only when so much of the time is over: each begins an animation. */
const flashAgainMs = flashMs / 2;

/** A change that is pointed out: its number among all of the model, and when it came on the clock of the model. */
export interface ChangeMark {
  readonly number: number;
  readonly at: number;
}

export type RowValues = readonly (CellValue | undefined)[];

const missingCell: Cell = { state: 'missing' };

/** A row of a live model: its values by column, `undefined` for what is not set, and what of them changed lately. */
export class KeyedRow {
  readonly key: string;
  #values: RowValues;
  #revision = 0;
  #entered: ChangeMark | undefined;
  #changed: Map<number, ChangeMark> | undefined;

  constructor(key: string, values: RowValues, entered?: ChangeMark) {
    this.key = key;
    this.#values = values;
    this.#entered = entered;
  }

  get values(): RowValues {
    return this.#values;
  }

  get revision(): number {
    return this.#revision;
  }

  cell(column: number): Cell {
    const value = this.#values[column];
    return value === undefined ? missingCell : { state: 'value', value };
  }

  /** Takes other values and gives the columns that differ; with a mark, they are pointed out. */
  assign(values: RowValues, mark?: ChangeMark): readonly number[] {
    if (values === this.#values) return [];
    const columns: number[] = [];
    for (let column = 0; column < Math.max(values.length, this.#values.length); column += 1) {
      if (!isSame(values[column], this.#values[column])) columns.push(column);
    }
    if (columns.length === 0) return columns;
    this.#values = values;
    this.#revision += 1;
    if (mark !== undefined) {
      this.#changed ??= new Map();
      for (const column of columns) {
        const before = this.#changed.get(column);
        if (before === undefined || mark.at - before.at >= flashAgainMs) {
          this.#changed.set(column, mark);
        }
      }
    }
    return columns;
  }

  /** The number of the change that is to be pointed out in a column; 0 when none is fresh. */
  flash(column: number, now: number): number {
    const mark = this.#changed?.get(column) ?? this.#entered;
    if (mark === undefined || now - mark.at >= flashMs) return 0;
    return mark.number;
  }
}

function isSame(left: CellValue | undefined, right: CellValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  return JSON.stringify(left) === JSON.stringify(right);
}
