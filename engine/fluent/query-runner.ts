/*
 * Runs fluent queries. Filters and orders go through the binder as JSON, so fluent queries and AQL are the same from
 * there on: same rules, same plans, same errors.
 */
import type { CollectionDefinition, Span } from '#engine/aql';
import { bindOrder, bindWhere } from '../exec/bind-request.ts';
import { documentOutput } from '../exec/document-output.ts';
import { assertWritable, withCollectionsNamed } from '../exec/engine-collections.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import type { ExecutableWrite } from '../exec/executable.ts';
import { findCollection } from '../exec/find-collection.ts';
import { countDocuments } from '../exec/find-documents.ts';
import type { OutputObject } from '../exec/projection.ts';
import { QueryStatementRun } from '../exec/query-statement.ts';
import { resolveFilter } from '../exec/resolve-filter.ts';
import { runMutation } from '../exec/run-mutation.ts';
import { toJsonObject } from './json-input.ts';
import type { QueryRequest } from './query.ts';

const nowhere: Span = { start: 0, end: 0 };
const noVariables = new Map<string, never>();

/** The documents that a request asks for; they belong to the caller. */
export async function selectDocuments(
  environment: ExecEnvironment,
  request: QueryRequest,
): Promise<readonly OutputObject[]> {
  const reading = await withCollectionsNamed(environment, [request.collection]);
  const definition = definitionOf(reading, request.collection);
  const run = await QueryStatementRun.open(
    reading,
    [
      {
        kind: 'read',
        responseKey: request.collection,
        collection: request.collection,
        where: bindWhere(request, definition),
        orderBy: bindOrder(request, definition),
        ...(request.limit === undefined ? {} : { limit: constant(request.limit) }),
        ...(request.offset === undefined ? {} : { offset: constant(request.offset) }),
        selection: [],
        span: nowhere,
      },
    ],
    noVariables,
  );
  try {
    const documents: OutputObject[] = [];
    for (const root of run.roots) {
      const output = documentOutput(root.collection.definition);
      for (let batch = await root.next(); batch; batch = await root.next()) {
        for (const document of batch.documents) documents.push(output(document));
      }
    }
    return documents;
  } finally {
    await run.close();
  }
}

/** How many documents satisfy a request's filter. */
export async function countMatches(
  environment: ExecEnvironment,
  request: QueryRequest,
): Promise<number> {
  const isWhole = Object.keys(request.where).length === 0;
  const reading = await withCollectionsNamed(environment, [request.collection]);
  const snapshot = isWhole ? reading.snapshot() : await reading.settledSnapshot();
  try {
    const collection = findCollection(snapshot, request.collection, nowhere);
    const filter = resolveFilter(bindWhere(request, collection.definition), {
      collection: collection.definition,
      variables: noVariables,
      absentVariable: 'refuse',
    });
    const { count } = await countDocuments(reading, snapshot, collection, filter);
    return count;
  } finally {
    snapshot.release();
  }
}

/** Changes what a request's filter finds, in one commit, and gives the number of documents. */
export async function updateMatches(
  environment: ExecEnvironment,
  request: QueryRequest,
  data: { readonly [field: string]: unknown },
): Promise<number> {
  assertWritable(request.collection);
  const definition = definitionOf(environment, request.collection);
  return runOne(environment, {
    kind: 'update',
    where: bindWhere(request, definition),
    data: { kind: 'constant', value: toJsonObject(data) },
    dataSpan: nowhere,
    ...fieldOf(request),
  });
}

/** Deletes what a request's filter finds, in one commit, and gives the number of documents. */
export async function deleteMatches(
  environment: ExecEnvironment,
  request: QueryRequest,
): Promise<number> {
  assertWritable(request.collection);
  const definition = definitionOf(environment, request.collection);
  return runOne(environment, {
    kind: 'delete',
    where: bindWhere(request, definition),
    ...fieldOf(request),
  });
}

function fieldOf({ collection, ifVersion }: QueryRequest) {
  return {
    responseKey: collection,
    collection,
    selection: [],
    span: nowhere,
    ...(ifVersion === undefined ? {} : { ifVersion: constant(ifVersion) }),
  };
}

async function runOne(environment: ExecEnvironment, field: ExecutableWrite): Promise<number> {
  const { outcomes } = await runMutation(environment, [field], noVariables);
  return outcomes.reduce((sum, { documents }) => sum + documents.length, 0);
}

function constant(value: number | string) {
  return { kind: 'constant', value } as const;
}

function definitionOf(environment: ExecEnvironment, name: string): CollectionDefinition {
  const snapshot = environment.snapshot();
  try {
    return findCollection(snapshot, name, nowhere).definition;
  } finally {
    snapshot.release();
  }
}
