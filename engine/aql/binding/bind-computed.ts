import type { BoundField } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Diagnostic, Span } from '../diagnostic.ts';
import type { ValueNode } from '../syntax/ast.ts';
import { parseExpression } from '../syntax/parse-expression.ts';
import { markVariablesUsed, textOf } from './bind-arguments.ts';
import { bindExpression } from './bind-expression.ts';
import { type BindingContext, report } from './binding-context.ts';
import { type FlatField, selectedAs } from './flatten.ts';
import { insertingAt } from './suggest.ts';

/** Binds `total: compute("price * qty")`. */
export function bindComputed(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): BoundField | undefined {
  const { node } = flat;
  const [argument, ...others] = node.arguments;
  if (argument === undefined || others.length > 0 || node.selectionSet !== undefined) {
    markVariablesUsed(
      context,
      node.arguments.map(({ value }) => value),
    );
    return report(context, node.span, {
      code: 'MissingArgument',
      message: '"compute" takes one text, an expression over the document.',
      hint: 'Write total: compute("price * quantity").',
    });
  }
  if (node.alias === undefined) {
    report(context, node.name.span, {
      code: 'InvalidSelection',
      message: 'A computed value needs a name in the result.',
      hint: 'Write total: compute("…").',
      fix: insertingAt(node.span.start, 'value: ', 'Name it "value"'),
    });
  }
  const text = textOf(context, argument.value, 'The expression of "compute"');
  if (text === undefined) return undefined;
  const expression = bindExpressionText(context, collection, text);
  return expression && { ...selectedAs(flat), kind: 'computed', expression };
}

function bindExpressionText(
  context: BindingContext,
  collection: CollectionDefinition,
  { value, node }: { readonly value: string; readonly node: ValueNode },
) {
  const { expression, diagnostics } = parseExpression(value);
  // With escapes in the literal, places inside it cannot be told from those of its value.
  const isPlain = node.span.end - node.span.start === value.length + 2;
  const start = node.span.start + 1;
  const place = (span: Span): Span =>
    isPlain ? { start: span.start + start, end: span.end + start } : node.span;
  const inside: BindingContext = { ...context, diagnostics: [] };
  const bound = expression && bindExpression(inside, collection, expression);
  const findings: readonly Diagnostic[] = [...diagnostics, ...inside.diagnostics];
  for (const { span, fix, ...finding } of findings) {
    const edits = fix?.edits.map((edit) => ({ ...edit, span: place(edit.span) }));
    const isSafe = isPlain && edits?.every((edit) => !edit.text.includes('"')) === true;
    report(context, place(span), {
      ...finding,
      fix: fix !== undefined && edits !== undefined && isSafe ? { ...fix, edits } : undefined,
    });
  }
  if (findings.some(({ severity }) => severity === 'error')) return undefined;
  return bound && movedBy(bound, place);
}

type Bound = NonNullable<ReturnType<typeof bindExpression>>;

/** An expression with the places of its nodes in the whole text. */
function movedBy(expression: Bound, place: (span: Span) => Span): Bound {
  const span = place(expression.span);
  const move = (each: Bound): Bound => movedBy(each, place);
  switch (expression.kind) {
    case 'literal':
    case 'field':
      return { ...expression, span };
    case 'negation':
      return { ...expression, span, operand: move(expression.operand) };
    case 'binary':
      return { ...expression, span, left: move(expression.left), right: move(expression.right) };
    case 'call':
      return { ...expression, span, arguments: expression.arguments.map(move) };
    case 'list':
      return { ...expression, span, items: expression.items.map(move) };
    case 'object': {
      const entries = expression.entries.map(({ key, value }) => ({ key, value: move(value) }));
      return { ...expression, span, entries };
    }
  }
}
