/*
 * Staged edits laid over the rows of a result. A cell whose document is edited shows what it will be, wherever else that
 * document is shown and edited; what was committed since the rows were read is shown as it was committed.
 */
import type { ResultColumn, WireValue } from '#contract';
import type { Cell } from '../../grid/cell-value.ts';
import type { CellMark, RowCount, RowMark, RowModel } from '../../grid/row-model.ts';
import type { Range } from '../../grid/window.ts';
import { type CellOrigin, cellOrigin, type RowOrigins, shownValue } from './result-origin.ts';
import { type EditedDocument, isSame, type MergedDocument } from './staged-document.ts';
import { StagedIndex } from './staged-index.ts';
import { isBlocking, type StagedProblem } from './staged-problems.ts';
import type { StagedStore } from './staged-store.ts';

const revisionsPerRow = 1_000_000;

interface Staged {
  readonly store: StagedStore;
  readonly index: StagedIndex;
  /** Commits before the rows were read. */
  readonly commitCount: number;
}

export class EditedResult implements RowModel {
  readonly columnCount: number;
  readonly #rows: RowModel & RowOrigins;
  readonly #columns: readonly ResultColumn[];
  readonly #staged: ReadonlyMap<string, Staged>;

  constructor(
    rows: RowModel & RowOrigins,
    columns: readonly ResultColumn[],
    stores: ReadonlyMap<string, StagedStore>,
  ) {
    this.#rows = rows;
    this.#columns = columns;
    this.columnCount = rows.columnCount;
    this.#staged = new Map(
      [...stores].map(([collection, store]) => [
        collection,
        { store, index: new StagedIndex(store), commitCount: store.commitCount },
      ]),
    );
  }

  get version(): number {
    let version = this.#rows.version;
    for (const { store } of this.#staged.values()) version += store.version;
    return version;
  }

  get count(): RowCount {
    return this.#rows.count;
  }

  get tailRow(): number {
    return this.#rows.tailRow;
  }

  cell(row: number, column: number): Cell {
    const cell = this.#rows.cell(row, column);
    if (cell.state === 'pending') return cell;
    const origin = this.#documentAt(row, column);
    const document = origin && this.#shownDocument(origin);
    if (origin === undefined || document === undefined) return cell;
    const value = shownValue(origin, document, cell.state === 'value' ? cell.value : undefined);
    return value === undefined ? { state: 'missing' } : { state: 'value', value };
  }

  /** Where the value of a cell comes from, or why from nowhere. */
  originAt(row: number, column: number): CellOrigin | string {
    const found = this.#columns[column];
    if (found === undefined) return 'This is no cell.';
    return cellOrigin(found, { row, column }, this.#rows);
  }

  documentOf(row: number): string | undefined {
    return this.#rows.documentOf(row);
  }

  isLoaded(row: number): boolean {
    return this.#rows.isLoaded(row);
  }

  keyOf(row: number): string | undefined {
    return this.#rows.keyOf(row);
  }

  rowOf(key: string): number | undefined {
    return this.#rows.rowOf(key);
  }

  revision(row: number): number {
    const below = this.#rows.revision(row);
    if (below < 0) return below;
    let count = 0;
    for (const { collection, id } of this.#documentsOf(row)) {
      count += this.#staged.get(collection)?.index.revision(id) ?? 0;
    }
    return below + revisionsPerRow * count;
  }

  flash(row: number, column: number): number {
    return this.#rows.flash(row, column);
  }

  rowMark(row: number): RowMark | undefined {
    let mark: RowMark | undefined;
    for (const { collection, id } of this.#documentsOf(row)) {
      const { kind, conflict } = this.#mergedOf(collection, id) ?? {};
      if (kind === 'delete' && id === this.#rows.documentOf(row)) return 'deleted';
      if (kind === 'update') mark = 'changed';
      if (conflict?.kind === 'gone') return 'gone';
    }
    return mark;
  }

  cellMark(row: number, column: number): CellMark | undefined {
    const origin = this.#documentAt(row, column);
    const merged = origin && this.#mergedOf(origin.collection, origin.id);
    if (origin === undefined || merged?.kind !== 'update') return undefined;
    const { conflict, base = {}, theirs = base, mine = {} } = merged;
    const paths = origin.path === undefined ? [...(origin.members?.values() ?? [])] : [origin.path];
    const isIn = (fields: readonly string[]) =>
      paths.some(([field = '']) => fields.includes(field));
    if (conflict?.kind === 'gone' || (conflict !== undefined && isIn(conflict.fields))) {
      return 'conflict';
    }
    const problem = this.#problemAt(origin);
    if (problem !== undefined) return isBlocking(problem) ? 'invalid' : 'doubtful';
    const cell = this.#rows.cell(row, column);
    const given = cell.state === 'value' ? cell.value : undefined;
    const [was, is] = [shownValue(origin, theirs, given), shownValue(origin, mine, given)];
    return isSame(was, is) ? undefined : 'changed';
  }

  cellNote(row: number, column: number): string | undefined {
    const origin = this.#documentAt(row, column);
    return origin && this.#problemAt(origin)?.message;
  }

  want(rows: Range): void {
    this.#rows.want(rows);
  }

  wantAll(): void {
    this.#rows.wantAll();
  }

  onDidChange(listener: () => void): () => void {
    const ends = [
      this.#rows.onDidChange(listener),
      ...[...this.#staged.values()].map(({ store }) => store.subscribe(listener)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  #documentAt(row: number, column: number): CellOrigin | undefined {
    const origin = this.originAt(row, column);
    return typeof origin === 'string' ? undefined : origin;
  }

  #documentsOf(row: number): readonly Pick<CellOrigin, 'collection' | 'id'>[] {
    return this.#columns.flatMap((_, column) => this.#documentAt(row, column) ?? []);
  }

  /** What is wrong with the field that a cell shows. */
  #problemAt({ collection, id, path }: CellOrigin): StagedProblem | undefined {
    const [field] = path ?? [];
    if (field === undefined) return undefined;
    return this.#staged.get(collection)?.store.problemOf(id, field);
  }

  #mergedOf(collection: string, id: string): MergedDocument | undefined {
    return this.#staged.get(collection)?.index.of(id);
  }

  /** The document as it is edited, or as it was committed since; `undefined` when it is as the query gave it. */
  #shownDocument({ collection, id }: CellOrigin): EditedDocument | undefined {
    const staged = this.#staged.get(collection);
    const merged = staged?.index.of(id);
    if (merged?.kind === 'update') return merged.mine;
    return staged?.store.committedAfter(staged.commitCount, id)?.document;
  }
}

/** The value that a cell shows, for whoever edits it. */
export function shownIn(
  rows: EditedResult,
  { row, column }: { readonly row: number; readonly column: number },
): WireValue | undefined {
  const cell = rows.cell(row, column);
  return cell.state === 'value' ? cell.value : undefined;
}
