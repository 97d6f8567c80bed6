import type { FieldType, JsonValue, Span } from '#engine/aql';
import { toStored } from '../catalog/stored-form.ts';
import { AuroraError } from '../errors.ts';
import type { StoredValue } from '../values/stored-value.ts';

/**
 * Brings a value that a filter compares with to stored form. Whole numbers are not asked for: a filter may compare
 * an `Int` with any number.
 * @throws AuroraError `TypeMismatch` or `InvalidValue`, with the place of the operator
 */
export function filterValue(type: FieldType, value: JsonValue, span: Span): StoredValue {
  const stored = toStored(comparedType(type), value);
  if (stored.kind === 'stored') return stored.value;
  const isText = typeof value === 'string';
  const isTextType = type.kind === 'scalar' && (type.name === 'Uuid' || type.name === 'DateTime');
  throw new AuroraError(
    isText && isTextType ? 'InvalidValue' : 'TypeMismatch',
    `A filter cannot compare with this value: ${stored.problem}.`,
    { span, details: { value } },
  );
}

function comparedType(type: FieldType): FieldType {
  if (type.kind === 'list') return { kind: 'list', element: comparedType(type.element) };
  return type.name === 'Int' ? { kind: 'scalar', name: 'Float' } : type;
}
