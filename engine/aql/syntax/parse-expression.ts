import type { Diagnostic } from '../diagnostic.ts';
import type { ExpressionNode } from './ast.ts';
import { parse } from './parse.ts';

const before = 'migrate { "": { migrate data in x { set x = ';
const after = '\n} } }';

/** Parses the text of one expression. Places count from the beginning of that text. */
export function parseExpression(text: string): {
  readonly expression?: ExpressionNode;
  readonly diagnostics: readonly Diagnostic[];
} {
  // An expression is no document; where one may stand, it goes through the one parser there is.
  const { document, diagnostics } = parse(before + text + after);
  if (diagnostics.length > 0) {
    return { diagnostics: diagnostics.map((each) => within(each, text.length)) };
  }
  const [definition] = document.definitions;
  const step =
    definition?.node.kind === 'migrate' ? definition.node.versions[0]?.steps[0] : undefined;
  const [assignment, ...others] = step?.kind === 'migrateData' ? step.assignments : [];
  if (assignment === undefined || assignment.where !== undefined || others.length > 0) {
    const span = { start: 0, end: text.length };
    const message = 'One expression is expected here, and nothing behind it.';
    return { diagnostics: [{ code: 'SyntaxError', severity: 'error', span, message }] };
  }
  return { expression: moved(assignment.expression), diagnostics: [] };
}

function within(diagnostic: Diagnostic, length: number): Diagnostic {
  const clamp = (offset: number): number => Math.min(Math.max(offset - before.length, 0), length);
  const { fix: _fix, hint: _hint, ...rest } = diagnostic;
  // What follows the expression was written here; that it was found there means that the text has ended.
  if (diagnostic.span.start >= before.length + length) {
    const span = { start: Math.max(0, length - 1), end: length };
    return { ...rest, span, message: 'The expression is not finished.' };
  }
  const span = { start: clamp(diagnostic.span.start), end: clamp(diagnostic.span.end) };
  return { ...rest, span };
}

/** The node with its places counted from the beginning of the expression. */
function moved(node: ExpressionNode): ExpressionNode {
  return JSON.parse(JSON.stringify(node), (key, value: unknown) =>
    (key === 'start' || key === 'end') && typeof value === 'number' ? value - before.length : value,
  ) as ExpressionNode;
}
