/* When something is selected: what `@include` and `@skip` ask, joined over fragments and repeated fields. */
import type { BoundCondition } from '../bound.ts';
import type { DirectiveNode } from '../syntax/ast.ts';
import { bindArguments, reportUnknownDirective } from './bind-arguments.ts';
import { bindOperand } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { insertingAt, replacing } from './suggest.ts';

/** `undefined` means always. */
export type Condition = BoundCondition | undefined;

/** What no run ever selects: `@skip(if: true)`. */
const never: BoundCondition = { kind: 'or', operands: [] };

export function isNever(condition: Condition): boolean {
  return condition?.kind === 'or' && condition.operands.length === 0;
}

/** Both must hold. */
export function both(a: Condition, b: Condition): Condition {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (isNever(a) || isNever(b)) return never;
  return { kind: 'and', operands: [a, b] };
}

/** One of them must hold. */
export function either(a: Condition, b: Condition): Condition {
  if (a === undefined || b === undefined) return undefined;
  if (isNever(a)) return b;
  return isNever(b) ? a : { kind: 'or', operands: [a, b] };
}

export function sameCondition(a: Condition, b: Condition): boolean {
  return withoutPlaces(a) === withoutPlaces(b);
}

/** A node or bound thing as text, wherever it stands. */
export function withoutPlaces(value: unknown): string {
  return (
    JSON.stringify(value, (key, inner: unknown) =>
      /^span$|Span$/.test(key) ? undefined : inner,
    ) ?? ''
  );
}

/** Binds the directives of a selection. Others than `@include` and `@skip` are reported. */
export function bindCondition(
  context: BindingContext,
  directives: readonly DirectiveNode[],
): Condition {
  let condition: Condition;
  const seen = new Set<string>();
  for (const directive of directives) {
    const { value: name, span } = directive.name;
    if (name !== 'include' && name !== 'skip') {
      reportUnknownDirective(context, directive, ['include', 'skip']);
      continue;
    }
    if (seen.has(name)) {
      const message = `The directive "@${name}" is given twice.`;
      report(context, span, { code: 'DuplicateName', message });
    }
    seen.add(name);
    condition = both(condition, bindOne(context, directive, name));
  }
  return condition;
}

function bindOne(
  context: BindingContext,
  directive: DirectiveNode,
  name: 'include' | 'skip',
): Condition {
  const table = { owner: `"@${name}"`, known: { if: [] } };
  const given = bindArguments(context, directive.arguments, table).get('if');
  const wanted = name === 'include';
  if (given === undefined) {
    if (directive.arguments.length > 0) return undefined;
    return report(context, directive.span, {
      code: 'MissingArgument',
      message: `"@${name}" needs the argument "if".`,
      hint: `Write @${name}(if: $condition).`,
      fix: insertingAt(directive.span.end, '(if: true)', 'Add (if: true)'),
    });
  }
  const { value } = given;
  if (value.kind === 'string' && (value.value === 'true' || value.value === 'false')) {
    return report(context, value.span, {
      code: 'TypeMismatch',
      message: `"if" of "@${name}" is true or false, without quotes.`,
      fix: replacing(value.span, value.value, `Change to ${value.value}`),
    });
  }
  const place = { use: 'argument', place: `"if" of "@${name}"`, isRequired: true } as const;
  const operand = bindOperand(context, value, {
    ...place,
    type: { kind: 'scalar', name: 'Boolean' },
  });
  if (operand?.kind === 'variable') {
    return { kind: 'variable', name: operand.name, wanted, span: operand.span };
  }
  if (operand?.kind !== 'constant') return undefined;
  if (operand.value === null) {
    const message = `"if" of "@${name}" is true or false, not null.`;
    return report(context, value.span, { code: 'TypeMismatch', message });
  }
  return operand.value === wanted ? undefined : never;
}
