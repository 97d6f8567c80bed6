import type { BoundField, BoundStatement } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { coerceVariables } from './coerce-variables.ts';
import type { ExecEnvironment } from './environment.ts';
import type {
  MutationResult,
  QueryResult,
  ResultData,
  ResultDocument,
  SchemaResult,
  StatementResult,
} from './execution-result.ts';
import { setOwn } from './own-key.ts';
import type { GivenVariables } from './prepared-text.ts';
import { compileProjection, type OutputObject } from './projection.ts';
import { type BoundQuery, QueryStatementRun } from './query-statement.ts';
import { type BoundMutation, runMutation } from './run-mutation.ts';
import { runSchema } from './run-schema.ts';

/** Runs one statement to its end and gives its whole result. */
export async function executeStatement(
  environment: ExecEnvironment,
  statement: BoundStatement,
  given: GivenVariables,
): Promise<StatementResult> {
  switch (statement.kind) {
    case 'query':
      return executeQuery(environment, statement, given);
    case 'mutation':
      return executeMutation(environment, statement, given);
    case 'schema':
      return executeSchema(environment, statement);
    default:
      return unreachable(statement);
  }
}

async function executeQuery(
  environment: ExecEnvironment,
  statement: BoundQuery,
  given: GivenVariables,
): Promise<QueryResult> {
  const run = new QueryStatementRun(
    environment,
    statement,
    coerceVariables(statement.variables, given),
  );
  const data: ResultData = {};
  let documents: ResultDocument[] = [];
  try {
    for (const source of run.roots) {
      const { root } = source;
      const shape = compileShape(root.selection, root.collection);
      const objects: OutputObject[] = [];
      documents = [];
      for (let batch = await source.next(); batch; batch = await source.next()) {
        for (const document of batch.documents) {
          const shaped = shape(document);
          objects.push(shaped.object);
          documents.push(shaped.document);
        }
      }
      setOwn(data, root.responseKey, objects);
    }
  } finally {
    run.close();
  }
  return {
    kind: 'query',
    data,
    ...(run.roots.length === 1 ? { documents } : {}),
    extensions: {
      kind: 'query',
      elapsedMs: run.roots.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
      rowsRead: run.roots.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      plan: run.roots.map(({ plan }) => plan),
    },
  };
}

async function executeMutation(
  environment: ExecEnvironment,
  statement: BoundMutation,
  given: GivenVariables,
): Promise<MutationResult> {
  const { clock } = environment;
  const startedAt = clock.elapsed();
  const variables = coerceVariables(statement.variables, given);
  const outcomes = await runMutation(environment, statement, variables);
  const slicer = new TimeSlicer(clock, {});
  const data: ResultData = {};
  let documents: ResultDocument[] = [];
  for (const { field, documents: changed } of outcomes) {
    const shape = compileShape(field.selection, field.collection);
    const objects: OutputObject[] = [];
    documents = [];
    for (const document of changed) {
      await slicer.yieldIfDue();
      const shaped = shape(document);
      objects.push(shaped.object);
      documents.push(shaped.document);
    }
    const isSingle = field.kind === 'insert' && !field.many;
    setOwn(data, field.responseKey, isSingle ? (objects[0] ?? null) : objects);
  }
  return {
    kind: 'mutation',
    data,
    ...(outcomes.length === 1 ? { documents } : {}),
    extensions: {
      kind: 'mutation',
      elapsedMs: clock.elapsed() - startedAt,
      rowsRead: outcomes.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      plan: outcomes.map(({ plan }) => plan),
    },
  };
}

async function executeSchema(
  environment: ExecEnvironment,
  statement: Extract<BoundStatement, { kind: 'schema' }>,
): Promise<SchemaResult> {
  const startedAt = environment.clock.elapsed();
  const messages = await runSchema(environment, statement);
  const elapsedMs = environment.clock.elapsed() - startedAt;
  return {
    kind: 'schema',
    data: {},
    messages,
    extensions: { kind: 'schema', elapsedMs, rowsRead: 0, plan: [] },
  };
}

function compileShape(
  selection: readonly BoundField[],
  collection: string,
): (document: StoredDocument) => {
  readonly object: OutputObject;
  readonly document: ResultDocument;
} {
  const asData = compileProjection(selection, collection, 'null');
  const asDocument = compileProjection(selection, collection, 'absent');
  return (document) => ({
    object: asData(document),
    document: { id: document.id, data: asDocument(document) },
  });
}
