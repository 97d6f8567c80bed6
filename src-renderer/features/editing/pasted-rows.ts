/*
 * What the clipboard holds: cells of a grid of the studio, documents in JSON (one, a list, or one a line), rows of a
 * spreadsheet with tabs between the cells, or CSV with commas or semicolons. Text with these is CSV only where it has
 * several lines of as many cells, but for a few, or a first line that names fields. What cannot be read is told.
 */
import type { WireValue } from '#contract';
import type { CopiedCells } from '../../grid/copied-cells.ts';
import { jsonProblem } from './json-text.ts';
import { type Separator, separatedRows } from './separated-text.ts';
import { type EditedDocument, fieldValue, isObject } from './staged-document.ts';

/** A cell: text that is still to be read by the type of its field, or a value; `undefined` for one that is not set. */
export type PastedCell = string | { readonly value: WireValue | undefined };

/** The cell as it was pasted. */
export function pastedText(cell: PastedCell): string {
  if (typeof cell === 'string') return cell;
  return cell.value === undefined ? 'not set' : JSON.stringify(cell.value);
}

export interface PastedBlock {
  /** The names of the columns, where the text has them. */
  readonly head: readonly string[] | undefined;
  /** `undefined` for a member that a document does not have. */
  readonly rows: readonly (readonly (PastedCell | undefined)[])[];
  /** What was odd in the text or is left out, each as a part of a sentence. */
  readonly remarks: readonly string[];
}

export interface PastedData {
  readonly text: string;
  /** What a grid of the studio has copied together with the text. */
  readonly cells?: CopiedCells | undefined;
}

interface ReadingOptions {
  /** True for the name of a field, as a first line may have it. */
  readonly isField: (name: string) => boolean;
  /** True when each row becomes a document: then a text of lines is rather rows than words. */
  readonly asRows: boolean;
  /** True for one cell that holds objects: one in JSON is its value, whatever its members are called. */
  readonly holdsObject?: boolean;
}

export function pastedBlock({ text, cells }: PastedData, options: ReadingOptions): PastedBlock {
  if (cells !== undefined) {
    const isNamed = options.asRows && cells.names.some(options.isField);
    const rows = cells.rows.map((row) => row.map((value) => ({ value })));
    return { head: isNamed ? cells.names : undefined, rows, remarks: [] };
  }
  return documentsIn(text, options) ?? separatedBlock(text, options);
}

/** Documents in JSON, or a value in JSON for one cell; `undefined` when the text is neither. */
function documentsIn(text: string, options: ReadingOptions): PastedBlock | undefined {
  const { isField, asRows, holdsObject = false } = options;
  if (!/^\s*[{[]/.test(text)) return undefined;
  const whole = parsedJson(text);
  if (whole === undefined) return documentLinesIn(text);
  const list: readonly WireValue[] = Array.isArray(whole) ? whole : [whole];
  const documents = list.filter(isObject);
  const isValue = holdsObject && !asRows && isObject(whole);
  const isNamed =
    asRows || (!isValue && documents.some((document) => Object.keys(document).some(isField)));
  if (documents.length > 0 && documents.length === list.length && isNamed) {
    return blockOf(documents, [text], []);
  }
  return { head: undefined, rows: [[text.trim()]], remarks: [] };
}

/** One document a line, but for a few lines. */
function documentLinesIn(text: string): PastedBlock | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.map((line) => parsedJson(line));
  const found = documents.filter(isObject);
  if (found.length * 2 <= lines.length) return undefined;
  const bad = lines.flatMap((_, at) => (isObject(documents[at]) ? [] : [at + 1]));
  const verb =
    bad.length === 1 ? 'is no document in JSON and is' : 'are no documents in JSON and are';
  return blockOf(found, lines, bad.length === 0 ? [] : [`${linesText(bad)} ${verb} left out`]);
}

function blockOf(
  documents: readonly EditedDocument[],
  texts: readonly string[],
  remarks: readonly string[],
): PastedBlock {
  const problems = texts.flatMap((text) =>
    parsedJson(text) === undefined ? [] : (jsonProblem(text) ?? []),
  );
  const number = problems.find(({ isNumber }) => isNumber);
  // It would be another value in each of its places.
  if (number !== undefined)
    return { head: undefined, rows: [], remarks: [inSentence(number.message)] };
  const head = [...new Set(documents.flatMap((document) => Object.keys(document)))];
  const rows = documents.map((document) =>
    head.map((name) => {
      const value = fieldValue(document, name);
      return value === undefined ? undefined : { value };
    }),
  );
  return {
    head,
    rows,
    remarks: [...remarks, ...problems.slice(0, 1).map(({ message }) => inSentence(message))],
  };
}

function parsedJson(text: string): WireValue | undefined {
  try {
    // JSON holds nothing that the wire does not.
    return JSON.parse(text) as WireValue;
  } catch {
    return undefined;
  }
}

function separatedBlock(text: string, options: ReadingOptions): PastedBlock {
  const { rows, isTable } = tableIn(text, options) ?? {
    rows: separatedRows(text, '\t'),
    isTable: false,
  };
  const [first = [], ...rest] = rows;
  const hasHead = rest.length > 0 && isHead(first, options);
  const width = usualWidth(rows);
  const isWide = width > 1 && (isTable || hasHead || options.asRows);
  const numbered = (hasHead ? rest : rows).map((row, at) => ({
    row,
    line: at + (hasHead ? 2 : 1),
  }));
  // An empty line stands for an empty cell only where there is one column.
  const kept = isWide ? numbered.filter(({ row }) => row.length > 1 || row[0] !== '') : numbered;
  const expected = hasHead ? first.length : width;
  const ragged = isWide ? kept.filter(({ row }) => row.length !== expected) : [];
  return {
    head: hasHead ? first : undefined,
    rows: kept.map(({ row }) => row),
    remarks: ragged.length === 0 ? [] : [raggedText(ragged, expected)],
  };
}

interface Table {
  readonly rows: readonly (readonly string[])[];
  readonly isTable: boolean;
}

function tableIn(text: string, options: ReadingOptions): Table | undefined {
  if (text.includes('\t')) return undefined;
  const tables = ([';', ','] satisfies Separator[]).flatMap((separator) => {
    const rows = separatedRows(text, separator);
    return isCsv(rows, options) ? [rows] : [];
  });
  const [best] = tables.toSorted((left, right) => usualWidth(right) - usualWidth(left));
  return best && { rows: best, isTable: true };
}

/** Lines of words have commas too, but not as many in each of them. */
function isCsv(rows: readonly (readonly string[])[], options: ReadingOptions): boolean {
  const lines = rows.filter((row) => row.length > 1 || row[0] !== '');
  const width = usualWidth(lines);
  if (lines.length < 2 || width < 2) return false;
  if (isHead(lines[0] ?? [], options)) return true;
  const ragged = lines.filter((row) => row.length !== width).length;
  return ragged === 0 || ragged * (options.asRows ? 2 : 4) < lines.length;
}

/** A first line of which most names are fields; the others are columns that the fields do not have. */
function isHead(cells: readonly string[], { isField }: ReadingOptions): boolean {
  const named = cells.filter((cell) => isField(cell)).length;
  return named > 0 && named * 2 > cells.length;
}

/** How many cells most rows have; the more, where as many rows have one as the other. */
function usualWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [usual] = [...counts].sort((left, right) => right[1] - left[1] || right[0] - left[0]);
  return usual?.[0] ?? 0;
}

function raggedText(
  ragged: readonly { readonly row: readonly string[]; readonly line: number }[],
  expected: number,
): string {
  const [only] = ragged;
  if (ragged.length === 1 && only !== undefined) {
    const cells = `${only.row.length} ${only.row.length === 1 ? 'cell' : 'cells'}`;
    return `line ${only.line} has ${cells} instead of ${expected}`;
  }
  return `${linesText(ragged.map(({ line }) => line))} do not have ${expected} cells as the others`;
}

const namedMax = 5;

function linesText(lines: readonly number[]): string {
  const shown = lines.slice(0, namedMax).join(', ');
  const rest = lines.length - namedMax;
  return `${lines.length === 1 ? 'line' : 'lines'} ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function inSentence(message: string): string {
  return message.replace(/\.$/, '');
}
