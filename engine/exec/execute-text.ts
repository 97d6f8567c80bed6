import type { BoundStatement, Span } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { AuroraError } from '../errors.ts';
import type { ExecEnvironment } from './environment.ts';
import { executeStatement } from './execute-statement.ts';
import type {
  BatchResult,
  ExecutionResult,
  ResultData,
  ResultError,
  StatementResult,
} from './execution-result.ts';
import type { GivenVariables } from './prepared-text.ts';

/**
 * Runs statements in order. One statement gives its result or rejects; several give a batch that ends at the first
 * error, which then stands in `errors` behind the results so far; or reject as well, with `onError` `throw`.
 */
export async function executeStatements(
  environment: ExecEnvironment,
  text: string,
  statements: readonly BoundStatement[],
  variables: GivenVariables,
  onError: 'report' | 'throw' = 'report',
): Promise<ExecutionResult> {
  const [only] = statements;
  if (only !== undefined && statements.length === 1) {
    return executeStatement(environment, only, variables);
  }
  const results: StatementResult[] = [];
  for (const statement of statements) {
    try {
      results.push(await executeStatement(environment, statement, variables));
    } catch (error) {
      if (onError === 'throw' || !(error instanceof AuroraError)) throw error;
      return batchOf(results, [resultError(error, text, statement.span)]);
    }
  }
  return batchOf(results, undefined);
}

function batchOf(
  results: readonly StatementResult[],
  errors: readonly ResultError[] | undefined,
): BatchResult {
  const data: ResultData = {};
  for (const result of results) {
    for (const [key, value] of Object.entries(result.data)) setOwn(data, key, value);
  }
  return {
    kind: 'batch',
    data,
    ...(errors === undefined ? {} : { errors }),
    results,
    extensions: {
      kind: 'batch',
      elapsedMs: results.reduce((sum, { extensions }) => sum + extensions.elapsedMs, 0),
      rowsRead: results.reduce((sum, { extensions }) => sum + extensions.rowsRead, 0),
      plan: results.flatMap(({ extensions }) => extensions.plan),
    },
  };
}

/** An error in the form of a GraphQL response; without a place of its own it gets its statement's. */
function resultError(error: AuroraError, text: string, statement: Span): ResultError {
  const span = error.span ?? statement;
  return {
    message: error.message,
    locations: [locationOf(text, span.start)],
    extensions: {
      code: error.code,
      span,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
  };
}

/** Line and column, both from 1, as GraphQL counts them. */
function locationOf(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
