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
import { AuroraError } from '../errors.ts';
import type { Run } from '../exec/run-part.ts';
import { type DocumentTextOptions, documentText, type TextDocument } from './document-text.ts';
import { DocumentWriter } from './document-writer.ts';
import { readResult } from './result-documents.ts';

export interface ExportOptions extends DocumentTextOptions {
  /** Only documents that match, as `where` of a query. */
  readonly where?: { readonly [key: string]: JsonValue } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly documentCount: number }) => void;
}

/** Takes the text; what it resolves with is waited for. */
export type WriteText = (text: string) => Promise<void>;

export interface ExportReport {
  readonly collection: string;
  readonly documentCount: number;
  readonly characterCount: number;
  readonly elapsedMs: number;
}

/** What export needs of a database. */
export interface ExportSource {
  catalog(): CatalogShape;
  run(text: string, variables: Readonly<Record<string, JsonValue>>): Run;
  /** Calls back with pages of whole documents, all of one moment. */
  pages(
    collection: string,
    where: ExportOptions['where'],
    take: (documents: readonly TextDocument[]) => Promise<void>,
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
  const { where } = options;
  const definition = source.catalog().collections.find(({ name }) => name === collection);
  if (definition === undefined) {
    throw new AuroraError('CollectionNotFound', `There is no collection "${collection}".`, {
      details: { collection },
    });
  }
  if (definition.open && options.format === 'csv') throw openAsCsv(definition);
  const names = ['id', ...definition.fields.map((field) => field.name)];
  const writer = new DocumentWriter(write, documentText(names, options), options);
  await writer.begin();
  await eachBatch(source, definition, where, (documents) => writer.take(documents));
  await writer.end();
  return { collection, ...writer.counts, elapsedMs: systemClock.elapsed() - startedAt };
}

async function eachBatch(
  source: ExportSource,
  { name, fields, open }: CollectionDefinition,
  where: ExportOptions['where'],
  take: (documents: readonly TextDocument[]) => Promise<void>,
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
  await readResult(run, 0, { take });
}

function openAsCsv({ name }: CollectionDefinition): AuroraError {
  return new AuroraError(
    'InvalidOption',
    `"${name}" takes fields that no schema names, and CSV needs its columns beforehand.`,
    { hint: 'Export it as ndjson or json.' },
  );
}
