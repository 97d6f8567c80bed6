import type { BoundVariable } from '../bound.ts';
import type { FieldType } from '../field-type.ts';
import { aqlLimits } from '../limits.ts';
import type { OperationNode, TypeNode } from '../syntax/ast.ts';
import { reportUnknownDirective } from './bind-arguments.ts';
import { constantOf } from './bind-operand.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { anyType, typeNames } from './field-access.ts';

/** Binds the variables that an operation declares, by name. */
export function bindVariables(
  context: BindingContext,
  operation: OperationNode,
): ReadonlyMap<string, BoundVariable> {
  const { variables } = operation;
  reportDuplicates(
    context,
    variables.map(({ name }) => name),
    'Variable',
  );
  const bound = new Map<string, BoundVariable>();
  for (const { name, type, defaultValue, directives, span } of variables) {
    if (bound.size >= aqlLimits.variableCountMax) {
      const message = `The operation declares more than ${aqlLimits.variableCountMax} variables.`;
      report(context, span, { code: 'LimitExceeded', message });
      break;
    }
    for (const directive of directives) reportUnknownDirective(context, directive, []);
    const known = fieldTypeOf(type);
    const place = { type: known ?? anyType, use: 'data', place: `"$${name.value}"` } as const;
    const value = defaultValue && constantOf(context, defaultValue, place);
    bound.set(name.value, {
      name: name.value,
      typeText: variableTypeText(type),
      nullable: !type.isRequired,
      span: { start: span.start, end: name.span.end },
      ...(known === undefined ? {} : { type: known }),
      ...(value === undefined ? {} : { defaultValue: value }),
    });
  }
  return bound;
}

/** The field type that a written type names; `undefined` for names that are no field types. */
export function fieldTypeOf(node: TypeNode): FieldType | undefined {
  if (node.kind === 'list') {
    const element = fieldTypeOf(node.element);
    return element && { kind: 'list', element };
  }
  const name = typeNames.get(node.name.value);
  return name && { kind: 'scalar', name };
}

function variableTypeText(node: TypeNode): string {
  const bare = node.kind === 'list' ? `[${variableTypeText(node.element)}]` : node.name.value;
  return node.isRequired ? `${bare}!` : bare;
}
