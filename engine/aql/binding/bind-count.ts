import type { Operand } from '../bound.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import { bindOperand } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { intType } from './field-access.ts';

/** A whole number, 0 or more, or a variable that is one. */
export function bindCount(
  context: BindingContext,
  argument: ArgumentNode | undefined,
): Operand | undefined {
  if (argument === undefined) return undefined;
  const { name, value } = argument;
  const place = { type: intType, use: 'argument', place: `"${name.value}"` } as const;
  const operand = bindOperand(context, value, place);
  if (operand?.kind !== 'constant') return operand;
  // As in GraphQL, null is as if the argument were not there.
  if (operand.value === null) return undefined;
  if (typeof operand.value === 'number' && operand.value >= 0) return operand;
  const message = `"${name.value}" cannot be negative.`;
  return report(context, value.span, { code: 'InvalidValue', message });
}
