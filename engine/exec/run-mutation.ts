/*
 * One mutation is one commit. Its fields run in order against one snapshot and a write set, so that later fields
 * see what earlier ones did; then everything is committed at once. When another commit has changed a document in
 * between, the whole mutation runs again on a new snapshot, a bounded number of times.
 */
import type { BoundFilter, JsonValue } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { reviseDocument } from '../catalog/document-schema.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import type { Snapshot } from '../transactions/snapshot.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { completeDocuments, type JsonObject } from './complete-documents.ts';
import { cancellationOf } from './drain.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableWrite } from './executable.ts';
import { checkVersions, expectedVersionOf } from './expected-version.ts';
import { findCollection } from './find-collection.ts';
import { findDocuments, isPointSearch, tooLarge } from './find-documents.ts';
import type { MutationRun } from './mutation-run.ts';
import { evaluateOperand, type VariableValues } from './operand.ts';
import { resolveFilter } from './resolve-filter.ts';
import { actOnJobs, enqueueJobs } from './run-job-mutation.ts';
import { changesOf } from './update-data.ts';
import { type PendingDocument, WriteSet } from './write-set.ts';

/** What one field of a mutation did. */
export interface MutationFieldOutcome {
  readonly field: ExecutableWrite;
  /** After an insert or update as they are now, after a delete as they were. */
  readonly documents: readonly StoredDocument[];
  /** After an update, the same documents as they were before the field. */
  readonly previous?: readonly StoredDocument[];
  readonly plan: string;
  readonly rowsRead: number;
}

/** What a whole mutation did. */
export interface MutationOutcome {
  readonly outcomes: readonly MutationFieldOutcome[];
  /** The commit that it became; absent when it changed nothing, and inside a transaction. */
  readonly lsn?: number;
}

/** Resolves after the commit is durable. @throws AuroraError, with nothing changed */
export async function runMutation(
  given: ExecEnvironment,
  fields: readonly ExecutableWrite[],
  variables: VariableValues,
): Promise<MutationOutcome> {
  return retryConflicts(given, async (environment) => {
    const snapshot = await snapshotFor(environment, fields, variables);
    const writes = new WriteSet();
    const outcomes: MutationFieldOutcome[] = [];
    try {
      for (const field of fields) {
        const run = { environment, snapshot, writes, variables };
        outcomes.push(await runField(run, field));
        if (writes.size > limits.commitChangesMax) throw tooLarge(field.collection);
      }
    } catch (error) {
      throw cancellationOf(error);
    } finally {
      snapshot.release();
    }
    const changes = writes.changes();
    if (changes.length === 0) return { outcomes };
    const { sequence } = await environment.commit(changes);
    // A transaction takes the changes in, and is at the same commit as before.
    return sequence > snapshot.sequence ? { outcomes, lsn: sequence } : { outcomes };
  });
}

/** A snapshot that can find what all fields are about; only what scans has to wait for the write buffer. */
async function snapshotFor(
  environment: ExecEnvironment,
  fields: readonly ExecutableWrite[],
  variables: VariableValues,
): Promise<Snapshot> {
  const snapshot = environment.snapshot();
  if (snapshot.isSettled) return snapshot;
  try {
    if (fields.every((field) => isPointWrite(environment, snapshot, field, variables)))
      return snapshot;
  } catch (error) {
    snapshot.release();
    throw error;
  }
  snapshot.release();
  return environment.settledSnapshot();
}

function isPointWrite(
  environment: ExecEnvironment,
  snapshot: Snapshot,
  field: ExecutableWrite,
  variables: VariableValues,
): boolean {
  if (field.kind === 'insert' || field.kind === 'enqueue') return true;
  const collection = findCollection(snapshot, field.collection, field.span);
  const where = filterOf(field, variables);
  if (where === undefined) return true;
  return isPointSearch(
    environment,
    snapshot,
    collection,
    resolveTarget(where, collection, variables),
  );
}

/** `undefined` for what is about one job by its id. */
export function filterOf(
  field: Exclude<ExecutableWrite, { kind: 'insert' | 'enqueue' }>,
  variables: VariableValues,
): BoundFilter | undefined {
  switch (field.kind) {
    case 'upsert':
      return upsertFilter(field, updateData(field, variables));
    case 'cancelJob':
    case 'retryJob':
      return field.target.kind === 'where' ? field.target.where : undefined;
    case 'export':
      return field.where ?? everyDocument;
    default:
      return field.where;
  }
}

/**
 * Runs an operation again while others change what it has read, a bounded number of times; then once more, alone, so
 * that it cannot lose again.
 */
export async function retryConflicts<Result>(
  environment: ExecEnvironment,
  operation: (environment: ExecEnvironment) => Promise<Result>,
): Promise<Result> {
  for (let retry = 0; retry <= limits.conflictRetriesMax; retry += 1) {
    try {
      return await operation(environment);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  return environment.exclusively(operation);
}

/** Somebody has changed what was read; the unique key of a job too, which was free then. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof AuroraError)) return false;
  if (error.code === 'WriteConflict') return true;
  return error.code === 'UniqueConstraintViolation' && error.details['collection'] === '_job_keys';
}

async function runField(run: MutationRun, field: ExecutableWrite): Promise<MutationFieldOutcome> {
  const collection = findCollection(run.snapshot, field.collection, field.span);
  switch (field.kind) {
    case 'insert': {
      const data = insertData(field, run.variables);
      const documents = await insertAll(run, collection, data);
      return { field, documents, plan: `Insert(${field.collection})`, rowsRead: 0 };
    }
    case 'update': {
      const data = updateData(field, run.variables);
      const filter = resolveTarget(field.where, collection, run.variables);
      const version = expectedVersionOf(field, run.variables);
      const check = (found: readonly PendingDocument[]) =>
        checkVersions(field, version, collection, found);
      return { field, ...(await updateAll(run, collection, filter, data, check)) };
    }
    case 'delete': {
      const filter = resolveTarget(field.where, collection, run.variables);
      const version = expectedVersionOf(field, run.variables);
      const check = (found: readonly PendingDocument[]) =>
        checkVersions(field, version, collection, found);
      return { field, ...(await deleteAll(run, collection, filter, check)) };
    }
    case 'upsert':
      return { field, ...(await upsert(run, collection, field)) };
    case 'enqueue':
      return { field, ...(await enqueueJobs(run, field)) };
    case 'export':
      return { field, ...(await findForExport(run, collection, field)) };
    case 'cancelJob':
    case 'retryJob': {
      const where = filterOf(field, run.variables);
      const filter = where && resolveTarget(where, collection, run.variables);
      return { field, ...(await actOnJobs(run, field, filter)) };
    }
    default:
      return unreachable(field);
  }
}

/** Which documents a write is about: unlike in a read, a variable that is not given is no absent condition, but refused. */
export function resolveTarget(
  where: BoundFilter,
  { definition }: CollectionEntry,
  variables: VariableValues,
): ResolvedFilter {
  return resolveFilter(where, { collection: definition, variables, absentVariable: 'refuse' });
}

/** Inserts into the write set; ids that are given twice are refused here, others at the commit. */
async function insertAll(
  { environment, writes }: Pick<MutationRun, 'environment' | 'writes'>,
  collection: CollectionEntry,
  data: readonly JsonObject[],
): Promise<readonly StoredDocument[]> {
  const { name } = collection.definition;
  const isTaken = (id: string): boolean => writes.hasInserted(name, id);
  const documents = await completeDocuments(environment, collection, { data, isTaken });
  for (const document of documents) writes.insert(name, document);
  return documents;
}

const everyDocument: BoundFilter = { kind: 'and', operands: [] };

/** The documents as the mutation has left them so far. */
async function findForExport(
  { environment, snapshot, writes, variables }: MutationRun,
  collection: CollectionEntry,
  { where = everyDocument }: Extract<ExecutableWrite, { kind: 'export' }>,
): Promise<WriteOutcome> {
  const filter = resolveTarget(where, collection, variables);
  const bound = {
    documentsMax: limits.exportDocumentsMax,
    refusal: (name: string) =>
      new AuroraError(
        'LimitExceeded',
        `The export of "${name}" would give more than ${limits.exportDocumentsMax} documents at once.`,
        {
          hint: 'Narrow it with where, or read the collection page by page.',
          details: { collection: name },
        },
      ),
  };
  const source = { snapshot, writes };
  const found = await findDocuments(environment, source, collection, filter, bound);
  const documents = found.documents.flatMap(({ after }) => (after === undefined ? [] : [after]));
  return { documents, plan: `${found.plan} → Export`, rowsRead: found.rowsRead };
}

type WriteOutcome = Omit<MutationFieldOutcome, 'field'>;

/** Refuses what a write has found, before it is changed. */
type CheckFound = (found: readonly PendingDocument[]) => void;

function accept(): void {
  // Most writes take documents as they are.
}

/** Updates all matching documents in the write set. */
async function updateAll(
  { environment, snapshot, writes }: Omit<MutationRun, 'variables'>,
  collection: CollectionEntry,
  filter: ResolvedFilter,
  data: JsonObject,
  check: CheckFound = accept,
): Promise<WriteOutcome> {
  const { name } = collection.definition;
  const found = await findDocuments(environment, { snapshot, writes }, collection, filter);
  check(found.documents);
  const context = { now: environment.clock.now() };
  const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
  const documents: StoredDocument[] = [];
  const previous: StoredDocument[] = [];
  for (const document of found.documents) {
    await slicer.yieldIfDue();
    if (document.after === undefined) continue;
    previous.push(document.after);
    const changes = changesOf(document.after, data, collection.definition);
    const after = reviseDocument(collection, document.after, changes, context);
    writes.change(name, document, after);
    documents.push(after);
  }
  return { documents, previous, plan: `${found.plan} → Update`, rowsRead: found.rowsRead };
}

/** Updates what the field finds, or inserts its data. Update operators then compute from a document without fields. */
async function upsert(
  run: MutationRun,
  collection: CollectionEntry,
  field: Extract<ExecutableWrite, { kind: 'upsert' }>,
): Promise<WriteOutcome> {
  const data = updateData(field, run.variables);
  const filter = resolveTarget(upsertFilter(field, data), collection, run.variables);
  const { id: _id, ...changes } = data;
  const isById = field.find.kind === 'on' && field.find.field === 'id';
  const updated = await updateAll(run, collection, filter, isById ? changes : data);
  if (updated.documents.length > 0) return updated;
  const input: { [key: string]: JsonValue } = {};
  const plain = changesOf({ id: '' }, data, collection.definition);
  for (const [name, value] of Object.entries(plain)) {
    if (value !== undefined) setOwn(input, name, value);
  }
  const documents = await insertAll(run, collection, [input]);
  const plan = `${updated.plan.replace(/Update$/, '')}Insert(${field.collection})`;
  return { documents, plan, rowsRead: updated.rowsRead };
}

function upsertFilter(
  { find, collection, dataSpan }: Extract<ExecutableWrite, { kind: 'upsert' }>,
  data: JsonObject,
): BoundFilter {
  if (find.kind === 'where') return find.where;
  const { field, type } = find;
  const value = Object.hasOwn(data, field) ? data[field] : undefined;
  if (value === undefined || value === null) {
    throw new AuroraError(
      'ValidationError',
      `The data gives no "${field}" to find a document by.`,
      {
        span: dataSpan,
        details: { collection, field },
      },
    );
  }
  const operand = { kind: 'constant', value } as const;
  return { kind: 'compare', path: [field], type, operator: 'eq', operand, span: dataSpan };
}

/** Deletes all matching documents in the write set. */
async function deleteAll(
  { environment, snapshot, writes }: Omit<MutationRun, 'variables'>,
  collection: CollectionEntry,
  filter: ResolvedFilter,
  check: CheckFound,
): Promise<WriteOutcome> {
  const { name } = collection.definition;
  const found = await findDocuments(environment, { snapshot, writes }, collection, filter);
  check(found.documents);
  const documents: StoredDocument[] = [];
  for (const document of found.documents) {
    if (document.after !== undefined) documents.push(document.after);
    writes.change(name, document, undefined);
  }
  return { documents, plan: `${found.plan} → Delete`, rowsRead: found.rowsRead };
}

function insertData(
  field: Extract<ExecutableWrite, { kind: 'insert' }>,
  variables: VariableValues,
): readonly JsonObject[] {
  const value = evaluateOperand(field.data, variables);
  const items = isJsonList(value) ? value : [value];
  return items.map((item) => {
    if (isJsonObject(item)) return item;
    throw notAnObject(field);
  });
}

function updateData(
  field: Extract<ExecutableWrite, { kind: 'update' | 'upsert' }>,
  variables: VariableValues,
): JsonObject {
  const value = evaluateOperand(field.data, variables);
  if (isJsonObject(value)) return value;
  throw notAnObject(field);
}

function notAnObject(field: Extract<ExecutableWrite, { dataSpan: unknown }>): AuroraError {
  const what = field.kind === 'insert' ? 'an object or a list of objects' : 'an object';
  return new AuroraError('TypeMismatch', `"data" for "${field.collection}" must be ${what}.`, {
    span: field.dataSpan,
  });
}

function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
