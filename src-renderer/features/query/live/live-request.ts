import type { FollowRequest, WireValue } from '#contract';
import type { QueryResult, RunSnapshot } from '../query-run.ts';
import { expectedStatements } from './statement-count.ts';

/** Rows that a page keeps of a live result; the engine sends all of them first. */
export const liveRowsMax = 50_000;

/** What to follow for a result, or why that cannot be. */
export type LiveRequest =
  | {
      readonly kind: 'request';
      readonly request: Extract<FollowRequest, { kind: 'query' }>;
      /** True when the text asks for it: `query @live`. */
      readonly isAsked: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The statement of a result, as the host follows it. */
export function liveRequest(
  run: Pick<RunSnapshot, 'text' | 'variables'>,
  { head, rows, summary }: Pick<QueryResult, 'head' | 'rows' | 'summary'>,
): LiveRequest {
  if (head.statementKind === 'subscription') {
    return refused('A subscription shows its events as they come.');
  }
  if (head.statementKind !== 'query') {
    return refused(
      'Only a query can be live: this result is of a statement that was carried out once.',
    );
  }
  const rowCount = summary?.rowCount ?? rows.count.rows;
  const most = liveRowsMax.toLocaleString('en-US');
  if (rowCount > liveRowsMax) {
    return refused(`A live result has at most ${most} rows. Add a limit, or open the collection.`);
  }
  if (!rows.count.isKnown) {
    return refused(
      'Only a result that was read to its end can be live. Scroll to its end, add a limit, or open the collection.',
    );
  }
  const { text, variables } = run;
  const statement = text.slice(head.span.start, head.span.end);
  const name = /^\s*query\s+([A-Za-z_]\w*)/.exec(statement)?.[1];
  const isOnly = expectedStatements(text) <= 1;
  return {
    kind: 'request',
    isAsked: isMarkedLive(statement),
    request: {
      kind: 'query',
      text: isOnly || name !== undefined ? text : statement,
      ...(isOnly || name === undefined ? {} : { operationName: name }),
      ...(variables === undefined ? {} : { variables: ownVariables(statement, variables) }),
    },
  };
}

/** Whether `@live` stands before the selection of a statement. */
function isMarkedLive(statement: string): boolean {
  let depth = 0;
  for (const [token] of statement.matchAll(/"(?:\\.|[^"\\\n])*"?|#[^\n]*|[{}()]|@live\b/g)) {
    if (token === '{' && depth === 0) return false;
    if (token === '@live' && depth === 0) return true;
    if (token === '(' || token === '{') depth += 1;
    else if (token === ')' || token === '}') depth -= 1;
  }
  return false;
}

/** The variables of a whole text, of which a statement takes its own. */
function ownVariables(
  statement: string,
  variables: { readonly [name: string]: WireValue },
): { readonly [name: string]: WireValue } {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(statement)),
  );
}

function refused(reason: string): LiveRequest {
  return { kind: 'refused', reason };
}
