import type { BoundVariable } from '../bound.ts';
import type { FieldType } from '../field-type.ts';
import { aqlLimits } from '../limits.ts';
import type { OperationNode, TypeNode, ValueNode } from '../syntax/ast.ts';
import { inputTypeOf } from '../type-names.ts';
import { reportUnknownDirective } from './bind-arguments.ts';
import { constantOf } from './bind-operand.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { anyType, findCollection, typeNames } from './field-access.ts';
import { suggestName } from './suggest.ts';

/** Binds the variables that an operation declares, by name. */
export function bindVariables(
  context: BindingContext,
  operation: OperationNode,
): ReadonlyMap<string, BoundVariable> {
  const { variables } = operation;
  reportDuplicates(
    context,
    variables.map(({ name }) => name),
    'variable',
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
    const input = known === undefined ? requireInputType(context, type) : undefined;
    const place = { type: known ?? anyType, use: 'data', place: `"$${name.value}"` } as const;
    if (defaultValue?.kind === 'null' && type.isRequired) {
      const message = `"$${name.value}" is ${variableTypeText(type)} and cannot be null by default.`;
      report(context, defaultValue.span, { code: 'TypeMismatch', message });
    } else if (defaultValue !== undefined) {
      refuseNullElements(
        context,
        defaultValue,
        type,
        `"$${name.value}" is ${variableTypeText(type)}`,
      );
    }
    const value = defaultValue && constantOf(context, defaultValue, place);
    bound.set(name.value, {
      name: name.value,
      typeText: variableTypeText(type),
      nullable: !type.isRequired,
      span: { start: span.start, end: name.span.end },
      typeSpan: type.span,
      ...(known === undefined ? {} : { type: known }),
      ...(input === undefined ? {} : { input }),
      ...(value === undefined ? {} : { defaultValue: value }),
    });
  }
  return bound;
}

/** Reports every null in a default whose type says that its elements are never null. */
function refuseNullElements(
  context: BindingContext,
  value: ValueNode,
  type: TypeNode,
  declared: string,
): void {
  if (type.kind !== 'list') return;
  // As in GraphQL, one value stands for a list of one.
  const items = value.kind === 'list' ? value.items : [value];
  for (const item of items) {
    if (item.kind !== 'null') refuseNullElements(context, item, type.element, declared);
    else if (item !== value && type.element.isRequired) {
      const message = `${declared} and cannot hold null.`;
      report(context, item.span, { code: 'TypeMismatch', message });
    }
  }
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

/** The input type of a collection that a variable is declared as. Types that do not exist are reported. */
function requireInputType(context: BindingContext, node: TypeNode): BoundVariable['input'] {
  let inner = node;
  while (inner.kind === 'list') inner = inner.element;
  const { name } = inner;
  const input = inputTypeOf(name.value);
  if (input !== undefined && findCollection(context.catalog, input.collection) !== undefined) {
    return input;
  }
  const suggestion = suggestName(name, typeNames.keys());
  return report(context, name.span, {
    ...suggestion,
    code: 'UnknownType',
    message: `There is no type "${name.value}".`,
    hint: suggestion.hint ?? 'For a filter or a document use Object, for an order Any.',
  });
}

function variableTypeText(node: TypeNode): string {
  const bare = node.kind === 'list' ? `[${variableTypeText(node.element)}]` : node.name.value;
  return node.isRequired ? `${bare}!` : bare;
}
