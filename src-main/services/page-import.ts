/*
 * One import of a page: what it sends goes to the engine's importer, and how far that is goes back. The file of rejected
 * records lives in a folder of its own, which goes with the import.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ImportOrder,
  ImportState,
  ImportTask,
  Result,
  WireErrorShape,
  WriteConfirmation,
} from '#contract';
import { WireError } from '#contract';
import { AuroraError, type Database, type ImportReport, inspectImport } from '#engine';
import { ChunkFeed } from './chunk-feed.ts';
import { readingOf, toImportOptions, toImportReportInfo, toInspectionInfo } from './import-wire.ts';
import { serviceLimits } from './limits.ts';

/** What was tried, piece by piece: a digest of each chunk. */
export type TriedChunks = readonly string[];

export interface PageImportOptions {
  readonly database: Database;
  readonly task: ImportTask;
  /** What may be sent, where only that may. */
  readonly tried: TriedChunks | undefined;
  /** Gives the token that lets an order run, once it was tried. */
  readonly admit: (
    order: ImportOrder,
    tried: TriedChunks,
  ) => Promise<{ readonly token: string; readonly confirmation: WriteConfirmation }>;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

export class PageImport {
  readonly #options: PageImportOptions;
  readonly #feed = new ChunkFeed();
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #digests: string[] = [];
  readonly #ended: Promise<void>;
  #state: ImportState = { state: 'running', recordCount: 0, importedCount: 0, rejectedCount: 0 };
  #folder: string | undefined;
  #committed: 'keep' | 'revert' = 'keep';
  #chunkCount = 0;
  #importedCount = 0;

  constructor(options: PageImportOptions) {
    this.#options = options;
    this.#ended = this.#run()
      .catch((error: unknown) => this.#ending(error))
      .then((state) => {
        this.#set(state);
        this.#feed.end();
      });
  }

  get state(): ImportState {
    return this.#state;
  }

  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws WireError `InvalidParams` out of turn; `PreviewRequired` when this is not what was tried */
  async send(base64: string, { isLast }: { readonly isLast: boolean }): Promise<boolean> {
    const chunk = Buffer.from(base64, 'base64');
    this.#check(chunk);
    return this.#feed.send(chunk, { isLast });
  }

  cancel(committed: 'keep' | 'revert'): void {
    if (this.#abort.signal.aborted || this.#state.state !== 'running') return;
    this.#committed = committed;
    if (committed === 'revert') this.#set({ state: 'reverting' });
    this.#abort.abort();
    this.#feed.fail(new AuroraError('Cancelled', 'The import was cancelled.'));
  }

  /** A part of the file of rejected records; nothing where there is none. */
  async rejects(offset: number): Promise<Result<'imports.rejects'>> {
    const path = this.#rejectsPath();
    const size = serviceLimits.importChunkBytesMax;
    const file = path === undefined ? undefined : await openIfThere(path);
    if (file === undefined) return { chunk: '', isLast: true };
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, offset);
      const chunk = buffer.subarray(0, bytesRead).toString('base64');
      return { chunk, isLast: bytesRead < size };
    } finally {
      await file.close();
    }
  }

  /** Ends the import, if it is under way, and forgets what it has rejected. */
  async close(): Promise<void> {
    this.cancel('keep');
    this.#listeners.clear();
    await this.#ended;
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(): Promise<ImportState> {
    const { database, task } = this.#options;
    const { signal } = this.#abort;
    if (task.kind === 'inspect') {
      const { collection: name, format, fileName } = task;
      const definition = database.catalog().collections.find((each) => each.name === name);
      const inspection = await inspectImport(
        { name, definition },
        { stream: this.#feed },
        {
          signal,
          recordsMax: serviceLimits.importRecordsShownMax,
          ...readingOf(task),
          ...(format === undefined ? {} : { format }),
          ...(fileName === undefined ? {} : { fileName }),
        },
      );
      return { state: 'inspected', inspection: toInspectionInfo(inspection) };
    }
    const report = await this.#import(task.order, { dryRun: task.kind === 'try' });
    if (task.kind === 'run') return { state: 'imported', report: toImportReportInfo(report) };
    const admitted = await this.#options.admit(task.order, this.#digests);
    return { state: 'tried', report: toImportReportInfo(report), ...admitted };
  }

  async #import(
    order: ImportOrder,
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<ImportReport> {
    this.#folder = await mkdtemp(join(tmpdir(), 'aurora-import-'));
    const canRevert = order.upsertKey === undefined;
    return this.#options.database.importInto(
      order.collection,
      { stream: this.#feed },
      {
        ...toImportOptions(order),
        dryRun,
        rejectsPath: join(this.#folder, 'rejects'),
        signal: this.#abort.signal,
        ...(canRevert ? { onCancel: () => this.#committed } : {}),
        onProgress: ({ recordCount, importedCount, rejectedCount }) => {
          this.#importedCount = importedCount;
          if (this.#state.state !== 'running') return;
          this.#set({ state: 'running', recordCount, importedCount, rejectedCount });
        },
      },
    );
  }

  #ending(error: unknown): ImportState {
    const details = error instanceof AuroraError ? error.details : {};
    const importedCount = Number(details['importedCount'] ?? this.#importedCount);
    const handledCount = Number(details['handledCount'] ?? 0);
    if (error instanceof AuroraError && error.code === 'Cancelled' && this.#abort.signal.aborted) {
      const isReverted = this.#state.state === 'reverting';
      return { state: 'cancelled', isReverted, importedCount, handledCount };
    }
    return {
      state: 'failed',
      error: this.#options.toWireError(error),
      importedCount,
      handledCount,
    };
  }

  #check(chunk: Uint8Array): void {
    const { task, tried } = this.#options;
    if (task.kind === 'inspect' || (task.kind === 'run' && tried === undefined)) return;
    const digest = createHash('sha256').update(chunk).digest('base64');
    if (task.kind === 'try') {
      if (this.#digests.length < serviceLimits.importTriedChunksMax) this.#digests.push(digest);
      return;
    }
    const isTried = tried?.[this.#chunkCount] === digest;
    this.#chunkCount += 1;
    if (isTried) return;
    const error = notTried();
    this.#feed.fail(error);
    throw error;
  }

  #rejectsPath(): string | undefined {
    return this.#folder === undefined ? undefined : join(this.#folder, 'rejects');
  }

  #set(state: ImportState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function notTried(): WireError {
  return new WireError({
    code: 'PreviewRequired',
    message: 'What was sent is not what was tried: the file has changed since.',
    hint: 'Try the import again, and run it then.',
  });
}
