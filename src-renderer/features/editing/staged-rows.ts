/*
 * Staged edits laid over the rows of a collection: new documents stand before the first row, changed cells show what
 * they will be, deleted rows stay where they are, struck through. A document that others have deleted while it was edited
 * has no row below any more: it stands with the new ones, until it is decided what becomes of its edits.
 */
import type { Cell } from '../../grid/cell-value.ts';
import type { CellMark, RowCount, RowMark, RowModel } from '../../grid/row-model.ts';
import type { Range } from '../../grid/window.ts';
import { fieldValue, type MergedDocument } from './staged-document.ts';
import { StagedIndex } from './staged-index.ts';
import { isBlocking } from './staged-problems.ts';
import type { StagedStore } from './staged-store.ts';

const revisionsPerRow = 1_000_000;

export class StagedRows implements RowModel {
  readonly columnCount: number;
  readonly #rows: RowModel;
  readonly #fields: readonly string[];
  readonly #store: StagedStore;
  readonly #index: StagedIndex;
  #count: RowCount = { rows: 0, isKnown: false };

  /** `fields` are the names of the columns; the first is `id`. */
  constructor(rows: RowModel, fields: readonly string[], store: StagedStore) {
    this.#rows = rows;
    this.#fields = fields;
    this.#store = store;
    this.#index = new StagedIndex(store);
    this.columnCount = rows.columnCount;
  }

  get version(): number {
    return this.#rows.version + this.#store.version;
  }

  get count(): RowCount {
    const { length } = this.#leading;
    const { rows, isKnown } = this.#rows.count;
    if (this.#count.rows !== rows + length || this.#count.isKnown !== isKnown) {
      this.#count = { rows: rows + length, isKnown };
    }
    return this.#count;
  }

  get tailRow(): number {
    const { tailRow } = this.#rows;
    return tailRow < 0 ? tailRow : tailRow + this.#leading.length;
  }

  cell(row: number, column: number): Cell {
    const staged = this.staged(row);
    const document = staged?.mine ?? staged?.theirs ?? staged?.base;
    const field = this.#fields[column];
    if (document === undefined || field === undefined)
      return this.#rows.cell(this.#inner(row), column);
    const value = fieldValue(document, field);
    return value === undefined ? { state: 'missing' } : { state: 'value', value };
  }

  isLoaded(row: number): boolean {
    return row < this.#leading.length || this.#rows.isLoaded(this.#inner(row));
  }

  keyOf(row: number): string | undefined {
    return this.#leading[row]?.id ?? this.#rows.keyOf(this.#inner(row));
  }

  rowOf(key: string): number | undefined {
    const leading = this.#leading;
    const at = leading.findIndex(({ id }) => id === key);
    if (at >= 0) return at;
    const row = this.#rows.rowOf(key);
    return row === undefined ? undefined : row + leading.length;
  }

  revision(row: number): number {
    const below = row < this.#leading.length ? 0 : this.#rows.revision(this.#inner(row));
    if (below < 0) return below;
    const key = this.keyOf(row);
    return below + revisionsPerRow * (key === undefined ? 0 : this.#index.revision(key));
  }

  flash(row: number, column: number): number {
    return row < this.#leading.length ? 0 : this.#rows.flash(this.#inner(row), column);
  }

  want({ start, end }: Range): void {
    const { length } = this.#leading;
    this.#rows.want({ start: Math.max(0, start - length), end: Math.max(0, end - length) });
  }

  wantAll(): void {
    this.#rows.wantAll();
  }

  onDidChange(listener: () => void): () => void {
    const ends = [this.#rows.onDidChange(listener), this.#store.subscribe(listener)];
    return () => {
      for (const end of ends) end();
    };
  }

  rowMark(row: number): RowMark | undefined {
    const staged = this.staged(row);
    switch (staged?.kind) {
      case 'insert':
        return 'inserted';
      case 'update':
        return staged.conflict?.kind === 'gone' ? 'gone' : 'changed';
      case 'delete':
        return 'deleted';
      default:
        return undefined;
    }
  }

  cellMark(row: number, column: number): CellMark | undefined {
    const staged = this.staged(row);
    const field = this.#fields[column];
    if (staged === undefined || field === undefined) return undefined;
    const { id, conflict, changedFields, kind } = staged;
    if (conflict !== undefined) {
      const isWhole = conflict.kind === 'gone';
      if (isWhole ? column === 0 : conflict.fields.includes(field)) return 'conflict';
    }
    const problem = this.#store.problemOf(id, field);
    if (problem !== undefined) return isBlocking(problem) ? 'invalid' : 'doubtful';
    return kind === 'update' && changedFields.includes(field) ? 'changed' : undefined;
  }

  cellNote(row: number, column: number): string | undefined {
    const key = this.keyOf(row);
    const field = this.#fields[column];
    if (key === undefined || field === undefined) return undefined;
    return this.#store.problemOf(key, field)?.message;
  }

  /** What is staged of the document in a row. */
  staged(row: number): MergedDocument | undefined {
    const key = this.keyOf(row);
    return key === undefined ? undefined : this.#index.of(key);
  }

  /** New documents, then edited ones that others have deleted and that no row below shows any more. */
  get #leading(): readonly MergedDocument[] {
    const { inserted, gone } = this.#index;
    // Asked for each cell that is drawn.
    if (gone.length === 0) return inserted;
    return [...inserted, ...gone.filter(({ id }) => this.#rows.rowOf(id) === undefined)];
  }

  #inner(row: number): number {
    return row - this.#leading.length;
  }
}
