import type { BoundPlainField, BoundStatement } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { withEngineCollections } from './engine-collections.ts';
import type { ExecEnvironment } from './environment.ts';
import {
  type ExecutableMutationField,
  type ExecutableRoot,
  type ExecutableSchemaChange,
  type ExecutableWrite,
  isRead,
  isWrite,
  prepareRun,
  type SchemaRoot,
} from './executable.ts';
import type {
  MutationResult,
  QueryResult,
  ResultData,
  ResultDocument,
  SchemaResult,
  StatementResult,
} from './execution-result.ts';
import type { VariableValues } from './operand.ts';
import type { GivenVariables } from './prepared-text.ts';
import { compileProjection, type OutputObject } from './projection.ts';
import { QueryStatementRun } from './query-statement.ts';
import { runMutation } from './run-mutation.ts';
import { runSchema } from './run-schema.ts';
import { schemaRootValue } from './schema-root.ts';

/** Runs one statement to its end and gives its whole result. */
export async function executeStatement(
  environment: ExecEnvironment,
  bound: BoundStatement,
  given: GivenVariables,
): Promise<StatementResult> {
  const { statement, variables } = prepareRun(bound, given);
  switch (statement.kind) {
    case 'query':
      return executeQuery(environment, statement.roots, variables);
    case 'mutation':
      return executeMutation(environment, statement.fields, variables);
    case 'schema':
      return executeSchema(environment, statement.changes);
    default:
      return unreachable(statement);
  }
}

async function executeQuery(
  environment: ExecEnvironment,
  roots: readonly (ExecutableRoot | SchemaRoot)[],
  variables: VariableValues,
): Promise<QueryResult> {
  const reads = roots.filter(isRead);
  const reading = await withEngineCollections(environment, reads);
  const run = await QueryStatementRun.open(reading, reads, variables);
  const sources = run.roots[Symbol.iterator]();
  const data: ResultData = {};
  let documents: ResultDocument[] = [];
  try {
    for (const root of roots) {
      if (!isRead(root)) {
        setOwn(data, root.responseKey, schemaRootValue(root, environment, variables));
        continue;
      }
      const source = sources.next().value;
      const shape = compileShape(root.selection);
      const objects: OutputObject[] = [];
      documents = [];
      for (let batch = await source?.next(); batch; batch = await source?.next()) {
        for (const document of batch.documents) {
          const shaped = shape(document);
          objects.push(shaped.object);
          documents.push(shaped.document);
        }
      }
      setOwn(data, root.responseKey, objects);
    }
  } finally {
    await run.close();
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
  fields: readonly ExecutableMutationField[],
  variables: VariableValues,
): Promise<MutationResult> {
  const { clock } = environment;
  const startedAt = clock.elapsed();
  const writes = fields.filter(isWrite);
  const outcomes = await runMutation(environment, writes, variables);
  const slicer = new TimeSlicer(clock, {});
  const data: ResultData = {};
  let documents: ResultDocument[] = [];
  for (const field of fields) {
    const outcome = outcomes.find((each) => each.field === field);
    if (outcome === undefined || !isWrite(field)) {
      if (!isWrite(field))
        setOwn(data, field.responseKey, schemaRootValue(field, environment, variables));
      continue;
    }
    const shape = compileShape(field.selection);
    const objects: OutputObject[] = [];
    documents = [];
    for (const document of outcome.documents) {
      await slicer.yieldIfDue();
      const shaped = shape(document);
      objects.push(shaped.object);
      documents.push(shaped.document);
    }
    setOwn(data, field.responseKey, isSingle(field) ? (objects[0] ?? null) : objects);
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

/** One object in, one object out. */
function isSingle(field: ExecutableWrite): boolean {
  return field.kind === 'insert' && !field.many;
}

async function executeSchema(
  environment: ExecEnvironment,
  changes: readonly ExecutableSchemaChange[],
): Promise<SchemaResult> {
  const startedAt = environment.clock.elapsed();
  const messages = await runSchema(environment, changes);
  const elapsedMs = environment.clock.elapsed() - startedAt;
  return {
    kind: 'schema',
    data: {},
    messages,
    extensions: { kind: 'schema', elapsedMs, rowsRead: 0, plan: [] },
  };
}

function compileShape(selection: readonly BoundPlainField[]): (document: StoredDocument) => {
  readonly object: OutputObject;
  readonly document: ResultDocument;
} {
  const asData = compileProjection(selection, 'null');
  const asDocument = compileProjection(selection, 'absent');
  return (document) => ({
    object: asData(document),
    document: { id: document.id, data: asDocument(document) },
  });
}
