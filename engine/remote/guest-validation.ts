/*
 * The form of every parameter that a guest sends. `satisfies` holds the tables to the protocol: a method or topic without
 * a schema, or with one of another form, does not compile. What documents, filters and definitions mean is checked by
 * the engine, which does not trust its callers either.
 */
import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { type BoundaryValidation, WireError } from '#contract';
import type { CollectionDefinition, FieldType, JsonValue } from '#engine/aql';
import type { JobRequest } from '../exec/job-mutations.ts';
import { limits } from '../limits.ts';
import type { FollowRequest } from '../live/follow-request.ts';
import type { GuestMethods, GuestTopics } from './guest-protocol.ts';

const nameLengthMax = 1_024;

const absolutePath = v.pipe(
  v.string(),
  v.maxLength(4_096),
  v.check((path) => isAbsolute(path) && !path.includes('\0'), 'An absolute path is needed.'),
);
const none = v.strictObject({});
const name = v.pipe(v.string(), v.maxLength(nameLengthMax));
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const jsonValue = v.custom<JsonValue>((value) => value !== undefined, 'A JSON value is needed.');
const jsonObject = v.custom<{ readonly [field: string]: JsonValue }>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'An object is needed.',
);
const documents = v.pipe(v.array(jsonObject), v.maxLength(limits.commitChangesMax));

const orderKeys = v.pipe(
  v.array(v.strictObject({ field: name, direction: v.picklist(['ASC', 'DESC']) })),
  v.maxLength(1_000),
);

const request = v.strictObject({
  collection: name,
  where: jsonObject,
  orderBy: orderKeys,
  limit: v.exactOptional(wholeNumber),
  offset: v.exactOptional(wholeNumber),
  ifVersion: v.exactOptional(v.string()),
  transaction: v.exactOptional(wholeNumber),
});

const jobRequest: v.GenericSchema<JobRequest> = v.strictObject({
  jobType: v.string(),
  payload: v.exactOptional(jsonValue),
  priority: v.exactOptional(v.string()),
  maxRetries: v.exactOptional(wholeNumber),
  runAt: v.exactOptional(v.string()),
  delayMs: v.exactOptional(wholeNumber),
  uniqueKey: v.exactOptional(v.string()),
  uniqueUntil: v.exactOptional(v.picklist(['Started', 'Finished', 'Period'])),
  uniquePeriodMs: v.exactOptional(wholeNumber),
  timeoutMs: v.exactOptional(wholeNumber),
  queue: v.exactOptional(v.string()),
  backoffMs: v.exactOptional(wholeNumber),
  children: v.exactOptional(v.array(v.lazy(() => jobRequest))),
});

const textEntries = {
  text: v.string(),
  variables: jsonObject,
  operationName: v.exactOptional(name),
  rowsMax: v.exactOptional(v.pipe(wholeNumber, v.minValue(1))),
  origins: v.exactOptional(v.boolean()),
};
const text = v.strictObject(textEntries);

const fieldType: v.GenericSchema<FieldType> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('scalar'),
    name: v.custom<Extract<FieldType, { kind: 'scalar' }>['name']>(
      (value) => typeof value === 'string',
      'The name of a type is needed.',
    ),
  }),
  v.strictObject({ kind: v.literal('list'), element: v.lazy(() => fieldType) }),
]);

const definition = v.strictObject({
  name,
  fields: v.pipe(
    v.array(
      v.strictObject({
        name,
        type: fieldType,
        nullable: v.boolean(),
        unique: v.boolean(),
        indexed: v.boolean(),
        default: v.exactOptional(
          v.variant('kind', [
            v.strictObject({ kind: v.literal('value'), value: jsonValue }),
            v.strictObject({ kind: v.literal('now') }),
          ]),
        ),
        references: v.exactOptional(name),
        validate: v.exactOptional(
          v.strictObject({
            min: v.exactOptional(v.number()),
            max: v.exactOptional(v.number()),
            minLength: v.exactOptional(v.number()),
            maxLength: v.exactOptional(v.number()),
            pattern: v.exactOptional(v.string()),
            format: v.exactOptional(v.picklist(['EMAIL', 'URL', 'UUID', 'DATE', 'DATETIME'])),
          }),
        ),
      }),
    ),
    v.maxLength(10_000),
  ),
  indexes: v.pipe(
    v.array(v.strictObject({ fields: v.array(name), unique: v.boolean() })),
    v.maxLength(1_000),
  ),
  open: v.boolean(),
}) satisfies v.GenericSchema<unknown, CollectionDefinition>;

const place = v.strictObject({ epoch: wholeNumber, lsn: wholeNumber });

const followed: v.GenericSchema<unknown, FollowRequest> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('changes'),
    collection: v.exactOptional(name),
    where: v.exactOptional(jsonObject),
    fields: v.exactOptional(v.pipe(v.array(name), v.maxLength(10_000))),
    after: v.exactOptional(place),
  }),
  v.strictObject({
    kind: v.literal('watch'),
    collection: name,
    where: jsonObject,
    orderBy: orderKeys,
    limit: v.exactOptional(wholeNumber),
    offset: v.exactOptional(wholeNumber),
    debounceMs: v.exactOptional(v.number()),
    tellsLoaded: v.exactOptional(v.boolean()),
  }),
  v.strictObject({
    kind: v.literal('query'),
    ...textEntries,
    debounceMs: v.exactOptional(v.number()),
  }),
  v.strictObject({
    kind: v.literal('subscription'),
    ...textEntries,
    after: v.exactOptional(place),
  }),
]);

const cursor = v.strictObject({ cursor: wholeNumber });

const methodParams = {
  'database.attach': v.strictObject({ token: name, readOnly: v.boolean(), pid: wholeNumber }),
  'owner.ping': none,
  'catalog.get': none,
  'collections.list': none,
  'database.position': none,
  'database.stats': none,
  'database.metrics': none,
  'collections.define': v.strictObject({
    definitions: v.pipe(v.array(definition), v.maxLength(1_000)),
  }),
  'collections.dropEmpty': v.strictObject({ collection: name }),
  'documents.find': v.strictObject({
    collection: name,
    id: name,
    transaction: v.exactOptional(wholeNumber),
  }),
  'documents.select': request,
  'documents.count': request,
  'documents.update': v.strictObject({ request, data: jsonObject }),
  'documents.remove': request,
  'documents.stage': v.strictObject({ staging: wholeNumber, documents }),
  'documents.unstage': v.strictObject({ staging: wholeNumber }),
  'documents.insert': v.strictObject({
    collection: name,
    staging: v.exactOptional(wholeNumber),
    documents,
    transaction: v.exactOptional(wholeNumber),
  }),
  'jobs.enqueue': v.strictObject({ requests: v.array(jobRequest) }),
  'jobs.counts': none,
  'jobs.command': v.variant('kind', [
    v.strictObject({ kind: v.literal('cancel'), id: name }),
    v.strictObject({ kind: v.literal('retry'), id: name, payload: v.exactOptional(jsonValue) }),
    v.strictObject({
      kind: v.literal('act'),
      act: v.variant('kind', [
        v.strictObject({ kind: v.picklist(['cancel', 'retry', 'delete']) }),
        v.strictObject({
          kind: v.literal('setPriority'),
          priority: v.picklist(['LOW', 'NORMAL', 'HIGH', 'CRITICAL']),
        }),
      ]),
      ids: v.array(name),
      undoName: v.exactOptional(name),
    }),
    v.strictObject({ kind: v.picklist(['undo', 'forget']), undoName: name }),
    v.strictObject({
      kind: v.literal('setQueue'),
      queue: name,
      paused: v.exactOptional(v.boolean()),
      concurrency: v.exactOptional(v.nullable(wholeNumber)),
      rate: v.exactOptional(
        v.nullable(v.strictObject({ count: wholeNumber, periodMs: wholeNumber })),
      ),
    }),
    v.strictObject({
      kind: v.literal('setSchedule'),
      name,
      cron: name,
      timeZone: v.exactOptional(name),
      misfire: v.exactOptional(v.picklist(['RunOnce', 'RunAll', 'Skip'])),
      overlap: v.exactOptional(v.picklist(['Skip', 'Allow'])),
      job: jobRequest,
    }),
    v.strictObject({ kind: v.literal('pauseSchedule'), name, paused: v.boolean() }),
    v.strictObject({ kind: v.literal('deleteSchedule'), name }),
  ]),
  'text.execute': v.strictObject({
    ...textEntries,
    transaction: v.exactOptional(wholeNumber),
  }),
  'transaction.begin': v.strictObject({ timeoutMs: v.exactOptional(wholeNumber) }),
  'transaction.commit': v.strictObject({ transaction: wholeNumber }),
  'transaction.rollback': v.strictObject({ transaction: wholeNumber }),
  'value.next': cursor,
  'value.close': cursor,
  'run.open': text,
  'run.next': v.strictObject({ cursor: wholeNumber, rowsMax: wholeNumber }),
  'run.cancel': cursor,
  'run.close': cursor,
  'stream.open': v.strictObject({ request: followed }),
  'stream.next': v.strictObject({ stream: wholeNumber }),
  'stream.close': v.strictObject({ stream: wholeNumber }),
} satisfies {
  readonly [M in keyof GuestMethods]: v.GenericSchema<unknown, GuestMethods[M]['params']>;
};

const topicParams = {
  commits: none,
  task: v.variant('kind', [
    v.strictObject({ kind: v.literal('verify') }),
    v.strictObject({ kind: v.literal('backup'), target: absolutePath }),
    v.strictObject({ kind: v.literal('compact') }),
    v.strictObject({ kind: v.picklist(['plan', 'migrationStatus']), text: v.string() }),
    v.strictObject({ kind: v.literal('schemaAt'), version: v.string() }),
    v.strictObject({
      kind: v.literal('migrations'),
      order: v.exactOptional(v.picklist(['pause', 'resume', 'cancel'])),
    }),
    v.strictObject({
      kind: v.literal('history'),
      request: v.strictObject({ collection: name, id: v.string(), limit: wholeNumber }),
    }),
    v.strictObject({
      kind: v.literal('inverse'),
      position: v.strictObject({ epoch: wholeNumber, lsn: wholeNumber }),
    }),
    v.strictObject({
      kind: v.literal('rollBack'),
      isTrial: v.boolean(),
      version: v.exactOptional(v.string()),
    }),
    v.strictObject({
      kind: v.literal('explain'),
      text: v.string(),
      options: v.strictObject({
        variables: textEntries.variables,
        operationName: textEntries.operationName,
        analyze: v.boolean(),
        tryIndex: v.exactOptional(
          v.strictObject({
            collection: name,
            fields: v.pipe(v.array(name), v.maxLength(limits.indexFieldsMax)),
          }),
        ),
      }),
    }),
    v.strictObject({
      kind: v.literal('preview'),
      text: v.string(),
      options: v.strictObject({
        variables: textEntries.variables,
        operationName: textEntries.operationName,
        samplesMax: v.exactOptional(wholeNumber),
      }),
    }),
  ]),
} satisfies {
  readonly [T in keyof GuestTopics]: v.GenericSchema<unknown, GuestTopics[T]['params']>;
};

export const guestValidation: BoundaryValidation<GuestMethods, GuestTopics> = {
  params<M extends keyof GuestMethods>(method: M, params: unknown): GuestMethods[M]['params'] {
    const schema: v.GenericSchema<unknown, GuestMethods[M]['params']> = methodParams[method];
    return parse(schema, params, method);
  },
  topicParams<T extends keyof GuestTopics>(topic: T, params: unknown): GuestTopics[T]['params'] {
    const schema: v.GenericSchema<unknown, GuestTopics[T]['params']> = topicParams[topic];
    return parse(schema, params, topic);
  },
};

function parse<Output>(
  schema: v.GenericSchema<unknown, Output>,
  params: unknown,
  of: string,
): Output {
  const parsed = v.safeParse(schema, params, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new WireError({
    code: 'InvalidParams',
    message: `The parameters of ${of} do not fit: ${issue.message}`,
    details: { place: v.getDotPath(issue) ?? '' },
  });
}
