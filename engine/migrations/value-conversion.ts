/*
 * What `modify` makes of a value: the same value in another type, or nothing. A conversion loses nothing when the value
 * can be told from what became of it: "7" becomes 7, "007" and 7.5 become no Int.
 */
import type { FieldType, JsonValue, ScalarTypeName } from '#engine/aql';
import { type StoredForm, toOutput, toStored } from '../catalog/stored-form.ts';
import type { StoredValue } from '../values/stored-value.ts';

/** The value of one type as one of another, or why there is none. Null stays null. */
export function convertStored(value: StoredValue, from: FieldType, to: FieldType): StoredForm {
  return toStored(to, inForm(toOutput(from, value), to));
}

/** The value in the form in which `to` takes it; as it is when there is no such form. */
function inForm(value: JsonValue, to: FieldType): JsonValue {
  if (value === null) return null;
  if (to.kind === 'list') {
    const { element } = to;
    return isList(value) ? value.map((item) => inForm(item, element)) : [inForm(value, element)];
  }
  return inScalarForm(value, to.name);
}

function inScalarForm(value: JsonValue, name: ScalarTypeName): JsonValue {
  switch (name) {
    case 'String':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'Int':
      return typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value) ? exactly(value) : value;
    case 'Float':
      return typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)
        ? exactly(value)
        : value;
    case 'Boolean':
      if (value === 'true') return true;
      return value === 'false' ? false : value;
    case 'DateTime':
      // Digits beyond milliseconds would be cut.
      return typeof value === 'string' && /\.\d{3}\d*[1-9]/.test(value) ? [] : value;
    default:
      return value;
  }
}

/** The number that a text means, when it is written back as the same digits. */
function exactly(text: string): JsonValue {
  const number = Number(text);
  const digits = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return String(number) === digits ? number : text;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
