/* Introspection of a schema that is not a database's own, such as the part of it that somebody may know of. */
import type { CatalogShape } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { isRead, prepareRun } from './executable.ts';
import type { ResultData } from './execution-result.ts';
import { type GivenVariables, prepareText, statementsToRun } from './prepared-text.ts';
import { schemaRootValueOf } from './schema-root.ts';

export interface IntrospectOptions {
  readonly variables?: GivenVariables | undefined;
  readonly operationName?: string | undefined;
}

/**
 * Answers a query of AQL that asks for a schema only (`__schema`, `__type`, `__typename`), as a database with that schema
 * would; `undefined` for all that asks for more.
 * @throws AuroraError for what is wrong in the text or its variables, as `Database.execute` does
 */
export function introspect(
  text: string,
  shape: CatalogShape,
  { variables: given = {}, operationName }: IntrospectOptions = {},
): ResultData | undefined {
  const [bound, ...others] = statementsToRun(prepareText(text, shape), operationName);
  if (bound === undefined || others.length > 0) return undefined;
  const { statement, variables } = prepareRun(bound, given);
  if (statement.kind !== 'query') return undefined;
  const data: ResultData = {};
  for (const root of statement.roots) {
    if (isRead(root)) return undefined;
    setOwn(data, root.responseKey, schemaRootValueOf(root, shape, variables));
  }
  return data;
}
