import type { BoundVariable, FieldType, JsonValue } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import type { VariableValues } from './operand.ts';

/**
 * Checks the variables of a run against their declarations and fills in defaults, once per run.
 * @throws AuroraError `UndefinedVariable` for a required variable without a value, `TypeMismatch` for one of
 * another type; both with the place of the declaration.
 */
export function coerceVariables(
  declared: readonly BoundVariable[],
  given: Readonly<Record<string, JsonValue | undefined>>,
): VariableValues {
  const values = new Map<string, JsonValue>();
  for (const variable of declared) {
    const value = Object.hasOwn(given, variable.name) ? given[variable.name] : undefined;
    const known = value === undefined ? variable.defaultValue : value;
    if (known === undefined) {
      if (!variable.nullable) throw missingVariable(variable);
      continue;
    }
    if (known === null && !variable.nullable) throw missingVariable(variable);
    values.set(variable.name, coerce(variable, known));
  }
  return values;
}

function missingVariable(variable: BoundVariable): AuroraError {
  return new AuroraError(
    'UndefinedVariable',
    `Variable "$${variable.name}" of type ${variable.typeText} needs a value.`,
    {
      span: variable.span,
      hint: `Pass it with the run, for example { "variables": { "${variable.name}": … } }.`,
      details: { variable: variable.name, type: variable.typeText },
    },
  );
}

function coerce(variable: BoundVariable, value: JsonValue): JsonValue {
  if (variable.type === undefined) return value;
  if (value === null) return null;
  const type = variable.type;
  // As in GraphQL, one value stands for a list of one.
  if (type.kind === 'list' && !Array.isArray(value)) {
    return coerce({ ...variable, type: { kind: 'list', element: type.element } }, [value]);
  }
  if (fits(type, variable.typeText, value)) return value;
  throw new AuroraError(
    'TypeMismatch',
    `Variable "$${variable.name}" is declared as ${variable.typeText}, but its value is ${describe(value)}.`,
    {
      span: variable.span,
      details: { variable: variable.name, type: variable.typeText, value },
    },
  );
}

/** Whether a value is of a type; the text of the type tells on which levels null is refused. */
function fits(type: FieldType, typeText: string, value: JsonValue): boolean {
  if (value === null) return !typeText.endsWith('!');
  if (type.kind === 'list') {
    const elementText = typeText.replace(/!$/, '').slice(1, -1);
    return (
      Array.isArray(value) &&
      value.every((item: JsonValue) => fits(type.element, elementText, item))
    );
  }
  switch (type.name) {
    case 'String':
    case 'Uuid':
    case 'DateTime':
      return typeof value === 'string';
    case 'Int':
      return typeof value === 'number' && Number.isSafeInteger(value);
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'Any':
      return true;
  }
}

/** A value as messages show it: short, with its type clear. */
function describe(value: JsonValue): string {
  // JSON has no NaN and no infinity, and would call them null.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
