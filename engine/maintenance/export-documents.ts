/*
 * The documents of a collection as text, in pieces, for whoever writes them to a file or a socket. NDJSON has a document
 * on each line, JSON a list, CSV (RFC 4180) a row under a header. What NDJSON and JSON say, import reads back exactly:
 * types are those of the schema, and a field that is not set stays away.
 *
 * One moment is exported: a run reads one snapshot, and a collection with fields that no schema names is paged through
 * inside a transaction. Memory does not depend on the number of documents; a slow writer slows the reading down.
 */
import type { CatalogShape, CollectionDefinition, JsonValue } from '#engine/aql';
import { systemClock } from '../base/clock.ts';
import { TimeSlicer, throwIfCancelled } from '../base/scheduler.ts';
import { AuroraError } from '../errors.ts';
import type { ColumnRows } from '../exec/column-batch.ts';
import type { Run } from '../exec/run-part.ts';
import { limits } from '../limits.ts';

export type DocumentTextFormat = 'json' | 'ndjson' | 'csv';

export interface ExportOptions {
  /** `ndjson` unless told. */
  readonly format?: DocumentTextFormat | undefined;
  /** Only documents that match, as `where` of a query. */
  readonly where?: { readonly [key: string]: JsonValue } | undefined;
  /** For CSV: what stands for null and for what is not set; nothing unless told. */
  readonly nullToken?: string | undefined;
  /** For CSV: the character between columns; a comma unless told. */
  readonly delimiter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly documentCount: number }) => void;
}

export interface ExportReport {
  readonly collection: string;
  readonly documentCount: number;
  readonly characterCount: number;
  readonly elapsedMs: number;
}

/** Takes the text; what it resolves with is waited for. */
export type WriteText = (text: string) => Promise<void>;

type Document = Readonly<Record<string, unknown>>;

/** What export needs of a database. */
export interface ExportSource {
  catalog(): CatalogShape;
  run(text: string, variables: Readonly<Record<string, JsonValue>>): Run;
  /** Calls back with pages of whole documents, all of one moment. */
  pages(
    collection: string,
    where: ExportOptions['where'],
    take: (documents: readonly Document[]) => Promise<void>,
  ): Promise<void>;
}

/** @throws AuroraError `CollectionNotFound`, `Cancelled`, what a wrong filter throws; and what `write` throws */
export async function exportDocuments(
  source: ExportSource,
  collection: string,
  write: WriteText,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const startedAt = systemClock.elapsed();
  const { signal, onProgress, where } = options;
  const definition = source.catalog().collections.find(({ name }) => name === collection);
  if (definition === undefined) {
    throw new AuroraError('CollectionNotFound', `There is no collection "${collection}".`, {
      details: { collection },
    });
  }
  const form = formOf(definition, options);
  const slicer = new TimeSlicer(systemClock, { signal });
  let documentCount = 0;
  let characterCount = 0;
  const give = async (text: string): Promise<void> => {
    if (text === '') return;
    characterCount += text.length;
    await write(text);
  };
  await give(form.head);
  await eachBatch(source, definition, where, async (documents) => {
    throwIfCancelled(signal);
    let text = '';
    for (const document of documents) {
      text += form.document(document, documentCount === 0);
      documentCount += 1;
      if (slicer.isDue) await slicer.yieldIfDue();
    }
    await give(text);
    onProgress?.({ documentCount });
  });
  await give(form.end);
  const elapsedMs = systemClock.elapsed() - startedAt;
  return { collection, documentCount, characterCount, elapsedMs };
}

async function eachBatch(
  source: ExportSource,
  { name, fields, open }: CollectionDefinition,
  where: ExportOptions['where'],
  take: (documents: readonly Document[]) => Promise<void>,
): Promise<void> {
  // Only what the schema names can be selected.
  if (open) return source.pages(name, where, take);
  const names = ['id', ...fields.map((field) => field.name)];
  const condition = where === undefined ? '' : '(where: $where)';
  const head = where === undefined ? 'query' : 'query($where: Any!)';
  const run = source.run(
    `${head} { ${name}${condition} { ${names.join(' ')} } }`,
    where === undefined ? {} : { where },
  );
  try {
    for (let isDone = false; !isDone; ) {
      const { parts, done } = await run.next(limits.exportBatchMax);
      isDone = done;
      for (const part of parts) {
        if (part.kind === 'failed') throw part.error;
        if (part.kind === 'rows') await take(documentsOf(names, part));
      }
    }
  } finally {
    await run.close();
  }
}

function documentsOf(names: readonly string[], rows: ColumnRows): readonly Document[] {
  const missing = rows.missing?.map((numbers) => new Set(numbers));
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const document: Record<string, unknown> = {};
    names.forEach((name, column) => {
      if (missing?.[column]?.has(row) === true) return;
      document[name] = rows.columns[column]?.[row] ?? null;
    });
    return document;
  });
}

interface TextForm {
  readonly head: string;
  readonly end: string;
  readonly document: (document: Document, isFirst: boolean) => string;
}

function formOf(definition: CollectionDefinition, options: ExportOptions): TextForm {
  const { format = 'ndjson', nullToken = '', delimiter = ',' } = options;
  switch (format) {
    case 'ndjson':
      return { head: '', end: '', document: (each) => `${JSON.stringify(each)}\n` };
    case 'json':
      return {
        head: '[',
        end: '\n]\n',
        document: (each, isFirst) => `${isFirst ? '\n' : ',\n'}${JSON.stringify(each)}`,
      };
    case 'csv': {
      if (definition.open) throw openAsCsv(definition);
      const names = ['id', ...definition.fields.map(({ name }) => name)];
      const quoting = new RegExp(`["\\r\\n${delimiter.replace(/[\\\]^-]/, '\\$&')}]`);
      const quoted = (text: string): string =>
        quoting.test(text) || text === nullToken ? `"${text.replaceAll('"', '""')}"` : text;
      const cell = (value: unknown): string => {
        if (value === null || value === undefined) return nullToken;
        return quoted(typeof value === 'string' ? value : JSON.stringify(value));
      };
      return {
        head: `${names.map(quoted).join(delimiter)}\r\n`,
        end: '',
        document: (each) => `${names.map((name) => cell(each[name])).join(delimiter)}\r\n`,
      };
    }
  }
}

function openAsCsv({ name }: CollectionDefinition): AuroraError {
  return new AuroraError(
    'InvalidOption',
    `"${name}" takes fields that no schema names, and CSV needs its columns beforehand.`,
    { hint: 'Export it as ndjson or json.' },
  );
}
