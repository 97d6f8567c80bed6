import type { Cell, CellType, CellValue } from './cell-value.ts';
import { dateParts } from './date-text.ts';

/*
 * What a cell shows, decided outside React so that it can be tested and costs nothing to memoise. The shown text may
 * be shortened; `exactText` is what is copied and is never shortened, rounded or localised.
 */

export type CellText =
  | { readonly kind: 'pending' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'null' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string; readonly title?: string }
  | { readonly kind: 'number'; readonly text: string; readonly title?: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'uuid'; readonly text: string; readonly title: string }
  | {
      readonly kind: 'date';
      readonly text: string;
      /** `UTC` or the offset, such as `+01:00`. */
      readonly zone: string;
      readonly title: string;
    }
  | {
      readonly kind: 'list';
      readonly chips: readonly string[];
      /** Elements that are not among the chips. */
      readonly more: number;
      readonly title: string;
    }
  | {
      readonly kind: 'object';
      readonly size: number;
      readonly preview: string;
      readonly title: string;
    };

const textCharactersMax = 240;
const titleCharactersMax = 1200;
const chipCharactersMax = 24;
const chipsMax = 4;

/** `hasYears` leaves numbers of four digits ungrouped, where a whole column holds years. */
export function cellText(cell: Cell, type: CellType, hasYears = false): CellText {
  if (cell.state !== 'value') return { kind: cell.state };
  if (hasYears && isYear(cell.value)) return { kind: 'number', text: String(cell.value) };
  return valueText(cell.value, type);
}

/** The exact value as text, for copying: strings as they are, everything else as JSON; nothing for null and not set. */
export function exactText(cell: Cell): string {
  if (cell.state !== 'value' || cell.value === null) return '';
  return typeof cell.value === 'string' ? cell.value : JSON.stringify(cell.value);
}

/** True for what may be a year. A column of nothing else is shown without separators: nobody writes 1,995. */
export function isYear(value: CellValue): boolean {
  return Number.isInteger(value) && Number(value) >= 1000 && Number(value) <= 2999;
}

/** Groups the whole digits of a number by three; every digit stays. */
export function groupedNumber(value: number): string {
  const text = String(value);
  if (text.length <= 3 || text.includes('e')) return text;
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Cuts after so many characters, never inside a surrogate pair, and marks the cut. */
export function cutText(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const last = text.charCodeAt(charactersMax - 1);
  const end = last >= 0xd800 && last < 0xdc00 ? charactersMax - 1 : charactersMax;
  return `${text.slice(0, end)}…`;
}

/** What `markedWhitespace` changes; most texts have none of it. */
const marked = /[\r\n\t]|^ | $/;

/** Makes whitespace that would be invisible visible: breaks, tabs, and spaces at both ends. */
export function markedWhitespace(text: string): string {
  return text
    .replace(/\r\n|\r|\n/g, '↵')
    .replaceAll('\t', '⇥')
    .replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}

function valueText(value: CellValue, type: CellType): CellText {
  if (value === null) return { kind: 'null' };
  switch (typeof value) {
    case 'string':
      return stringText(value, type);
    case 'number':
      return numberText(value);
    case 'boolean':
      return { kind: 'boolean', value };
    case 'object':
      return isList(value) ? listText(value) : objectText(value);
  }
}

function stringText(value: string, type: CellType): CellText {
  if (value === '') return { kind: 'empty' };
  const scalar = type.kind === 'scalar' ? type.name : undefined;
  if (scalar === 'Uuid') return { kind: 'uuid', text: shortId(value), title: value };
  if (scalar === 'DateTime') {
    const parts = dateParts(value);
    if (parts !== undefined) return { kind: 'date', ...parts, title: value };
  }
  if (value.length <= textCharactersMax && !marked.test(value))
    return { kind: 'text', text: value };
  const text = cutText(markedWhitespace(value.slice(0, textCharactersMax + 2)), textCharactersMax);
  return text === value
    ? { kind: 'text', text }
    : { kind: 'text', text, title: cutText(value, titleCharactersMax) };
}

function numberText(value: number): CellText {
  const text = groupedNumber(value);
  // A number that is cut by its column is easily misread, so that a long one can always be hovered.
  return text.length > 6 ? { kind: 'number', text, title: text } : { kind: 'number', text };
}

/** The two ends of an id: version 7 ids share their beginning, so the end tells them apart. */
function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`;
}

function listText(value: readonly CellValue[]): CellText {
  const chips: string[] = [];
  for (const element of value.slice(0, chipsMax)) chips.push(shortValue(element));
  return {
    kind: 'list',
    chips,
    more: value.length - chips.length,
    title: cutText(JSON.stringify(value), titleCharactersMax),
  };
}

function objectText(value: { readonly [key: string]: CellValue }): CellText {
  const entries = Object.entries(value);
  const preview = entries
    .slice(0, chipsMax)
    .map(([key, member]) => `${key}: ${shortValue(member)}`)
    .join(', ');
  return {
    kind: 'object',
    size: entries.length,
    preview: entries.length > chipsMax ? `${preview}, …` : preview,
    title: cutText(JSON.stringify(value, undefined, 1), titleCharactersMax),
  };
}

function shortValue(value: CellValue): string {
  if (value === null) return 'null';
  if (value === '') return '""';
  if (typeof value === 'string') return cutText(markedWhitespace(value), chipCharactersMax);
  if (typeof value === 'number') return groupedNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.length}]`;
  return `{${Object.keys(value).length}}`;
}

/** `Array.isArray` does not narrow read-only arrays. */
function isList(value: object): value is readonly CellValue[] {
  return Array.isArray(value);
}
