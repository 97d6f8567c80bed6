/*
 * `enqueueJob`, `enqueueJobs`, `cancelJob` and `retryJob`: writes to the collections of jobs in the write set of their
 * mutation, so that they are committed with everything else it does, or not at all.
 */
import type { JsonValue } from '#engine/aql';
import { assert } from '../base/assert.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { limits } from '../limits.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { ExecutableJobField } from './executable.ts';
import { findDocuments, tooLarge } from './find-documents.ts';
import { jobNotFound, jobStateConflict } from './job-errors.ts';
import type { JobChange, JobMutations, JobRequest } from './job-mutations.ts';
import type { MutationRun } from './mutation-run.ts';
import { evaluateOperand } from './operand.ts';
import type { PendingDocument } from './write-set.ts';

type EnqueueField = Extract<ExecutableJobField, { kind: 'enqueue' }>;
type ActionField = Exclude<ExecutableJobField, { kind: 'enqueue' }>;

interface JobFieldOutcome {
  readonly documents: readonly StoredDocument[];
  readonly plan: string;
  readonly rowsRead: number;
}

/** Enqueues one job or many. For a unique key that is taken it gives the job that has it. */
export async function enqueueJobs(run: MutationRun, field: EnqueueField): Promise<JobFieldOutcome> {
  const requests = requestsOf(run, field);
  if (requests.length > limits.commitChangesMax) throw tooLarge('_jobs');
  const slicer = new TimeSlicer(run.environment.clock, run.environment.slicerOptions);
  const documents: StoredDocument[] = [];
  for (const request of requests) {
    await slicer.yieldIfDue();
    documents.push(enqueueOne(run, request));
  }
  return { documents, plan: `Enqueue(${field.many ? requests.length : 1})`, rowsRead: 0 };
}

function enqueueOne(run: MutationRun, request: JobRequest): StoredDocument {
  const { environment, writes } = run;
  const rules = rulesOf(run);
  const context = contextOf(run);
  const { job, key } = rules.create(request, context);
  if (key !== undefined) {
    const keys = collectionOf(run, '_job_keys');
    const present = pendingDocument(run, keys, key.id);
    if (present?.after !== undefined && !rules.isKeyFree(present.after, environment.clock.now())) {
      const holder = String(present.after['job_id']);
      const held = pendingDocument(run, collectionOf(run, '_jobs'), holder)?.after;
      if (held !== undefined) return held;
    }
    if (present === undefined) writes.insert('_job_keys', key);
    else writes.change('_job_keys', present, key);
  }
  writes.insert('_jobs', job);
  return job;
}

/** Cancels or retries what is found; a single job that cannot be is an error, of many it is left out. */
export async function actOnJobs(
  run: MutationRun,
  field: ActionField,
  filter: ResolvedFilter | undefined,
): Promise<JobFieldOutcome> {
  const jobs = collectionOf(run, '_jobs');
  const rules = rulesOf(run);
  const context = contextOf(run);
  const found =
    filter === undefined
      ? { documents: [oneJob(run, field, jobs)], plan: 'IdLookup(_jobs)', rowsRead: 1 }
      : await findDocuments(run.environment, run, jobs, filter);
  const slicer = new TimeSlicer(run.environment.clock, run.environment.slicerOptions);
  const documents: StoredDocument[] = [];
  const endedChildren = new Map<string, number>();
  for (const document of found.documents) {
    await slicer.yieldIfDue();
    if (document.after === undefined) continue;
    const what = field.kind === 'cancelJob' ? 'cancelled' : 'tried again';
    const act = field.kind === 'cancelJob' ? rules.cancel : rules.retry;
    const change = act(document.after, context);
    if (change === undefined) {
      if (filter === undefined) throw jobStateConflict(document.after, what);
      continue;
    }
    run.writes.change('_jobs', document, change.job);
    writeConsequences(run, change);
    const { parentId } = change;
    if (parentId !== undefined) endedChildren.set(parentId, (endedChildren.get(parentId) ?? 0) + 1);
    documents.push(change.job);
  }
  for (const [id, count] of endedChildren) {
    const parent = pendingDocument(run, jobs, id);
    if (parent?.after === undefined) continue;
    run.writes.change('_jobs', parent, rules.childEnded(parent.after, count));
  }
  const action = field.kind === 'cancelJob' ? 'Cancel' : 'Retry';
  return { documents, plan: `${found.plan} → ${action}`, rowsRead: found.rowsRead };
}

function writeConsequences(run: MutationRun, { run: ended, freedKey }: JobChange): void {
  if (ended !== undefined) run.writes.insert('_job_runs', ended);
  if (freedKey === undefined) return;
  const key = pendingDocument(run, collectionOf(run, '_job_keys'), freedKey.id);
  if (key?.after?.['job_id'] === freedKey.jobId) run.writes.change('_job_keys', key, undefined);
}

function oneJob(run: MutationRun, field: ActionField, jobs: CollectionEntry): PendingDocument {
  const id = field.target.kind === 'id' ? evaluateOperand(field.target.id, run.variables) : null;
  const found = typeof id === 'string' ? pendingDocument(run, jobs, id) : undefined;
  if (found?.after !== undefined) return found;
  throw jobNotFound(String(id));
}

/** The document of an id as the mutation sees it. */
function pendingDocument(
  { snapshot, writes }: MutationRun,
  entry: CollectionEntry,
  id: string,
): PendingDocument | undefined {
  const { name } = entry.definition;
  if (!writes.isUntouched(name)) {
    const touched = writes.touched(name).find(({ after }) => after?.id === id);
    if (touched !== undefined) return touched;
  }
  const row = snapshot.rowOf(entry, id);
  const before = row === undefined ? undefined : snapshot.read(entry, row);
  return row === undefined || before === undefined ? undefined : { row, before, after: before };
}

function requestsOf({ variables }: MutationRun, field: EnqueueField): readonly JobRequest[] {
  const options: Record<string, JsonValue> = {};
  for (const [name, operand] of Object.entries(field.options)) {
    const value = evaluateOperand(operand, variables);
    if (value !== undefined && value !== null) options[name] = value;
  }
  const { timeoutSeconds, ...others } = options;
  const timeout = typeof timeoutSeconds === 'number' ? { timeoutMs: timeoutSeconds * 1_000 } : {};
  const jobType = evaluateOperand(field.jobType, variables);
  // What each option may be is bound by the language, and checked again where the job is made.
  const shared = { ...others, ...timeout, jobType } as Omit<JobRequest, 'payload'>;
  const given = evaluateOperand(field.payload, variables) ?? null;
  const payloads: readonly JsonValue[] = field.many && isList(given) ? given : [given];
  return payloads.map((payload) => ({ ...shared, payload }));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function rulesOf({ environment }: MutationRun): JobMutations {
  assert(environment.jobs !== undefined, 'a database knows the rules of jobs');
  return environment.jobs;
}

function contextOf({ environment }: MutationRun) {
  return { now: environment.clock.now(), newId: () => environment.newId() };
}

function collectionOf({ snapshot }: MutationRun, name: string): CollectionEntry {
  const entry = snapshot.catalog.collection(name);
  assert(entry !== undefined, 'collections of the engine are in every catalog');
  return entry;
}
