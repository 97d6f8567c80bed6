import type { CellValue, GridColumn } from './cell-value.ts';
import { documentAt } from './document-rows.ts';
import type { RowModel } from './row-model.ts';

/*
 * The lines of a tree over all loaded documents, without making a line for each: a document that is closed is one
 * line, and only open ones are flattened. Any line is found through the running sums of the open documents' lines, so
 * that a hundred thousand documents cost what the open ones cost.
 */

export interface JsonLine {
  /** Unique among the lines: the row, then the keys, JSON-pointer escaped. */
  readonly path: string;
  readonly key: string;
  readonly value: CellValue;
  readonly level: number;
  readonly isBranch: boolean;
  readonly isExpanded: boolean;
  readonly position: number;
  readonly siblingCount: number;
  readonly parentPath: string | undefined;
}

interface OpenDocument {
  readonly row: number;
  /** Lines before this document's own line. */
  readonly before: number;
  readonly lines: readonly JsonLine[];
}

export class JsonLines {
  readonly #rows: RowModel;
  readonly #columns: readonly GridColumn[];
  readonly #expanded: ReadonlySet<string>;
  readonly #open: readonly OpenDocument[];
  readonly #count: number;

  constructor(rows: RowModel, columns: readonly GridColumn[], expanded: ReadonlySet<string>) {
    this.#rows = rows;
    this.#columns = columns;
    this.#expanded = expanded;
    const open: OpenDocument[] = [];
    let extra = 0;
    for (const row of openRows(expanded, rows.count.rows)) {
      const lines: JsonLine[] = [];
      flatten(documentAt(rows, columns, row), String(row), 2, expanded, lines);
      open.push({ row, before: row + extra, lines });
      extra += lines.length;
    }
    this.#open = open;
    this.#count = rows.count.rows + extra;
  }

  get count(): number {
    return this.#count;
  }

  line(index: number): JsonLine | undefined {
    if (index < 0 || index >= this.#count) return undefined;
    const open = this.#lastOpenAtOrBefore((document) => document.before <= index);
    if (open === undefined) return this.#documentLine(index);
    const inside = index - open.before - 1;
    if (inside < 0) return this.#documentLine(open.row);
    return open.lines[inside] ?? this.#documentLine(open.row + 1 + inside - open.lines.length);
  }

  /** Where a path's line stands; undefined when it is not visible. */
  indexOf(path: string): number | undefined {
    const row = Number(path.split('/', 1)[0]);
    const open = this.#lastOpenAtOrBefore((document) => document.row <= row);
    const start =
      open === undefined
        ? row
        : open.before + row - open.row + (open.row === row ? 0 : open.lines.length);
    if (!path.includes('/')) return row < this.#rows.count.rows ? start : undefined;
    const inside = open?.row === row ? open.lines.findIndex((line) => line.path === path) : -1;
    return inside < 0 ? undefined : start + 1 + inside;
  }

  #documentLine(row: number): JsonLine {
    const path = String(row);
    return {
      path,
      key: (row + 1).toLocaleString('en-US'),
      value: documentAt(this.#rows, this.#columns, row),
      level: 1,
      isBranch: true,
      isExpanded: this.#expanded.has(path),
      position: row + 1,
      siblingCount: this.#rows.count.isKnown ? this.#rows.count.rows : -1,
      parentPath: undefined,
    };
  }

  #lastOpenAtOrBefore(holds: (document: OpenDocument) => boolean): OpenDocument | undefined {
    let low = 0;
    let high = this.#open.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const document = this.#open[middle];
      if (document !== undefined && holds(document)) low = middle + 1;
      else high = middle;
    }
    return this.#open[low - 1];
  }
}

/** What an arrow key does on a line of a tree: move, open or close. */
export type JsonStep =
  | { readonly kind: 'move'; readonly index: number }
  | { readonly kind: 'expand'; readonly path: string }
  | { readonly kind: 'collapse'; readonly path: string };

export function jsonStep(
  lines: JsonLines,
  index: number,
  key: string,
  pageLines: number,
): JsonStep | undefined {
  const line = lines.line(index);
  if (line === undefined) return undefined;
  const last = lines.count - 1;
  const move = (to: number): JsonStep => ({ kind: 'move', index: Math.max(0, Math.min(to, last)) });
  switch (key) {
    case 'ArrowDown':
      return move(index + 1);
    case 'ArrowUp':
      return move(index - 1);
    case 'PageDown':
      return move(index + pageLines);
    case 'PageUp':
      return move(index - pageLines);
    case 'Home':
      return move(0);
    case 'End':
      return move(last);
    case 'ArrowRight':
      if (!line.isBranch) return undefined;
      return line.isExpanded ? move(index + 1) : { kind: 'expand', path: line.path };
    case 'ArrowLeft': {
      if (line.isExpanded) return { kind: 'collapse', path: line.path };
      const parent = line.parentPath === undefined ? undefined : lines.indexOf(line.parentPath);
      return parent === undefined ? undefined : move(parent);
    }
    case 'Enter':
    case ' ':
      if (!line.isBranch) return undefined;
      return { kind: line.isExpanded ? 'collapse' : 'expand', path: line.path };
    default:
      return undefined;
  }
}

function openRows(expanded: ReadonlySet<string>, rowCount: number): readonly number[] {
  const rows: number[] = [];
  for (const path of expanded) {
    if (!path.includes('/') && Number(path) < rowCount) rows.push(Number(path));
  }
  return rows.sort((left, right) => left - right);
}

function flatten(
  value: CellValue,
  parentPath: string,
  level: number,
  expanded: ReadonlySet<string>,
  lines: JsonLine[],
): void {
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  for (const [at, [key, member]] of entries.entries()) {
    const path = `${parentPath}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isBranch = typeof member === 'object' && member !== null && sizeOf(member) > 0;
    const isExpanded = isBranch && expanded.has(path);
    lines.push({
      path,
      key,
      value: member,
      level,
      isBranch,
      isExpanded,
      position: at + 1,
      siblingCount: entries.length,
      parentPath,
    });
    if (isExpanded) flatten(member, path, level + 1, expanded, lines);
  }
}

/** Members of an object or elements of a list. */
export function sizeOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
