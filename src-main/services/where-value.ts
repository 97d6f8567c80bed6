import { AuroraError } from '#engine';
import { type JsonValue, parse, type ValueNode } from '#engine/aql';

/** The condition in a text as a value. @throws AuroraError `InvalidValue` for a text that is no condition */
export function whereValue(text: string): { readonly [key: string]: JsonValue } {
  const { document, diagnostics } = parse(`{ of(where: ${text}) { id } }`);
  const [definition] = document.definitions;
  const field =
    definition?.node.kind === 'operation' ? definition.node.selectionSet.selections[0] : undefined;
  const argument = field?.kind === 'field' ? field.arguments[0]?.value : undefined;
  const isAlone = document.definitions.length === 1 && diagnostics.length === 0;
  if (!isAlone || argument?.kind !== 'object') {
    throw new AuroraError('InvalidValue', `This is no condition: ${text}`, { diagnostics });
  }
  return objectOf(argument);
}

function objectOf({ entries }: Extract<ValueNode, { kind: 'object' }>) {
  return Object.fromEntries(entries.map(({ key, value }) => [key.value, jsonOf(value)]));
}

function jsonOf(node: ValueNode): JsonValue {
  switch (node.kind) {
    case 'number':
      return Number(node.text);
    case 'string':
    case 'boolean':
    case 'enum':
      return node.value;
    case 'null':
      return null;
    case 'list':
      return node.items.map(jsonOf);
    case 'object':
      return objectOf(node);
    case 'variable':
      throw new AuroraError(
        'UndefinedVariable',
        `There is no variable "$${node.name.value}" here.`,
      );
  }
}
