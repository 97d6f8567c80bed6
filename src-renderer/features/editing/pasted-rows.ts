/*
 * What the clipboard holds: rows of a spreadsheet with tabs between the cells, CSV, or documents in JSON. A cell with a
 * separator inside is quoted. Text with commas is CSV only where it has several lines that all have as many cells.
 */
import type { WireValue } from '#contract';
import { fieldValue, isObject } from './staged-document.ts';

/** A cell: text that is still to be read by the type of its field, or a value that JSON gave. */
export type PastedCell = string | { readonly value: WireValue };

/** The cell as it was pasted. */
export function pastedText(cell: PastedCell): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell.value);
}

interface PastedBlock {
  /** The names of the columns, where the text has them. */
  readonly head: readonly string[] | undefined;
  /** `undefined` for a member that a document does not have. */
  readonly rows: readonly (readonly (PastedCell | undefined)[])[];
}

type Separator = '\t' | ',';

export function pastedBlock(text: string, names: readonly string[]): PastedBlock {
  const documents = documentsIn(text);
  if (documents !== undefined) {
    const head = [...new Set(documents.flatMap((document) => Object.keys(document)))];
    const rows = documents.map((document) =>
      head.map((name) => {
        const value = fieldValue(document, name);
        return value === undefined ? undefined : { value };
      }),
    );
    return { head, rows };
  }
  const rows = rowsOf(text);
  const [first = [], ...rest] = rows;
  const isHead = rest.length > 0 && first.every((name) => names.includes(name));
  return isHead ? { head: first, rows: rest } : { head: undefined, rows };
}

/** One object, or a list of objects. */
function documentsIn(text: string) {
  const trimmed = text.trim();
  if (!/^[{[]/.test(trimmed)) return undefined;
  try {
    // JSON holds nothing that the wire does not.
    const value = JSON.parse(trimmed) as WireValue;
    const list: readonly WireValue[] = Array.isArray(value) ? value : [value];
    return list.length > 0 && list.every(isObject) ? list : undefined;
  } catch {
    return undefined;
  }
}

function rowsOf(text: string): readonly (readonly string[])[] {
  if (text.includes('\t')) return separatedRows(text, '\t');
  const rows = separatedRows(text, ',');
  const width = rows[0]?.length ?? 0;
  const isCsv = rows.length > 1 && width > 1 && rows.every((row) => row.length === width);
  return isCsv ? rows : separatedRows(text, '\t');
}

function separatedRows(text: string, separator: Separator): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  const endRow = () => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell === '' && isClosed(text, at, separator)) isQuoted = true;
    else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

const closedBy: Readonly<Record<Separator, RegExp>> = {
  '\t': /"(?:[^"]|"")*"(?:[\t\r\n]|$)/y,
  ',': /"(?:[^"]|"")*"(?:[,\r\n]|$)/y,
};

/** A quote opens a cell only where one closes it before a separator, a line's end or the end. */
function isClosed(text: string, at: number, separator: Separator): boolean {
  const form = new RegExp(closedBy[separator]);
  form.lastIndex = at;
  return form.test(text);
}
