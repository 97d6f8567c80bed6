/*
 * Turns the values of a record into a document of the collection, in the JSON form in which documents enter the
 * engine. Conversion is what the file format cannot say by itself (text to numbers, loose dates to RFC 3339); what
 * a document must satisfy is decided by the engine when it validates the write, not here.
 */
import type { FieldType, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { parseLooseDateTime } from './import-date-time.ts';
import { withoutBigints } from './import-exact-json.ts';
import { FloatText, isUuidText, readCell } from './import-inference.ts';
import type { ImportDocument } from './import-report.ts';

/** Where a column goes and what it is there. */
export interface ColumnTarget {
  readonly field: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** True for a column that is text because some of its integers are too long: the others become text too. */
  readonly numbersBecomeText: boolean;
}

export type Conversion =
  | { readonly kind: 'document'; readonly document: ImportDocument }
  | { readonly kind: 'problem'; readonly problem: string };

/** In place of a value that does not fit. */
const failed = Symbol('failed');

type Converted = JsonValue | typeof failed;

/** The document that the record's values make, or which value does not fit its field. */
export function convertRecord(
  values: Readonly<Record<string, unknown>>,
  targetOf: (source: string, value: unknown) => ColumnTarget | undefined,
  options: { readonly isTextual: boolean; readonly keepsEmptyText?: boolean },
): Conversion {
  const document: { [field: string]: JsonValue } = {};
  for (const source of Object.keys(values)) {
    const raw = values[source];
    const target = targetOf(source, raw);
    if (target === undefined) continue;
    const converted = options.isTextual
      ? convertCell(target, raw, options.keepsEmptyText === true)
      : convertValue(target.type, raw, target.numbersBecomeText);
    if (converted === failed) {
      const problem = `${describe(raw)} in "${source}" is no ${typeText(target.type)}.`;
      return { kind: 'problem', problem };
    }
    setOwn(document, target.field, converted);
  }
  return { kind: 'document', document };
}

/** The type as AQL writes it. */
export function typeText(type: FieldType): string {
  return type.kind === 'list' ? `[${typeText(type.element)}]` : type.name;
}

/**
 * An empty cell is null; for a text field it is the empty text where that must not be null, or where other cells say
 * what is null.
 */
function convertCell(target: ColumnTarget, raw: unknown, keepsEmptyText: boolean): Converted {
  if (raw === null) return null;
  const cell = String(raw);
  const isText = target.type.kind === 'scalar' && target.type.name === 'String';
  if (isText) return cell === '' && target.nullable && !keepsEmptyText ? null : cell;
  if (cell === '') return null;
  const value = readCell(cell.trim());
  if (target.type.kind === 'scalar' && target.type.name === 'Boolean') return toBoolean(value);
  return convertValue(target.type, value, true);
}

function convertValue(type: FieldType, value: unknown, numbersBecomeText: boolean): Converted {
  if (value === null || value === undefined) return null;
  if (type.kind === 'list') return convertList(type.element, value, numbersBecomeText);
  const plain = value instanceof FloatText ? value.value : value;
  switch (type.name) {
    case 'String':
      return toText(plain, numbersBecomeText);
    case 'Int':
      return typeof plain === 'number' && Number.isSafeInteger(plain) ? plain : failed;
    case 'Float':
      return toFloat(plain);
    case 'Boolean':
      return typeof plain === 'boolean' ? plain : failed;
    case 'Uuid':
      return typeof plain === 'string' && isUuidText(plain) ? plain : failed;
    case 'DateTime':
      return toDateTime(plain);
    case 'Object':
      return typeof plain === 'object' && !Array.isArray(plain) ? toJson(plain) : failed;
    case 'Any':
      return toJson(plain);
  }
}

function convertList(element: FieldType, value: unknown, numbersBecomeText: boolean): Converted {
  if (!Array.isArray(value)) return failed;
  const items: JsonValue[] = [];
  for (const item of value) {
    const converted = convertValue(element, item, numbersBecomeText);
    if (converted === failed) return failed;
    items.push(converted);
  }
  return items;
}

function toText(value: unknown, numbersBecomeText: boolean): Converted {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && numbersBecomeText ? String(value) : failed;
}

function toFloat(value: unknown): Converted {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : failed;
}

function toBoolean(value: unknown): Converted {
  if (typeof value === 'boolean') return value;
  return value === 1 || value === 0 ? value === 1 : failed;
}

function toDateTime(value: unknown): Converted {
  const text = typeof value === 'string' ? parseLooseDateTime(value) : undefined;
  return text === undefined ? failed : text;
}

function toJson(value: unknown): Converted {
  return withoutBigints(value) as JsonValue;
}

function describe(value: unknown): string {
  // JSON can write numbers that no double holds; they arrive as infinities.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    return 'A number beyond the range of numbers';
  }
  const text =
    typeof value === 'string' ? `"${value}"` : String(JSON.stringify(withoutBigints(value)));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
