/*
 * One export: a task that is run once, by whoever writes the file. What it reads is of one moment, and a slow file or
 * network slows the reading down.
 */
import { auditCallers, type ExportState, type ExportTask, type WireErrorShape } from '#contract';
import { AuroraError, auditedAs, type Database, exportQuery, type WriteText } from '#engine';
import type { Clock } from './clock.ts';
import { whereValue } from './where-value.ts';

export interface PageExportOptions {
  readonly id: string;
  readonly database: Database;
  readonly task: ExportTask;
  readonly clock: Clock;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

/** Takes bytes; what it resolves with is waited for. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

const contentTypes = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
} as const;

export class PageExport {
  readonly id: string;
  readonly #options: PageExportOptions;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  #state: ExportState = { state: 'waiting', documentCount: 0, sizeBytes: 0, elapsedMs: 0 };

  constructor(options: PageExportOptions) {
    this.id = options.id;
    this.#options = options;
  }

  get state(): ExportState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state.state !== 'waiting' && this.#state.state !== 'running';
  }

  get fileName(): string {
    const { name, format } = this.#options.task;
    return `${name}.${format}`;
  }

  get contentType(): string {
    return contentTypes[this.#options.task.format];
  }

  /** Calls the listener after each change of the state. Gives the function that removes it. */
  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends it wherever it is. */
  cancel(): void {
    if (this.isOver) return;
    this.#set({ state: 'cancelled' });
    this.#abort.abort();
  }

  /** Says that the file did not come about, unless that is known. */
  fail(error: unknown): void {
    const { state } = this.#state;
    if (state === 'failed' || state === 'cancelled') return;
    this.#set({ state: 'failed', error: this.#options.toWireError(error) });
  }

  /** Writes the file; only once. @throws what reading and writing throw; the state has it too */
  async run(write: WriteBytes): Promise<void> {
    if (this.#state.state !== 'waiting') throw new AuroraError('Cancelled', 'The export is over.');
    const { clock } = this.#options;
    const startedAt = clock.now();
    this.#set({ state: 'running' });
    const writeText: WriteText = async (text) => {
      const bytes = Buffer.from(text);
      await write(bytes);
      const sizeBytes = this.#state.sizeBytes + bytes.length;
      this.#set({ sizeBytes, elapsedMs: clock.now() - startedAt });
    };
    try {
      const report = await auditedAs(auditCallers.person, () => this.#export(writeText));
      const { documentCount } = report;
      this.#set({ state: 'done', documentCount, elapsedMs: clock.now() - startedAt });
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  #export(write: WriteText) {
    const { database, task } = this.#options;
    const { from, format, delimiter, nullToken, hasHeader: header, nested } = task;
    const { signal } = this.#abort;
    const onProgress = ({ documentCount }: { readonly documentCount: number }) =>
      this.#set({ documentCount });
    const options = { format, delimiter, nullToken, header, signal, onProgress };
    if (from.kind === 'query') {
      const { text, variables = {}, result } = from;
      return exportQuery(database, text, write, { ...options, nested, variables, result });
    }
    const { collection, where, orderBy = '' } = from;
    const isPlain = format !== 'csv' || nested === 'json';
    if (where === '' && orderBy === '' && isPlain)
      return database.exportFrom(collection, write, options);
    const definition = database.catalog().collections.find(({ name }) => name === collection);
    // What no schema names cannot be selected.
    if (definition === undefined || definition.open) {
      return database.exportFrom(collection, write, {
        ...options,
        ...(where === '' ? {} : { where: whereValue(where) }),
      });
    }
    const names = ['id', ...definition.fields.map((field) => field.name)];
    const given = [
      ...(where === '' ? [] : [`where: ${where}`]),
      ...(orderBy === '' ? [] : [`orderBy: ${orderBy}`]),
    ];
    const view = given.length === 0 ? '' : `(${given.join(', ')})`;
    const text = `query { ${collection}${view} { ${names.join(' ')} } }`;
    return exportQuery(database, text, write, { ...options, nested });
  }

  #set(change: Partial<ExportState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
