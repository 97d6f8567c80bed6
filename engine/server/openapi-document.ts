/*
 * The server's routes as OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.1.html. Made from the catalog as it is now, for
 * each client anew, so that it never tells of collections that are gone.
 */
import type { CollectionDefinition } from '#engine';
import {
  answer,
  changingPaths,
  failures,
  jobsPath,
  jsonBody,
  objectWith,
  parameterRefs,
  readingPaths,
} from './openapi-routes.ts';
import { documentSchema, type JsonSchema, newDocumentSchema } from './openapi-schemas.ts';
import { serverLimits } from './server-limits.ts';

export interface OpenapiOptions {
  readonly collections: readonly CollectionDefinition[];
  /** Where the server is, as the client names it. */
  readonly url: string;
  /** Leaves out what changes documents. */
  readonly isReadOnly: boolean;
  readonly isOpen: boolean;
}

/** First parts of paths that are no collections. */
const taken = [
  ...['graphql', 'aql', 'graphiql', 'health', 'metrics', 'collections', 'openapi.json'],
  ...['reference', 'jobs', 'batch', 'migrations'],
];

export function openapiDocument({
  collections,
  url,
  isReadOnly,
  isOpen,
}: OpenapiOptions): JsonSchema {
  const shown = collections.filter(({ name }) => !name.startsWith('_'));
  const schemas = shown.flatMap((collection) => [
    [collection.name, documentSchema(collection)],
    [`${collection.name}.new`, newDocumentSchema(collection)],
  ]);
  const paths = shown.map((collection) => collectionPaths(collection.name, isReadOnly));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Aurora',
      version: '1',
      description: 'Documents as resources. Everything else is asked with GraphQL at /graphql.',
    },
    servers: [{ url }],
    ...(isOpen ? {} : { security: [{ token: [] }] }),
    tags: shown.map(({ name }) => ({ name })),
    paths: Object.assign(
      {},
      readingPaths,
      jobsPath(isReadOnly),
      isReadOnly ? {} : changingPaths,
      ...paths,
    ),
    components: {
      // No collection has a dot in its name.
      schemas: { ...Object.fromEntries(schemas), 'aurora.error': errorSchema },
      ...(isOpen ? {} : { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
      responses: { failure: failureResponse },
      parameters: listParameters,
    },
  };
}

const errorSchema: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        hint: { type: 'string' },
      },
    },
  },
};

const failureResponse: JsonSchema = {
  description:
    'What is wrong: 400 with the request, 401 and 403 with the token, 404, 409 or 412 with the documents.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/aurora.error' } } },
};

const jsonText = (contentSchema: JsonSchema): JsonSchema => ({
  type: 'string',
  contentMediaType: 'application/json',
  contentSchema,
});

const listParameters: JsonSchema = {
  where: {
    name: 'where',
    in: 'query',
    description: 'A filter of AQL, as JSON: {"age":{"gte":18}}',
    schema: jsonText({ type: 'object' }),
  },
  orderBy: {
    name: 'orderBy',
    in: 'query',
    description: 'Fields, each with asc or desc: age:desc,name',
    schema: { type: 'string' },
  },
  limit: {
    name: 'limit',
    in: 'query',
    schema: {
      type: 'integer',
      minimum: 0,
      maximum: serverLimits.listLimitMax,
      default: serverLimits.listLimitDefault,
    },
  },
  offset: { name: 'offset', in: 'query', schema: { type: 'integer', minimum: 0 } },
  after: {
    name: 'after',
    in: 'query',
    description: 'Goes on behind the document with this id: "next" of the page before.',
    schema: { type: 'string', format: 'uuid' },
  },
};

function collectionPaths(name: string, isReadOnly: boolean): JsonSchema {
  const base = taken.includes(name) ? `/collections/${name}/documents` : `/${name}`;
  const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  const writes = (operations: JsonSchema): JsonSchema => (isReadOnly ? {} : operations);
  return {
    [base]: {
      get: {
        ...operation(name, 'list', `Documents of "${name}"`),
        parameters: parameterRefs(Object.keys(listParameters)),
        responses: { 200: pageOrLines(name), ...failures },
      },
      ...writes(changesOfMany(name)),
    },
    [`${base}/{id}`]: {
      parameters: [idParameter],
      get: {
        ...operation(name, 'get', `A document of "${name}"`),
        responses: { 200: answer('The document, with its ETag.', refTo(name)), ...failures },
      },
      ...writes(changesOfOne(name)),
    },
  };
}

function changesOfMany(name: string): JsonSchema {
  const where = {
    name: 'where',
    in: 'query',
    required: true,
    description: 'Which documents; {} means all.',
    schema: jsonText({ type: 'object' }),
  };
  const counted = answer('How many.', objectWith({ count: { type: 'integer' } }));
  const newDocument = refTo(`${name}.new`);
  return {
    post: {
      ...operation(
        name,
        'insert',
        'Inserts a document, a list in one commit, or lines of NDJSON as they come',
      ),
      parameters: [
        {
          name: 'onError',
          in: 'query',
          description: 'Of an import: what happens at a line that does not fit.',
          schema: { type: 'string', enum: ['stop', 'skip'], default: 'stop' },
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { oneOf: [newDocument, { type: 'array', items: newDocument }] },
          },
          'application/x-ndjson': { schema: { type: 'string' } },
        },
      },
      responses: {
        200: answer('The report of an import.', { type: 'object' }),
        201: answer('The id, or the ids in order.', insertedSchema),
        ...failures,
      },
    },
    patch: {
      ...operation(name, 'update_many', 'Changes all documents that match'),
      parameters: [where],
      requestBody: jsonBody(changeSchema),
      responses: { 200: counted, ...failures },
    },
    delete: {
      ...operation(name, 'delete_many', 'Deletes all documents that match'),
      parameters: [where],
      responses: { 200: counted, ...failures },
    },
  };
}

function changesOfOne(name: string): JsonSchema {
  const done = { 204: { description: 'Done.' }, ...failures };
  const parameters = [{ name: 'If-Match', in: 'header', schema: { type: 'string' } }];
  return {
    put: {
      ...operation(name, 'replace', 'Puts a document in the place of this one, or inserts it'),
      parameters,
      requestBody: jsonBody(refTo(`${name}.new`)),
      responses: { 201: { description: 'Inserted.' }, ...done },
    },
    patch: {
      ...operation(name, 'update', 'Changes fields of the document'),
      parameters,
      requestBody: jsonBody(changeSchema),
      responses: done,
    },
    delete: {
      ...operation(name, 'delete', 'Deletes the document'),
      parameters,
      responses: done,
    },
  };
}

const insertedSchema: JsonSchema = {
  oneOf: [
    objectWith({ id: { type: 'string', format: 'uuid' } }),
    objectWith({ ids: { type: 'array', items: { type: 'string', format: 'uuid' } } }),
  ],
};

const changeSchema: JsonSchema = {
  type: 'object',
  description: 'New values, or operators of AQL: {"age":{"increment":1}}',
};

function pageOrLines(name: string): JsonSchema {
  return {
    description: 'A page of documents, or a line for each.',
    content: {
      'application/json': { schema: pageSchema(name) },
      'application/x-ndjson': { schema: { type: 'string' } },
    },
  };
}

function pageSchema(name: string): JsonSchema {
  return objectWith({
    documents: { type: 'array', items: refTo(name) },
    next: { type: ['string', 'null'], format: 'uuid' },
  });
}

function operation(tag: string, verb: string, summary: string): JsonSchema {
  return { operationId: `${verb}_${tag}`, tags: [tag], summary };
}

function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
