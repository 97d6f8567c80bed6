/*
 * Lists of documents. A JSON list is bounded and holds whole documents; it goes on behind the document whose id is
 * `next`. NDJSON has no bound: its rows are pulled from one snapshot as fast as the client takes them.
 */
import type { Database, Run, RunHead, RunRows, UntypedDocument } from '#engine';
import type { Exchange } from './exchange.ts';
import { HttpFailure } from './http-failure.ts';
import { type ListRequest, listLimit } from './list-request.ts';
import { preferredType } from './media-types.ts';
import { serverLimits } from './server-limits.ts';

const listTypes = ['application/json', 'application/x-ndjson'] as const;

export async function answerList(
  db: Database,
  collection: string,
  request: ListRequest,
  exchange: Exchange,
): Promise<void> {
  const type = preferredType(exchange.header('accept'), listTypes);
  if (type === undefined) {
    throw new HttpFailure(406, 'InvalidValue', `This gives ${listTypes.join(' or ')}.`);
  }
  if (type === 'application/x-ndjson') {
    await streamList(db, collection, request, exchange);
    return;
  }
  const limit = listLimit(request);
  const documents = await readList(db, collection, request, limit, exchange.signal);
  const isWhole = documents.length < limit || limit === 0;
  const next = isWhole ? null : (documents.at(-1)?.id ?? null);
  await exchange.sendJson(200, { documents, next });
}

function readList(
  db: Database,
  collection: string,
  { where, orderBy, offset, after }: ListRequest,
  limit: number,
  signal: AbortSignal,
): Promise<readonly UntypedDocument[]> {
  if (after !== undefined) {
    return readBehind(db, collection, { where, orderBy, after, limit }, signal);
  }
  let query = db
    .query(collection)
    .filter(() => ({ where }))
    .limit(limit)
    .signal(signal);
  for (const { field, direction } of orderBy) {
    query = query.orderBy(field, direction === 'ASC' ? 'asc' : 'desc');
  }
  return (offset === undefined ? query : query.offset(offset)).collect();
}

/** The page behind a document: which they are, and then they themselves, of the same moment. */
function readBehind(
  db: Database,
  collection: string,
  variables: Pick<ListRequest, 'where' | 'orderBy'> & {
    readonly after: string;
    readonly limit: number;
  },
  signal: AbortSignal,
): Promise<readonly UntypedDocument[]> {
  const order = orderText(variables.orderBy);
  const text = `query($where: Object, $after: String, $limit: Int) {
    page: ${collection}(where: $where, ${order} first: $limit, after: $after) { edges { node { id } } }
  }`;
  return db.transaction(
    async (tx) => {
      const { where, after, limit } = variables;
      const { data } = await tx.execute(text, { variables: { where, after, limit } });
      const ids = idsOf(data['page']);
      const found = await tx
        .query(collection)
        .filter((f) => f.inValues('id', ids))
        .collect();
      const byId = new Map(found.map((document) => [document.id, document]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
    { signal },
  );
}

interface EdgesOfIds {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

function idsOf(page: unknown): readonly string[] {
  // The text asks for edges with nodes with ids, and the engine gives what a text asks for.
  return (page as EdgesOfIds).edges.map(({ node }) => node.id);
}

async function streamList(
  db: Database,
  collection: string,
  request: ListRequest,
  exchange: Exchange,
): Promise<void> {
  const definition = db.catalog().collections.find(({ name }) => name === collection);
  const isColumned = definition !== undefined && !definition.open && request.after === undefined;
  if (!isColumned) {
    // What an open collection holds cannot be listed as columns, so it is read as a bounded list.
    const limit = listLimit(request);
    const documents = await readList(db, collection, request, limit, exchange.signal);
    await exchange.stream(200, 'application/x-ndjson', documents.map(lineOf));
    return;
  }
  const fields = ['id', ...definition.fields.map(({ name }) => name)].join(' ');
  const { where, orderBy, limit, offset } = request;
  const bounds = `${limit === undefined ? '' : `limit: ${limit}`} offset: ${offset ?? 0}`;
  const text = `query($where: Object) {
    list: ${collection}(where: $where, ${orderText(orderBy)} ${bounds}) { ${fields} }
  }`;
  const run = db.run(text, { variables: { where }, signal: exchange.signal });
  await exchange.stream(200, 'application/x-ndjson', linesOf(run, exchange));
}

/** The documents of a run, a line each; pulled as they are taken. @throws what the run failed with */
async function* linesOf(run: Run, exchange: Exchange): AsyncGenerator<string> {
  let head: RunHead | undefined;
  try {
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(serverLimits.rowsPerPull);
      isDone = done;
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        if (part.kind === 'head') head = part;
        if (part.kind !== 'rows' || head === undefined) continue;
        // What runs as long as the client takes it is bounded by that.
        exchange.endTimeLimit();
        yield* rowLines(head, part);
      }
    }
  } finally {
    await run.close();
  }
}

function* rowLines(head: RunHead, rows: RunRows): Generator<string> {
  const missing = rows.missing?.map((numbers) => new Set(numbers));
  for (let row = 0; row < rows.rowCount; row += 1) {
    const entries = head.columns.flatMap(({ name }, column) =>
      missing?.[column]?.has(row) === true ? [] : [[name, rows.columns[column]?.[row] ?? null]],
    );
    yield lineOf(Object.fromEntries(entries));
  }
}

function lineOf(document: object): string {
  return `${JSON.stringify(document)}\n`;
}

/** An order as an argument; JSON is AQL here, its strings quoted. */
function orderText(orderBy: ListRequest['orderBy']): string {
  return orderBy.length === 0 ? '' : `orderBy: ${JSON.stringify(orderBy)},`;
}
