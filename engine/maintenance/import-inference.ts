/*
 * Finds out the type of each column by looking at all its values. An observer remembers only which kinds of values
 * it has seen and what every text so far could have been, so its size does not depend on the length of the file.
 *
 * In textual formats each cell is text that may look like something else, and a mixture is a String. In JSON the
 * kinds are given, and a mixture is Any.
 */
import type { FieldType, ScalarTypeName } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { parseLooseDateTime } from './import-date-time.ts';
import { isNestedTooDeeply } from './import-exact-json.ts';
import { columnCountMax } from './import-limits.ts';

type ValueKind = 'boolean' | 'int' | 'bigint' | 'float' | 'string' | 'object' | 'list';

interface ColumnObserver {
  readonly kinds: Set<ValueKind>;
  nullCount: number;
  valueCount: number;
  everyTextIsUuid: boolean;
  everyTextIsDateTime: boolean;
  /** What the elements of lists are; made at the first list. */
  elements: ColumnObserver | undefined;
}

/** A column of a file, with what its values have in common. */
export interface InferredColumn {
  readonly source: string;
  readonly type: FieldType;
  /** True when every record had a value here. */
  readonly isComplete: boolean;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const integerForm = /^-?(?:0|[1-9]\d*)$/;
const floatForm = /^-?(?:0|[1-9]\d*)?(?:\.\d+|\d)(?:[eE][+-]?\d+)?$/;

/** Watches records and tells the type of every column that any of them had, in the order of first appearance. */
export class TypeInference {
  readonly #isTextual: boolean;
  readonly #columns = new Map<string, ColumnObserver>();
  #recordCount = 0;

  constructor(options: { readonly isTextual: boolean }) {
    this.#isTextual = options.isTextual;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** @throws LimitExceeded when the records have too many different keys to be columns. */
  observe(values: Readonly<Record<string, unknown>>): void {
    this.#recordCount += 1;
    for (const key in values) {
      let column = this.#columns.get(key);
      if (column === undefined) {
        column = newObserver();
        this.#columns.set(key, column);
        if (this.#columns.size > columnCountMax) throw tooManyColumns();
      }
      observeValue(column, this.#isTextual ? readCell(values[key]) : values[key]);
    }
  }

  columns(): readonly InferredColumn[] {
    return [...this.#columns].map(([source, column]) => ({
      source,
      type: resolveType(column, this.#isTextual),
      isComplete: column.valueCount === this.#recordCount,
    }));
  }
}

/**
 * What a cell of a textual format holds: null when empty, else the boolean, number, list or object that it spells,
 * else its text. Numbers with leading zeros are text, because they are codes.
 */
export function readCell(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  if (cell === '') return null;
  const lower = cell.length <= 5 ? cell.toLowerCase() : cell;
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  if (integerForm.test(cell)) {
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : BigInt(cell);
  }
  if (floatForm.test(cell)) {
    const number = Number(cell);
    return Number.isFinite(number) ? new FloatText(number) : cell;
  }
  return readJsonCell(cell) ?? cell;
}

/** A number that was written with a point or exponent: `1.0` makes a column Float even where its value is whole. */
export class FloatText {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** True for the 36-character form, in any case. */
export function isUuidText(text: string): boolean {
  return uuidForm.test(text);
}

function readJsonCell(cell: string): unknown {
  const isObject = cell.startsWith('{') && cell.endsWith('}');
  const isList = cell.startsWith('[') && cell.endsWith(']');
  if (!isObject && !isList) return undefined;
  try {
    const value: unknown = JSON.parse(cell);
    return isNestedTooDeeply(value) ? undefined : value;
  } catch (error) {
    // Braces around something else are ordinary text.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function newObserver(): ColumnObserver {
  return {
    kinds: new Set(),
    nullCount: 0,
    valueCount: 0,
    everyTextIsUuid: true,
    everyTextIsDateTime: true,
    elements: undefined,
  };
}

function observeValue(column: ColumnObserver, value: unknown): void {
  if (value === null || value === undefined) {
    column.nullCount += 1;
    return;
  }
  column.valueCount += 1;
  const kind = kindOf(value);
  column.kinds.add(kind);
  if (kind === 'string') observeText(column, String(value));
  if (!Array.isArray(value)) return;
  column.elements ??= newObserver();
  for (const element of value) observeValue(column.elements, element);
}

function observeText(column: ColumnObserver, text: string): void {
  if (column.everyTextIsUuid) column.everyTextIsUuid = isUuidText(text);
  if (column.everyTextIsDateTime) {
    column.everyTextIsDateTime = parseLooseDateTime(text) !== undefined;
  }
}

function kindOf(value: unknown): ValueKind {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return 'bigint';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'string';
  if (value instanceof FloatText) return 'float';
  return Array.isArray(value) ? 'list' : 'object';
}

function resolveType(column: ColumnObserver, isTextual: boolean): FieldType {
  const { kinds } = column;
  const has = (...allowed: readonly ValueKind[]): boolean =>
    kinds.size > 0 && [...kinds].every((kind) => allowed.includes(kind));
  if (has('int')) return scalar('Int');
  if (has('int', 'float')) return scalar('Float');
  // An integer beyond 2^53 is an identifier more often than a quantity; text keeps every digit.
  if (has('int', 'float', 'bigint')) return scalar('String');
  if (has('boolean')) return scalar('Boolean');
  if (has('object')) return scalar('Object');
  if (has('string')) {
    if (column.everyTextIsUuid) return scalar('Uuid');
    return scalar(column.everyTextIsDateTime ? 'DateTime' : 'String');
  }
  if (has('list')) return { kind: 'list', element: resolveElements(column.elements) };
  return scalar(isTextual ? 'String' : 'Any');
}

/** Cells that hold lists hold JSON, so their elements resolve as JSON does. */
function resolveElements(elements: ColumnObserver | undefined): FieldType {
  if (elements === undefined || elements.nullCount > 0) return scalar('Any');
  return resolveType(elements, false);
}

function scalar(name: ScalarTypeName): FieldType {
  return { kind: 'scalar', name };
}

function tooManyColumns(): AuroraError {
  return new AuroraError(
    'LimitExceeded',
    `The records have more than ${columnCountMax} different keys, too many for the fields of a collection.`,
    {
      hint: 'Define the collection with an Object or Any field, or with @open, and import into it.',
    },
  );
}
