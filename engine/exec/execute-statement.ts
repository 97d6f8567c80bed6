import type {
  BoundMigrationVersion,
  BoundSchemaChange,
  BoundStatement,
  JsonValue,
} from '#engine/aql';
import { assert, unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { withEngineCollections } from './engine-collections.ts';
import type { ExecEnvironment } from './environment.ts';
import {
  type ExecutableMutationField,
  type ExecutableRoot,
  type ExecutableWrite,
  isRead,
  prepareRun,
  type SchemaRoot,
  writesOf,
} from './executable.ts';
import type {
  MigrationResult,
  MutationResult,
  QueryResult,
  ResultData,
  ResultDocument,
  SchemaResult,
  StatementResult,
} from './execution-result.ts';
import { exportValue } from './export-text.ts';
import type { VariableValues } from './operand.ts';
import type { GivenVariables } from './prepared-text.ts';
import { QueryStatementRun } from './query-statement.ts';
import { type RootValue, readRoot, shapeDocuments } from './read-root.ts';
import { type MutationFieldOutcome, runMutation } from './run-mutation.ts';
import { migrationsOf, runSchema } from './run-schema.ts';
import { schemaRootValue } from './schema-root.ts';
import { collectionOf, openWritten, plainFieldsOf } from './written-root.ts';

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
    case 'migration':
      return executeMigration(environment, statement.versions);
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
      assert(source !== undefined, 'each read is opened');
      const read = await readRoot(source, environment.memory);
      documents = read.documents;
      setOwn(data, root.responseKey, read.value);
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
  const { outcomes, lsn } = await runMutation(environment, writesOf(fields), variables);
  let documents: readonly ResultDocument[] = [];
  const hasWritten = outcomes.some(({ field }) => field.kind !== 'export');
  const dataOf = async (given: readonly ExecutableMutationField[]): Promise<ResultData> => {
    const data: ResultData = {};
    for (const field of given) {
      if (field.kind === 'transaction') {
        setOwn(data, field.responseKey, await dataOf(field.fields));
      } else if (field.kind === 'typename') {
        setOwn(data, field.responseKey, schemaRootValue(field, environment, variables));
      } else {
        const outcome = outcomes.find((each) => each.field === field);
        assert(outcome !== undefined, 'each write has its outcome');
        const written = await writtenValue(environment, outcome, variables, hasWritten);
        documents = written.documents;
        setOwn(data, field.responseKey, valueOfField(field, written.value));
      }
    }
    return data;
  };
  const data = await dataOf(fields);
  return {
    kind: 'mutation',
    data,
    ...(lsn === undefined ? {} : { lsn }),
    ...(outcomes.length === 1 ? { documents } : {}),
    documentCount: outcomes.reduce((sum, { field, documents: written }) => {
      return field.kind === 'export' ? sum : sum + written.length;
    }, 0),
    extensions: {
      kind: 'mutation',
      elapsedMs: clock.elapsed() - startedAt,
      rowsRead: outcomes.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      plan: outcomes.map(({ plan }) => plan),
    },
  };
}

/** What a write gives of its documents. */
async function writtenValue(
  environment: ExecEnvironment,
  outcome: MutationFieldOutcome,
  variables: VariableValues,
  hasWritten: boolean,
): Promise<RootValue> {
  const { field } = outcome;
  if (field.kind === 'export') {
    const { definition } = collectionOf(environment, field);
    // Where nothing was written, nothing is lost with the text.
    const slicer = new TimeSlicer(environment.clock, hasWritten ? {} : environment.slicerOptions);
    const value = await exportValue(outcome.documents, definition, field.format, slicer);
    return { value, documents: [] };
  }
  const slicer = new TimeSlicer(environment.clock);
  const fields = plainFieldsOf(field);
  if (fields !== undefined) {
    return shapeDocuments(outcome.documents, fields, slicer);
  }
  const run = await openWritten(environment, outcome, variables);
  try {
    const [source] = run.roots;
    assert(source !== undefined, 'a run has the root that it was opened with');
    // What is written is written, however many rows the caller wants of a query.
    return await readRoot(source, { ...environment.memory, resultRowsMax: undefined });
  } finally {
    await run.close();
  }
}

/** One object in, one object out. */
function valueOfField(field: ExecutableWrite, value: JsonValue): JsonValue {
  return isSingle(field) && isJsonList(value) ? (value[0] ?? null) : value;
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isSingle(field: ExecutableWrite): boolean {
  switch (field.kind) {
    case 'insert':
    case 'enqueue':
      return !field.many;
    case 'cancelJob':
    case 'retryJob':
      return field.target.kind === 'id';
    default:
      return false;
  }
}

async function executeSchema(
  environment: ExecEnvironment,
  changes: readonly BoundSchemaChange[],
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

async function executeMigration(
  environment: ExecEnvironment,
  versions: readonly BoundMigrationVersion[],
): Promise<MigrationResult> {
  const { clock } = environment;
  const startedAt = clock.elapsed();
  const outcome = await migrationsOf(environment).run(environment, versions);
  const rowsRead = outcome.steps.reduce((sum, { documentsRead }) => sum + documentsRead, 0);
  const elapsedMs = clock.elapsed() - startedAt;
  return {
    kind: 'migration',
    data: {},
    ...outcome,
    extensions: { kind: 'migration', elapsedMs, rowsRead, plan: [] },
  };
}
