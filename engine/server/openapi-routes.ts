/* The routes that every database has, whatever its schema, as OpenAPI tells them. */
import type { JsonSchema } from './openapi-schemas.ts';
import { serverLimits } from './server-limits.ts';

export const failures = { default: { $ref: '#/components/responses/failure' } };

export function answer(description: string, schema: JsonSchema): JsonSchema {
  return { description, content: { 'application/json': { schema } } };
}

export function jsonBody(schema: JsonSchema): JsonSchema {
  return { required: true, content: { 'application/json': { schema } } };
}

export function objectWith(properties: JsonSchema): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

export function parameterRefs(names: readonly string[]): readonly JsonSchema[] {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

const anything: JsonSchema = { type: 'object' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const jobId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

/** What a job is; further fields are those of `_jobs` in AQL. */
const jobSchema: JsonSchema = {
  type: 'object',
  required: ['id', 'job_type', 'status', 'payload'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    job_type: { type: 'string' },
    status: {
      type: 'string',
      enum: ['Pending', 'Running', 'Completed', 'Failed', 'DeadLetter', 'Cancelled'],
    },
    payload: {},
  },
};

const newJobSchema: JsonSchema = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: { type: 'string' },
    payload: {},
    priority: { type: 'string', enum: ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] },
    maxRetries: count,
    runAt: { type: 'string', format: 'date-time' },
    delayMs: count,
    uniqueKey: { type: 'string' },
    timeoutMs: count,
    queue: { type: 'string' },
    backoffMs: count,
  },
};

const batchSchema: JsonSchema = objectWith({
  operations: {
    type: 'array',
    maxItems: serverLimits.batchOperationsMax,
    items: {
      type: 'object',
      required: ['action', 'collection'],
      properties: {
        action: { type: 'string', enum: ['insert', 'update', 'delete'] },
        collection: { type: 'string' },
        where: anything,
        data: { type: ['object', 'array'] },
      },
    },
  },
});

/** Routes that only read. */
export const readingPaths: JsonSchema = {
  '/health': {
    get: {
      operationId: 'health',
      summary: 'Whether the database can be reached',
      security: [],
      responses: { 200: { description: 'It can.' }, 503: { description: 'It cannot.' } },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: "Figures of database and server, in Prometheus' text format",
      responses: {
        200: { description: 'Figures.', content: { 'text/plain': { schema: { type: 'string' } } } },
        ...failures,
      },
    },
  },
  '/collections': {
    get: {
      operationId: 'list_collections',
      summary: 'Names and counts of all collections',
      responses: { 200: answer('The collections.', anything), ...failures },
    },
  },
  '/migrations': {
    get: {
      operationId: 'list_migrations',
      summary: 'Versions of migrations that were applied, in order',
      responses: {
        200: answer('Versions.', objectWith({ versions: { type: 'array', items: anything } })),
        ...failures,
      },
    },
  },
  '/graphql': {
    post: {
      operationId: 'graphql',
      summary: 'Any operation of AQL',
      requestBody: jsonBody({
        type: 'object',
        required: ['query'],
        properties: {
          query: { type: 'string' },
          variables: { type: ['object', 'null'] },
          operationName: { type: ['string', 'null'] },
        },
      }),
      responses: { 200: answer('Data, errors, or both.', anything), ...failures },
    },
  },
  '/jobs/stats': {
    get: {
      operationId: 'job_stats',
      summary: 'How many jobs there are in each state',
      responses: { 200: answer('Counts.', anything), ...failures },
    },
  },
  '/jobs/{id}': {
    parameters: [jobId],
    get: {
      operationId: 'get_job',
      summary: 'A job',
      responses: { 200: answer('The job.', jobSchema), ...failures },
    },
  },
};

/** `/jobs`, with what adds to it. */
export function jobsPath(isReadOnly: boolean): JsonSchema {
  const enqueue = {
    post: {
      operationId: 'enqueue_job',
      summary: 'Adds a job',
      requestBody: jsonBody(newJobSchema),
      responses: { 201: answer('The job.', jobSchema), ...failures },
    },
  };
  return {
    '/jobs': {
      get: {
        operationId: 'list_jobs',
        summary: 'Jobs, the newest first unless told',
        parameters: parameterRefs(['where', 'orderBy', 'limit', 'offset']),
        responses: {
          200: answer('Jobs.', objectWith({ jobs: { type: 'array', items: jobSchema } })),
          ...failures,
        },
      },
      ...(isReadOnly ? {} : enqueue),
    },
  };
}

function actOnJob(act: 'cancel' | 'retry', summary: string): JsonSchema {
  return {
    parameters: [jobId],
    post: {
      operationId: `${act}_job`,
      summary,
      responses: { 200: answer('The job as it is now.', jobSchema), ...failures },
    },
  };
}

/** Routes that change something. */
export const changingPaths: JsonSchema = {
  '/batch': {
    post: {
      operationId: 'batch',
      summary: 'Changes of several collections in one commit, or none of them',
      requestBody: jsonBody(batchSchema),
      responses: {
        200: answer(
          'The id or ids of each insert, the count of each other change, in order.',
          objectWith({ results: { type: 'array', items: anything } }),
        ),
        ...failures,
      },
    },
  },
  '/jobs/{id}/cancel': actOnJob('cancel', 'Cancels a job'),
  '/jobs/{id}/retry': actOnJob('retry', 'Makes a job ready again'),
};
