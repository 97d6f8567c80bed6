/*
 * The exports of a host. A file is written by the host, where it can ask a person for a place, or fetched by the browser
 * from a path that is good once: then it goes to where downloads go, and nobody holds it in memory. An export belongs to
 * its database, not to the page that began it.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import {
  type DatabaseId,
  type ExportTask,
  type ExportWay,
  type TopicSink,
  WireError,
  type WireErrorShape,
} from '#contract';
import type { Clock } from './clock.ts';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { PageExport } from './page-export.ts';

export interface ExportServiceOptions {
  readonly databases: DatabaseService;
  readonly clock: Clock;
  readonly toWireError: (error: unknown) => WireErrorShape;
  /** Asks for the file to write, which may have another name; null when the person cancels. */
  readonly pickFile: ((fileName: string) => Promise<string | null>) | undefined;
  readonly log: (line: string) => void;
}

/** Where the page fetches what was prepared. */
export const exportPathPrefix = '/export/';

export class ExportService {
  readonly #options: ExportServiceOptions;
  readonly #exports = new Map<
    string,
    { readonly database: DatabaseId; readonly run: PageExport }
  >();

  constructor(options: ExportServiceOptions) {
    this.#options = options;
    options.databases.onWillClose(async (id) => {
      for (const { database, run } of this.#exports.values()) if (database === id) run.cancel();
    });
  }

  /** @throws WireError `DatabaseNotOpen`, `TooManyCalls` */
  async begin(database: DatabaseId, task: ExportTask): Promise<ExportWay> {
    const { databases, clock, toWireError, pickFile, log } = this.#options;
    const opened = databases.get(database);
    if (this.#exports.size >= serviceLimits.exportsMax) throw tooMany();
    const id = randomUUID();
    const run = new PageExport({ id, database: opened, task, clock, toWireError });
    const path = pickFile === undefined ? `${exportPathPrefix}${id}` : await pickFile(run.fileName);
    if (path === null) return { kind: 'none' };
    this.#exports.set(id, { database, run });
    clock.after(serviceLimits.exportIdleMs, () => this.#forget(id));
    if (pickFile === undefined) return { kind: 'download', export: id, path };
    writeFile(path, run).catch((error: unknown) => {
      // The page is told by the state.
      log(`${path} was not exported. ${String(error)}`);
    });
    return { kind: 'file', export: id, path };
  }

  cancel(id: string): void {
    this.#exports.get(id)?.run.cancel();
  }

  /** One that waits to be fetched; `undefined` when there is none, or it was. */
  find(id: string): PageExport | undefined {
    const run = this.#exports.get(id)?.run;
    return run?.state.state === 'waiting' ? run : undefined;
  }

  /** Emits how far an export is, now and as it goes on. */
  watch(id: string, sink: TopicSink<'exports'>): () => void {
    const run = this.#exports.get(id)?.run;
    if (run === undefined) throw unknown();
    const { clock } = this.#options;
    let cancelTimer: (() => void) | undefined;
    const emit = () => {
      cancelTimer?.();
      cancelTimer = undefined;
      sink.emit(run.state);
    };
    const removeListener = run.onDidChange(() => {
      if (run.isOver) emit();
      else cancelTimer ??= clock.after(serviceLimits.exportEventMs, emit);
    });
    emit();
    return () => {
      cancelTimer?.();
      removeListener();
    };
  }

  /** What was never fetched ends; what is being written is looked at again later. */
  #forget(id: string): void {
    const run = this.#exports.get(id)?.run;
    if (run?.state.state === 'running') {
      this.#options.clock.after(serviceLimits.exportIdleMs, () => this.#forget(id));
      return;
    }
    run?.cancel();
    this.#exports.delete(id);
  }
}

/** Writes beside the file first, so that a file is whole or not there. @throws what reading and writing throw */
async function writeFile(path: string, run: PageExport): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w');
    try {
      await run.run(async (bytes) => {
        await file.writeFile(bytes);
      });
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    run.fail(error);
    await rm(part, { force: true });
    throw error;
  }
}

function unknown(): WireError {
  return new WireError({ code: 'CursorNotFound', message: 'The export is not known any more.' });
}

function tooMany(): WireError {
  return new WireError({
    code: 'TooManyCalls',
    message: `${serviceLimits.exportsMax} exports are known, and no more fit.`,
    hint: 'Wait for some of them to end.',
  });
}
