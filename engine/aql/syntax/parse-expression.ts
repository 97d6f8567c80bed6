import type { Diagnostic } from '../diagnostic.ts';
import type { ExpressionNode } from './ast.ts';
import { readText } from './read-text.ts';

/** Parses the text of one expression, as `compute` takes it. Places count from the beginning of that text. */
export function parseExpression(text: string): {
  /** Left out when the text has syntax errors. */
  readonly expression?: ExpressionNode;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { reading, diagnostics } = readText(text, (parser, tokens) =>
    parser.readExpression(text, tokens),
  );
  if (reading !== undefined && diagnostics.length === 0) {
    return { expression: reading.expression, diagnostics };
  }
  return { diagnostics: diagnostics.map((each) => shownInside(each, text.length)) };
}

/** A finding at the end of the text has no width, and would not be seen inside of a string. */
function shownInside(diagnostic: Diagnostic, length: number): Diagnostic {
  if (diagnostic.span.start < length) return diagnostic;
  const { hint: _hint, ...rest } = diagnostic;
  const span = { start: Math.max(0, length - 1), end: length };
  return { ...rest, span, message: 'The expression is not finished.' };
}
