import type {
  ColumnBatch,
  DatabaseId,
  Params,
  Result,
  ResultColumn,
  ResultPart,
  WireErrorShape,
  WritePreview,
} from '#contract';
import type { Database } from '#engine';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { assertCommittable } from './edit-service.ts';
import { type ExactPreview, exactPreviews } from './exact-preview.ts';
import { serviceLimits } from './limits.ts';
import { queryOf, type TextWrite, type TouchedQuery, textWrites } from './text-writes.ts';
import { toResultPart } from './to-wire.ts';
import type { WriteGate } from './write-gate.ts';

/*
 * What a text's writes would touch: what the engine's own preview of the text says; for definitions, and where that takes
 * too long, found by running the queries for the same documents. Nothing is locked meanwhile: the numbers tell the data
 * as it is now.
 */

export interface PreviewServices {
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly gate: WriteGate;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

type PreviewRequest = Params<'query.preview'>;

interface Preview {
  readonly services: PreviewServices;
  readonly database: Database;
  readonly variables: NonNullable<PreviewRequest['variables']>;
  readonly signal: AbortSignal;
  /** When counting ends, by the services' clock. */
  readonly deadline: number;
}

/** Previews the writes of a text, within a bound of time and number. */
export async function previewWrites(
  services: PreviewServices,
  request: PreviewRequest,
  signal: AbortSignal,
): Promise<Result<'query.preview'>> {
  const { databases, clock, gate } = services;
  const isProduction = await gate.isProduction(request.database);
  const database = databases.get(request.database);
  const { text, variables = {}, isForCommit = false } = request;
  if (isForCommit) assertCommittable(database, text);
  const { diagnostics } = database.check(text);
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  const writes = isWrong ? [] : textWrites(text, variables, database.catalog().migrations);
  if (writes.length === 0) return { previews: [], omitted: 0, confirmation: 'none' };
  const asksFor = ({ effect }: TextWrite) => isProduction || effect === 'touches';
  const { previews, omitted } = await untilClosed(
    databases,
    request.database,
    signal,
    async (running) => {
      const deadline = clock.now() + serviceLimits.previewMsMax;
      const preview: Preview = { services, database, variables, signal: running, deadline };
      const exact = await exactPreviews(database, writes, { text, variables, signal: running });
      // What only adds is not asked about, but that it is going to fail, or leads nowhere, is told.
      const shown = writes.filter((write) => {
        const { error, danglingReferences } = exact?.(write) ?? {};
        const isTold = error !== undefined || danglingReferences !== undefined;
        return isForCommit || isTold || asksFor(write);
      });
      const made: WritePreview[] = [];
      for (const write of withinBound(shown)) {
        const known = exact?.(write);
        made.push(known === undefined ? await previewOf(preview, write) : shownAs(write, known));
      }
      return { previews: made, omitted: shown.length - made.length };
    },
  );
  return {
    ...{ previews, omitted },
    confirmation: isProduction ? 'typed' : writes.some(asksFor) ? 'click' : 'none',
    token: gate.issueToken(request),
  };
}

/** As many writes as are shown, in text order; those that touch what is there come before those that add. */
function withinBound(writes: readonly TextWrite[]): readonly TextWrite[] {
  const byWeight = [...writes].sort(
    (left, right) => Number(left.effect === 'adds') - Number(right.effect === 'adds'),
  );
  const chosen = new Set(byWeight.slice(0, serviceLimits.previewsMax));
  return writes.filter((write) => chosen.has(write));
}

/** Runs work that must be over before its database closes. */
async function untilClosed<Value>(
  databases: DatabaseService,
  id: DatabaseId,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const closing = new AbortController();
  const working = work(AbortSignal.any([signal, closing.signal]));
  const settled = working.then(
    () => undefined,
    () => undefined,
  );
  const remove = databases.onWillClose(async (closed) => {
    if (closed !== id) return;
    closing.abort();
    await settled;
  });
  try {
    return await working;
  } finally {
    remove();
  }
}

function shownAs({ kind, effect, target, span }: TextWrite, known: ExactPreview): WritePreview {
  return { kind, effect, target, span: { start: span.start, end: span.end }, ...known };
}

async function previewOf(preview: Preview, write: TextWrite): Promise<WritePreview> {
  const { kind, effect, target, span, amount } = write;
  const base = { kind, effect, target, span: { start: span.start, end: span.end } };
  const none = { columns: [], rows: { rowCount: 0, columns: [] }, isAtLeast: false };
  if (amount.kind === 'none') return { ...base, ...none };
  if (amount.kind === 'given') return { ...base, ...none, count: amount.count };
  const { query } = amount;
  // What a text first defines and then changes holds nothing yet.
  if (!isThere(preview, query.collection)) return { ...base, ...none, count: 0 };
  try {
    const first = await firstDocuments(preview, query);
    const { count, isAtLeast } = await countDocuments(preview, query, first.rows.rowCount);
    return { ...base, ...first, count, isAtLeast };
  } catch (error) {
    if (preview.signal.aborted) throw error;
    return { ...base, ...none, error: withoutPlace(preview.services.toWireError(error)) };
  }
}

function isThere({ database }: Preview, collection: string): boolean {
  const isOfEngine = collection.startsWith('_');
  return isOfEngine || database.catalog().collections.some(({ name }) => name === collection);
}

async function firstDocuments(
  preview: Preview,
  query: TouchedQuery,
): Promise<{ readonly columns: readonly ResultColumn[]; readonly rows: ColumnBatch }> {
  const { previewRowsMax, previewColumnsMax } = serviceLimits;
  const definition = preview.database
    .catalog()
    .collections.find(({ name }) => name === query.collection);
  const names = definition?.fields.map(({ name }) => name) ?? [];
  const fields = ['id', ...names].slice(0, previewColumnsMax);
  let columns: readonly ResultColumn[] = [];
  const batches: ColumnBatch[] = [];
  for await (const part of partsOf(preview, queryOf(query, { fields, limit: previewRowsMax }))) {
    if (part.kind === 'head') columns = part.head.columns;
    else if (part.kind === 'rows') batches.push(part.batch);
  }
  return { columns, rows: joined(batches, columns.length) };
}

async function countDocuments(
  preview: Preview,
  query: TouchedQuery,
  shown: number,
): Promise<{ readonly count: number; readonly isAtLeast: boolean }> {
  if (shown < serviceLimits.previewRowsMax) return { count: shown, isAtLeast: false };
  if (query.where === undefined) {
    const collections = await preview.database.collections();
    const found = collections.find(({ definition }) => definition.name === query.collection);
    if (found !== undefined) return { count: found.documentCount, isAtLeast: false };
  }
  let count = 0;
  for await (const part of partsOf(preview, queryOf(query, { fields: ['id'] }))) {
    if (part.kind === 'rows') count += part.batch.rowCount;
    if (preview.services.clock.now() > preview.deadline) return { count, isAtLeast: true };
  }
  return { count, isAtLeast: false };
}

/** The parts of a query, read to its end unless the reader stops. */
async function* partsOf(preview: Preview, text: string): AsyncGenerator<ResultPart> {
  const { database, variables, signal } = preview;
  const run = database.run(text, { variables, signal });
  try {
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(serviceLimits.pullRowsMax);
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        yield toResultPart(part, preview.services.toWireError);
      }
      isDone = done;
    }
  } finally {
    await run.close();
  }
}

function joined(batches: readonly ColumnBatch[], columnCount: number): ColumnBatch {
  const [first] = batches;
  if (first !== undefined && batches.length === 1) return first;
  const columns = Array.from({ length: columnCount }, (_, at) =>
    batches.flatMap((batch) => batch.columns[at] ?? []),
  );
  const missing = Array.from({ length: columnCount }, (_, at) => {
    let before = 0;
    return batches.flatMap((batch) => {
      const rows = batch.missing?.[at]?.map((row) => row + before) ?? [];
      before += batch.rowCount;
      return rows;
    });
  });
  const rowCount = batches.reduce((sum, batch) => sum + batch.rowCount, 0);
  return { rowCount, columns, ...(missing.some(({ length }) => length > 0) ? { missing } : {}) };
}

/** Places in the query that was made for the preview say nothing about the text of the person. */
function withoutPlace(error: WireErrorShape): WireErrorShape {
  const { span: _span, diagnostics: _diagnostics, ...rest } = error;
  return rest;
}
