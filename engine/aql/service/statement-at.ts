import { spreadsOf } from '../binding/check-fragments.ts';
import type { Span } from '../diagnostic.ts';
import type { FragmentNode } from '../syntax/ast.ts';
import { type ParsedStatement, type ParseResult, parse } from '../syntax/parse.ts';

/** A statement of a text, in the form in which it can be run alone. */
export interface StatementAt extends ParsedStatement {
  /**
   * The statement with the fragments that it uses, and spaces for whatever else stands between them: a place in it is
   * the place in the document minus `runSpan.start`.
   */
  readonly runText: string;
  readonly runSpan: Span;
}

/**
 * The operation or block at a place: the one around it, else the one that ends on its line, else the next, else the
 * last. `undefined` when the text has none.
 */
export function statementAt(text: string, offset: number): StatementAt | undefined {
  const parsed = parse(text);
  const statement = pick(text, offset, parsed.statements);
  if (statement === undefined) return undefined;
  const needed = [statement.span, ...fragmentsFor(parsed, statement)].sort(
    (a, b) => a.start - b.start,
  );
  const start = needed[0]?.start ?? statement.span.start;
  let runText = '';
  for (const span of needed) {
    const between = text.slice(start + runText.length, span.start);
    runText += between.replace(/[^\r\n]/g, ' ') + text.slice(span.start, span.end);
  }
  return { ...statement, runText, runSpan: { start, end: start + runText.length } };
}

function pick(
  text: string,
  offset: number,
  statements: readonly ParsedStatement[],
): ParsedStatement | undefined {
  const around = statements.find(({ span }) => span.start <= offset && offset <= span.end);
  if (around !== undefined) return around;
  const before = statements.findLast(({ span }) => span.end < offset);
  const sameLine = before !== undefined && !text.slice(before.span.end, offset).includes('\n');
  if (sameLine) return before;
  return statements.find(({ span }) => span.start > offset) ?? before;
}

function fragmentsFor({ document }: ParseResult, statement: ParsedStatement): Span[] {
  const fragments = new Map<string, FragmentNode>();
  let pending: string[] = [];
  for (const { node, isBroken } of document.definitions) {
    if (isBroken) continue;
    if (node.kind === 'fragment') fragments.set(node.name.value, node);
    if (node.kind === 'operation' && node.span.start === statement.span.start) {
      pending = spreadsOf(node.selectionSet);
    }
  }
  const spans: Span[] = [];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const fragment = fragments.get(name);
    if (fragment === undefined) continue;
    fragments.delete(name);
    spans.push(fragment.span);
    pending.push(...spreadsOf(fragment.selectionSet));
  }
  return spans;
}
