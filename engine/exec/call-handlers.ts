/*
 * Handlers: mutations that a commit calls for the documents that it changes, and that become part of it.
 *
 *   changes of a commit ──▶ taken into a transaction ──▶ handlers of each change, in the order of their definition
 *                                ▲                              │ what they change calls handlers in turn,
 *                                └──────────────────────────────┘ up to limits.handlerDepthMax levels
 *
 * Whatever leads to a commit (a mutation, a call, an import, a transaction of several statements) calls them with what
 * it comes to in the end, each changed document once. All of it is one commit, or none; what a handler refuses, refuses
 * the write. Migrations call none: they change the form of documents, not what they say.
 */
import type { BoundMutationField, JsonValue } from '#engine/aql';
import type { Catalog, CollectionEntry } from '../catalog/catalog.ts';
import type { HandlerRecord } from '../catalog/handler-record.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DocumentChange } from '../transactions/snapshot.ts';
import { documentOutput } from './document-output.ts';
import type { ExecEnvironment } from './environment.ts';
import { handlerWrites } from './executable.ts';
import type { VariableValues } from './operand.ts';
import { type PreparedTexts, statementsToRun } from './prepared-text.ts';
import { runMutation } from './run-mutation.ts';
import { TransactionRun } from './transaction.ts';

/** A handler, and the change that calls it. */
interface HandlerCall {
  readonly handler: HandlerRecord;
  readonly entry: CollectionEntry;
  readonly change: DocumentChange;
}

/** The changes of a commit with those of the handlers that they call. */
export async function withHandlerChanges(
  environment: ExecEnvironment,
  changes: readonly DocumentChange[],
): Promise<readonly DocumentChange[]> {
  const snapshot = environment.snapshot();
  const calls = callsOf(snapshot.catalog, changes);
  if (calls.length === 0) {
    snapshot.release();
    return changes;
  }
  const run = new TransactionRun(environment, snapshot);
  try {
    await run.run(undefined, (inside) => inside.commit(changes));
    await callHandlers(run, changes);
    return run.changes;
  } finally {
    await run.end();
  }
}

/** Runs the handlers of changes that a transaction has taken in; what they do becomes part of it as well. */
export async function callHandlers(
  run: TransactionRun,
  changes: readonly DocumentChange[],
): Promise<void> {
  let calls = callsOf(run.view.catalog, changes);
  for (let depth = 1; calls.length > 0; depth += 1) {
    const [first] = calls;
    if (depth > limits.handlerDepthMax && first !== undefined) throw tooDeep(first.handler);
    const caused: DocumentChange[] = [];
    for (const call of calls) caused.push(...(await callOne(run, call)));
    calls = callsOf(run.view.catalog, caused);
  }
}

/** What a handler has changed. */
async function callOne(run: TransactionRun, call: HandlerCall): Promise<readonly DocumentChange[]> {
  const caused: DocumentChange[] = [];
  await run.run(undefined, async (inside) => {
    const action = actionOf(inside, call.handler);
    const variables = variablesOf(call);
    const commit: ExecEnvironment['commit'] = async (changes) => {
      const report = await inside.commit(changes);
      caused.push(...changes);
      return report;
    };
    try {
      await runMutation({ ...inside, commit }, handlerWrites(action, variables), variables);
    } catch (error) {
      throw atHandler(error, call.handler);
    }
  });
  return caused;
}

function callsOf(
  catalog: Pick<Catalog, 'handlers' | 'collection'>,
  changes: readonly DocumentChange[],
): readonly HandlerCall[] {
  const { handlers } = catalog;
  if (handlers.length === 0) return [];
  return changes.flatMap((change): readonly HandlerCall[] => {
    const event = change.kind === 'replace' ? 'update' : change.kind;
    const called = handlers.filter(
      (handler) => handler.collection === change.collection && handler.event === event,
    );
    const entry = called.length === 0 ? undefined : catalog.collection(change.collection);
    return entry === undefined ? [] : called.map((handler) => ({ handler, entry, change }));
  });
}

/** `$_id` and `$_field`: the document as it is now, or as it was when it goes. What is not set is null. */
function variablesOf({ entry, change }: HandlerCall): VariableValues {
  const { definition } = entry;
  const document = documentOutput(definition)(
    change.kind === 'delete' ? change.before : change.document,
  );
  const value = (name: string): JsonValue =>
    Object.hasOwn(document, name) ? (document[name] ?? null) : null;
  const names = ['id', ...definition.fields.map(({ name }) => name)];
  return new Map(names.map((name): [string, JsonValue] => [`_${name}`, value(name)]));
}

/** Binds the action to the schema as it is now. @throws AuroraError when it does not fit any more */
function actionOf(environment: ExecEnvironment, handler: HandlerRecord): BoundMutationField {
  const { handlers: _present, ...shape } = environment.snapshot().catalog.shape;
  const text = textOf(handler);
  try {
    const [statement] = statementsToRun(preparedTexts(environment).get(text, shape), undefined);
    if (statement?.kind === 'schema') {
      const [change] = statement.changes;
      if (change?.kind === 'defineHandler') return change.action;
    }
  } catch (error) {
    throw atHandler(error, handler);
  }
  throw new AuroraError('DatabaseCorrupt', `The handler "${handler.name}" is damaged.`);
}

function textOf({ name, event, collection, action }: HandlerRecord): string {
  return `schema { define handler ${JSON.stringify(name)} { on: "${event} ${collection}", action: ${action} } }`;
}

function preparedTexts({ handlerTexts }: ExecEnvironment): PreparedTexts {
  if (handlerTexts === undefined) throw new Error('a database keeps the texts of its handlers');
  return handlerTexts;
}

function atHandler(error: unknown, { name, collection, event }: HandlerRecord): unknown {
  if (!(error instanceof AuroraError) || error.code === 'WriteConflict') return error;
  if (error.code === 'Cancelled' || error.details['handler'] !== undefined) return error;
  return new AuroraError(
    error.code,
    `Nothing was changed: the handler "${name}" on ${event} of "${collection}" failed. ${error.message}`,
    {
      cause: error,
      details: { ...error.details, handler: name },
      hint: error.hint ?? `Correct what it stumbles over, or drop it: drop handler "${name}".`,
    },
  );
}

function tooDeep({ name }: HandlerRecord): AuroraError {
  return new AuroraError(
    'LimitExceeded',
    `Nothing was changed: handlers call each other more than ${limits.handlerDepthMax} levels deep, the last of them "${name}".`,
    {
      details: { handler: name, depthMax: limits.handlerDepthMax },
      hint: 'Let no handler change what calls it again.',
    },
  );
}
