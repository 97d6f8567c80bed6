/* What selections of every kind share: `__typename`, and what is reported of braces and arguments. */
import type { FieldNode } from '../syntax/ast.ts';
import { markVariablesUsed } from './bind-arguments.ts';
import { type BindingContext, report } from './binding-context.ts';
import { type FlatField, selectedAs } from './flatten.ts';
import { removing, suggestName } from './suggest.ts';

/** Binds `__typename` on a type. */
export function bindTypename(
  context: BindingContext,
  flat: FlatField,
  typeName: string,
): { readonly kind: 'typename'; readonly typeName: string } & ReturnType<typeof selectedAs> {
  refuseInside(context, flat, '"__typename"');
  return { ...selectedAs(flat), kind: 'typename', typeName };
}

/** Reports arguments and fields inside, for what has neither. */
export function refuseInside(context: BindingContext, { node }: FlatField, what: string): void {
  refuseArguments(context, node, what);
  if (node.selectionSet === undefined) return;
  report(context, node.selectionSet.span, {
    code: 'InvalidSelection',
    message: `${what} has no fields inside.`,
    hint: 'Remove the braces behind it.',
    fix: removing(node.selectionSet.span, 'Remove the braces'),
  });
}

/** Reports arguments, for what takes none. */
export function refuseArguments(context: BindingContext, node: FieldNode, what: string): void {
  const [argument] = node.arguments;
  if (argument === undefined) return;
  markVariablesUsed(
    context,
    node.arguments.map(({ value }) => value),
  );
  const message = `${what} takes no arguments.`;
  report(context, argument.name.span, { code: 'UnknownArgument', message });
}

/** Reports a field that a part of the language does not have. */
export function reportUnknown(
  context: BindingContext,
  { node }: FlatField,
  owner: string,
  names: readonly string[],
): undefined {
  const suggestion = suggestName(node.name, names);
  return report(context, node.name.span, {
    ...suggestion,
    code: 'UnknownField',
    message: `${owner} has no field "${node.name.value}".`,
    hint: suggestion.hint ?? `It has ${names.join(', ')}.`,
  });
}

/** Reports braces that are missing. */
export function requireInside(
  context: BindingContext,
  { node }: FlatField,
  example: string,
): boolean {
  if (node.selectionSet !== undefined) return true;
  report(context, node.span, {
    code: 'InvalidSelection',
    message: `"${node.name.value}" needs the fields to show.`,
    hint: `Write ${example}.`,
  });
  return false;
}
