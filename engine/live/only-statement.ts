import type { BoundStatement } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { statementsToRun } from '../exec/prepared-text.ts';
import type { LiveHub } from './live-hub.ts';

/**
 * The one statement of a text that is followed, bound to the schema as it is now.
 * @throws AuroraError for a text that is wrong, or has several statements
 */
export function onlyStatement(
  { prepared, pipeline }: Pick<LiveHub, 'prepared' | 'pipeline'>,
  { text, operationName }: { readonly text: string; readonly operationName?: string },
): BoundStatement {
  const statements = statementsToRun(prepared.get(text, pipeline.catalog.shape), operationName);
  const [only] = statements;
  if (only !== undefined && statements.length === 1) return only;
  const details = { statementCount: statements.length };
  if (only === undefined) {
    throw new AuroraError('InvalidOption', 'There is nothing to follow: the text is empty.', {
      hint: 'Write a query or a subscription.',
      details,
    });
  }
  throw new AuroraError('InvalidOption', 'Only a text with one statement can be followed.', {
    hint: 'Name the operation, or follow each by itself.',
    details,
  });
}
