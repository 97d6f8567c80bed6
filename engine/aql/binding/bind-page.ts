import type { BoundPage } from '../bound.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import { bindCount } from './bind-count.ts';
import { bindOperand } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { stringType } from './field-access.ts';
import { replacing } from './suggest.ts';

/** Binds `first`/`after` or `last`/`before`; `undefined` when none is given or they contradict each other. */
export function bindPage(
  context: BindingContext,
  given: ReadonlyMap<string, ArgumentNode>,
): BoundPage | undefined {
  const [first, last, after, before] = ['first', 'last', 'after', 'before'].map((name) =>
    given.get(name),
  );
  const limit = given.get('limit');
  const count = first ?? last;
  const cursor = after ?? before;
  const counts = { first: bindCount(context, first), last: bindCount(context, last) };
  const cursors = { after: bindCursor(context, after), before: bindCursor(context, before) };
  if (count === undefined && cursor === undefined) return undefined;
  const contradiction =
    contradicts(context, first, last) ||
    contradicts(context, after, before) ||
    contradicts(context, first, before, 'after') ||
    contradicts(context, last, after, 'before') ||
    contradicts(context, count, limit) ||
    contradicts(context, count ?? cursor, given.get('offset'));
  if (contradiction) return undefined;
  const isBackward = last !== undefined || before !== undefined;
  const amount = counts.first ?? counts.last;
  const place = cursors.after ?? cursors.before;
  return {
    direction: isBackward ? 'backward' : 'forward',
    ...(amount === undefined ? {} : { count: amount }),
    ...(place === undefined ? {} : { cursor: place }),
  };
}

/** Reports two arguments that cannot both be; `wanted` is what the second should have been. */
function contradicts(
  context: BindingContext,
  a: ArgumentNode | undefined,
  b: ArgumentNode | undefined,
  wanted?: string,
): boolean {
  if (a === undefined || b === undefined) return false;
  const [first, second] = a.span.start <= b.span.start ? [a, b] : [b, a];
  report(context, second.name.span, {
    code: 'InvalidValue',
    message: `"${second.name.value}" cannot be combined with "${first.name.value}".`,
    hint:
      wanted === undefined
        ? 'Pages go forward with first and after, or backward with last and before; without limit and offset.'
        : `Forward: first and after. Backward: last and before.`,
    fix:
      wanted === undefined
        ? undefined
        : replacing(b.name.span, wanted, `Change "${b.name.value}" to "${wanted}"`),
  });
  return true;
}

function bindCursor(context: BindingContext, argument: ArgumentNode | undefined) {
  if (argument === undefined) return undefined;
  const place = { type: stringType, use: 'argument', place: `"${argument.name.value}"` } as const;
  const operand = bindOperand(context, argument.value, place);
  const isNull = operand?.kind === 'constant' && operand.value === null;
  return isNull ? undefined : operand;
}
