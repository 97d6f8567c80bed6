import type { JsonValue, Operand } from '#engine/aql';

/** The values of one run, by variable name, defaults filled in. A variable that is absent here was not given. */
export type VariableValues = ReadonlyMap<string, JsonValue>;

/**
 * The value of an operand; `undefined` when it is a variable that was not given. As in GraphQL, such a variable
 * leaves its key out of an object and stands as null in a list.
 */
export function evaluateOperand(
  operand: Operand,
  variables: VariableValues,
): JsonValue | undefined {
  switch (operand.kind) {
    case 'constant':
      return operand.value;
    case 'variable':
      return variables.get(operand.name);
    case 'list':
      return operand.items.map((item) => evaluateOperand(item, variables) ?? null);
    case 'object': {
      const entries: [string, JsonValue][] = [];
      for (const { key, value } of operand.entries) {
        const evaluated = evaluateOperand(value, variables);
        if (evaluated !== undefined) entries.push([key, evaluated]);
      }
      return Object.fromEntries(entries);
    }
  }
}
