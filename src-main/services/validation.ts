import * as v from 'valibot';
import {
  type BoundaryValidation,
  type FollowRequest,
  type JobOrder,
  jobPriorityNames,
  jobStates,
  type MethodName,
  type Methods,
  type Params,
  type StagedRecord,
  type TopicName,
  type TopicParams,
  type Topics,
  WireError,
  type WireValue,
} from '#contract';
import { importId, importTask } from './import-validation.ts';
import { serviceLimits } from './limits.ts';
import { isWireValue } from './wire-value.ts';

/*
 * The form of every parameter that comes over the wire. `satisfies` holds each table to the contract: a method or
 * topic without a schema, or with one of another form, does not compile.
 */

const none = v.strictObject({});
const databaseId = v.pipe(v.string(), v.maxLength(64));
const path = v.pipe(
  v.string(),
  v.minLength(1, 'A path is needed.'),
  v.maxLength(serviceLimits.pathLengthMax),
  v.check((text) => !text.includes('\0'), 'A path holds no NUL character.'),
);
const wireValue = v.custom<WireValue>(isWireValue, 'A JSON value within bounds is needed.');

const text = v.pipe(v.string(), v.maxLength(serviceLimits.queryTextLengthMax));
const isWireObject = (value: unknown): value is { readonly [name: string]: WireValue } =>
  typeof value === 'object' && !Array.isArray(value) && value !== null && isWireValue(value);
const wireObject = v.custom<{ readonly [name: string]: WireValue }>(
  isWireObject,
  'An object of JSON values is needed.',
);
const settingKey = v.pipe(
  v.string(),
  v.maxLength(serviceLimits.settingKeyLengthMax),
  v.regex(/^[A-Za-z]\P{Cc}*$/u, 'A key begins with a letter.'),
);
const variables = v.custom<{ readonly [name: string]: WireValue }>(
  isWireObject,
  'Variables are an object of JSON values.',
);
/** Names inside the folder are looked at where they become files. */
const savedPath = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

const name = v.pipe(v.string(), v.maxLength(1024));
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const debounceMs = v.exactOptional(v.pipe(v.number(), v.minValue(0)));
const after = v.exactOptional(v.strictObject({ epoch: wholeNumber, lsn: wholeNumber }));
const followedText = {
  text,
  variables: v.exactOptional(variables),
  operationName: v.exactOptional(name),
};

const followRequest = v.variant('kind', [
  v.strictObject({
    kind: v.literal('changes'),
    collection: v.exactOptional(name),
    where: v.exactOptional(variables),
    fields: v.exactOptional(v.pipe(v.array(name), v.maxLength(1000))),
    after,
  }),
  v.strictObject({
    kind: v.literal('watch'),
    collection: name,
    where: v.exactOptional(variables),
    orderBy: v.exactOptional(
      v.pipe(
        v.array(v.strictObject({ field: name, direction: v.picklist(['asc', 'desc']) })),
        v.maxLength(100),
      ),
    ),
    limit: v.exactOptional(wholeNumber),
    offset: v.exactOptional(wholeNumber),
    debounceMs,
  }),
  v.strictObject({ kind: v.literal('query'), ...followedText, debounceMs }),
  v.strictObject({ kind: v.literal('subscription'), ...followedText, after }),
]) satisfies v.GenericSchema<unknown, FollowRequest>;

const states = v.pipe(v.array(v.picklist(jobStates)), v.maxLength(jobStates.length));
const jobFilter = v.strictObject({
  text: v.exactOptional(v.pipe(v.string(), v.maxLength(10_000))),
  states: v.exactOptional(states),
  type: v.exactOptional(name),
  queue: v.exactOptional(name),
  error: v.exactOptional(name),
  ids: v.exactOptional(v.pipe(v.array(name), v.maxLength(serviceLimits.jobOrderStepMax))),
});
const jobPayload = v.custom<{ readonly [name: string]: WireValue }>(
  (value) =>
    typeof value === 'object' && !Array.isArray(value) && value !== null && isWireValue(value),
  'A payload is an object of JSON values.',
);
const jobOrder = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['cancel', 'retry', 'delete']), filter: jobFilter }),
  v.strictObject({
    kind: v.literal('setPriority'),
    filter: jobFilter,
    priority: v.picklist(jobPriorityNames),
  }),
  v.strictObject({ kind: v.literal('undo') }),
  v.strictObject({ kind: v.literal('requeue'), id: name, payload: jobPayload }),
  v.strictObject({
    kind: v.literal('enqueue'),
    type: name,
    payload: jobPayload,
    priority: v.exactOptional(v.picklist(jobPriorityNames)),
    queue: v.exactOptional(name),
    delayMs: v.exactOptional(wholeNumber),
    maxRetries: v.exactOptional(wholeNumber),
    uniqueKey: v.exactOptional(name),
  }),
  v.strictObject({
    kind: v.literal('setQueue'),
    queue: name,
    isPaused: v.exactOptional(v.boolean()),
    concurrency: v.exactOptional(v.nullable(wholeNumber)),
  }),
  v.strictObject({
    kind: v.literal('setSchedule'),
    name,
    cron: name,
    timeZone: name,
    type: name,
    payload: jobPayload,
  }),
  v.strictObject({ kind: v.literal('pauseSchedule'), name, isPaused: v.boolean() }),
  v.strictObject({ kind: v.picklist(['runSchedule', 'deleteSchedule']), name }),
]) satisfies v.GenericSchema<unknown, JobOrder>;

const methodParams = {
  'host.info': none,
  'host.pickFolder': v.strictObject({ purpose: v.picklist(['open', 'create']) }),
  'databases.list': none,
  'databases.open': v.strictObject({
    path,
    create: v.exactOptional(v.boolean()),
    readOnly: v.exactOptional(v.boolean()),
  }),
  'databases.openSample': none,
  'databases.close': v.strictObject({ database: databaseId }),
  'databases.forget': v.strictObject({ path }),
  'catalog.get': v.strictObject({ database: databaseId }),
  'catalog.indexes': v.strictObject({ database: databaseId }),
  'catalog.samples': v.strictObject({
    database: databaseId,
    collection: v.pipe(v.string(), v.maxLength(128)),
  }),
  'query.preview': v.strictObject({
    database: databaseId,
    text,
    variables: v.exactOptional(variables),
    isForCommit: v.exactOptional(v.boolean()),
  }),
  'query.explain': v.strictObject({
    database: databaseId,
    text,
    variables: v.exactOptional(variables),
    analyze: v.exactOptional(v.boolean()),
    tryIndex: v.exactOptional(
      v.strictObject({
        collection: name,
        fields: v.pipe(v.array(name), v.minLength(1), v.maxLength(64)),
      }),
    ),
  }),
  'query.hints': v.strictObject({
    database: databaseId,
    text,
    variables: v.exactOptional(variables),
  }),
  'query.open': v.strictObject({
    database: databaseId,
    text,
    variables: v.exactOptional(variables),
    previewToken: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
    isForView: v.exactOptional(v.boolean()),
    hasOrigins: v.exactOptional(v.boolean()),
  }),
  'query.next': v.strictObject({
    cursor: v.pipe(v.string(), v.maxLength(64)),
    rowsMax: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(serviceLimits.pullRowsMax)),
  }),
  'query.close': v.strictObject({ cursor: v.pipe(v.string(), v.maxLength(64)) }),
  'edits.read': v.strictObject({
    database: databaseId,
    collection: v.pipe(v.string(), v.maxLength(128)),
    ids: v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(36))),
      v.maxLength(serviceLimits.editReadsMax),
    ),
  }),
  'edits.commit': v.strictObject({
    database: databaseId,
    text,
    previewToken: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
  'edits.history': v.strictObject({
    database: databaseId,
    collection: v.pipe(v.string(), v.maxLength(128)),
    id: v.pipe(v.string(), v.maxLength(36)),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(serviceLimits.editHistoryMax)),
  }),
  'edits.inverse': v.strictObject({
    database: databaseId,
    position: v.strictObject({
      epoch: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      lsn: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  }),
  'history.list': v.strictObject({
    search: v.exactOptional(v.pipe(v.string(), v.maxLength(1000))),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(serviceLimits.historyPageMax)),
    before: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
  'history.clear': none,
  'savedQueries.list': v.strictObject({ database: databaseId }),
  'savedQueries.read': v.strictObject({ database: databaseId, path: savedPath }),
  'savedQueries.save': v.strictObject({
    database: databaseId,
    path: savedPath,
    text: v.pipe(v.string(), v.maxLength(serviceLimits.savedTextLengthMax)),
    overwrite: v.exactOptional(v.boolean()),
  }),
  'savedQueries.rename': v.strictObject({ database: databaseId, from: savedPath, to: savedPath }),
  'savedQueries.delete': v.strictObject({ database: databaseId, path: savedPath }),
  'savedQueries.test': v.strictObject({ database: databaseId, path: savedPath }),
  'maintenance.start': v.strictObject({
    database: databaseId,
    task: v.variant('kind', [
      v.strictObject({ kind: v.literal('verify') }),
      v.strictObject({ kind: v.literal('compact') }),
      v.strictObject({ kind: v.literal('backup'), target: path }),
      v.strictObject({ kind: v.literal('restore'), backup: path, target: path }),
    ]),
  }),
  'maintenance.cancel': v.strictObject({ database: databaseId }),
  'imports.begin': v.strictObject({ database: databaseId, task: importTask }),
  'imports.send': v.strictObject({
    import: importId,
    chunk: v.pipe(
      v.string(),
      v.maxLength(Math.ceil(serviceLimits.importChunkBytesMax / 3) * 4),
      v.check((text) => !/[^A-Za-z0-9+/=]/.test(text), 'A chunk is base64.'),
    ),
    isLast: v.boolean(),
  }),
  'imports.cancel': v.strictObject({
    import: importId,
    committed: v.picklist(['keep', 'revert']),
  }),
  'imports.rejects': v.strictObject({ import: importId, offset: wholeNumber }),
  'imports.close': v.strictObject({ import: importId }),
  'migrations.applied': v.strictObject({ database: databaseId }),
  'migrations.order': v.strictObject({
    database: databaseId,
    order: v.picklist(['pause', 'resume', 'cancel']),
  }),
  'migrations.plan': v.strictObject({ database: databaseId, text }),
  'migrations.planRollback': v.strictObject({ database: databaseId }),
  'migrations.rollBack': v.strictObject({
    database: databaseId,
    version: name,
    previewToken: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
  'exports.begin': v.strictObject({
    database: databaseId,
    task: v.strictObject({
      from: v.variant('kind', [
        v.strictObject({
          kind: v.literal('collection'),
          collection: name,
          where: text,
          orderBy: v.exactOptional(text),
        }),
        v.strictObject({
          kind: v.literal('query'),
          text,
          variables: v.exactOptional(variables),
          result: wholeNumber,
        }),
      ]),
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
      format: v.picklist(['ndjson', 'json', 'csv']),
      delimiter: v.pipe(v.string(), v.length(1), v.regex(/[^"\r\n]/, 'It separates columns.')),
      nullToken: v.pipe(v.string(), v.maxLength(64)),
      hasHeader: v.boolean(),
      nested: v.picklist(['json', 'columns']),
    }),
  }),
  'exports.cancel': v.strictObject({ export: v.pipe(v.string(), v.maxLength(64)) }),
  'audit.keep': v.strictObject({ database: databaseId, file: v.nullable(path) }),
  'jobs.find': v.strictObject({
    database: databaseId,
    filter: jobFilter,
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(serviceLimits.jobsFoundMax)),
    before: v.exactOptional(name),
  }),
  'jobs.get': v.strictObject({ database: databaseId, id: name }),
  'jobs.errors': v.strictObject({ database: databaseId }),
  'jobs.preview': v.strictObject({ database: databaseId, order: jobOrder }),
  'jobs.order': v.strictObject({
    database: databaseId,
    order: jobOrder,
    previewToken: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
  }),
  'jobs.cancelOrder': v.strictObject({ database: databaseId }),
  'jobs.runWorkers': v.strictObject({
    database: databaseId,
    isRunning: v.boolean(),
    folder: v.exactOptional(
      v.strictObject({
        path: v.pipe(v.string(), v.minLength(1), v.maxLength(serviceLimits.pathLengthMax)),
        isolation: v.picklist(['process', 'thread']),
        memoryMb: v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(65_536)),
      }),
    ),
  }),
  'settings.get': none,
  'settings.set': v.strictObject({ key: settingKey, value: wireValue }),
  'staged.save': v.strictObject({
    key: settingKey,
    put: v.array(
      v.custom<StagedRecord>(
        (value) => isWireObject(value) && typeof value['id'] === 'string',
        'A record is an object of JSON values with an id.',
      ),
    ),
    removed: v.array(v.string()),
    steps: v.exactOptional(wireObject),
  }),
} satisfies { readonly [M in keyof Methods]: v.GenericSchema<unknown, Params<M>> };

const topicParams = {
  databases: none,
  catalog: v.strictObject({ database: databaseId }),
  environment: v.strictObject({ database: databaseId }),
  history: none,
  savedQueries: v.strictObject({ database: databaseId }),
  health: v.strictObject({ database: databaseId }),
  imports: v.strictObject({ import: importId }),
  jobs: v.strictObject({ database: databaseId }),
  exports: v.strictObject({ export: v.pipe(v.string(), v.maxLength(64)) }),
  audit: v.strictObject({ database: databaseId }),
  monitor: v.strictObject({ database: databaseId }),
  migrations: v.strictObject({ database: databaseId, folder: v.exactOptional(path) }),
  follow: v.strictObject({ database: databaseId, request: followRequest }),
  'host.command': none,
} satisfies { readonly [T in keyof Topics]: v.GenericSchema<unknown, TopicParams<T>> };

/** Checks what a page sends against the schemas above; throws `InvalidParams` that names every finding. */
export const boundaryValidation: BoundaryValidation = {
  params: <M extends MethodName>(method: M, params: unknown) => {
    const schemas: { readonly [N in MethodName]: v.GenericSchema<unknown, Params<N>> } =
      methodParams;
    return parse<Params<M>>(schemas[method], method, params);
  },
  topicParams: <T extends TopicName>(topic: T, params: unknown) => {
    const schemas: { readonly [N in TopicName]: v.GenericSchema<unknown, TopicParams<N>> } =
      topicParams;
    return parse<TopicParams<T>>(schemas[topic], topic, params);
  },
};

function parse<Value>(
  schema: v.GenericSchema<unknown, Value>,
  name: string,
  params: unknown,
): Value {
  // A list would pass for an object without fields.
  const parsed = v.safeParse(schema, Array.isArray(params) ? undefined : params);
  if (parsed.success) return parsed.output;
  const findings = parsed.issues.map((issue) => {
    const where = v.getDotPath(issue);
    return where === null ? issue.message : `${where}: ${issue.message}`;
  });
  throw new WireError({
    code: 'InvalidParams',
    message: `The parameters of ${name} do not have their form. ${findings.join(' ')}`,
    details: { name, findings },
  });
}
