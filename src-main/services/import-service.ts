/*
 * The imports of one page. They end with it, and with their database: the rest of the file is only where the page is.
 * What was committed until then stays.
 */
import { randomUUID } from 'node:crypto';
import {
  type DatabaseId,
  type ImportOrder,
  type ImportTask,
  type Params,
  type Result,
  type TopicSink,
  WireError,
  type WireErrorShape,
} from '#contract';
import { AuroraError } from '#engine';
import type { DatabaseService } from './database-service.ts';
import { serviceLimits } from './limits.ts';
import { PageImport, type TriedChunks } from './page-import.ts';
import type { WriteGate } from './write-gate.ts';

export interface ImportServiceOptions {
  readonly databases: DatabaseService;
  readonly gate: WriteGate;
  readonly toWireError: (error: unknown) => WireErrorShape;
}

interface OpenImport {
  readonly database: DatabaseId;
  readonly run: PageImport;
}

export class ImportService {
  readonly #options: ImportServiceOptions;
  readonly #open = new Map<string, OpenImport>();
  /** What was tried, by token; the oldest first. */
  readonly #tried = new Map<string, TriedChunks>();
  readonly #removeCloseListener: () => void;

  constructor(options: ImportServiceOptions) {
    this.#options = options;
    this.#removeCloseListener = options.databases.onWillClose(async (id) => {
      const ending = [...this.#open.values()].filter(({ database }) => database === id);
      await Promise.all(ending.map(({ run }) => run.close()));
    });
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** @throws AuroraError `ReadOnly`; WireError `PreviewRequired`, `TooManyCalls` */
  async begin(params: Params<'imports.begin'>): Promise<Result<'imports.begin'>> {
    const { database: id, task } = params;
    const { databases, toWireError } = this.#options;
    const tried = await this.#admit(id, task);
    if (this.#open.size >= serviceLimits.importsOpenMax) throw tooManyOpen();
    const run = new PageImport({
      database: databases.get(id),
      task,
      tried,
      admit: (order, chunks) => this.#issue(id, order, chunks),
      toWireError,
    });
    const opened = randomUUID();
    this.#open.set(opened, { database: id, run });
    return { import: opened };
  }

  async send({
    import: id,
    chunk,
    isLast,
  }: Params<'imports.send'>): Promise<Result<'imports.send'>> {
    return { isWanted: await this.#get(id).send(chunk, { isLast }) };
  }

  cancel({ import: id, committed }: Params<'imports.cancel'>): void {
    this.#get(id).cancel(committed);
  }

  rejects({ import: id, offset }: Params<'imports.rejects'>): Promise<Result<'imports.rejects'>> {
    return this.#get(id).rejects(offset);
  }

  async close(id: string): Promise<void> {
    const opened = this.#open.get(id);
    this.#open.delete(id);
    await opened?.run.close();
  }

  /** Ends every import; the page is gone. */
  async closeAll(): Promise<void> {
    this.#removeCloseListener();
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)));
  }

  /** Emits the state now, and after every change. */
  watch(id: string, sink: TopicSink<'imports'>): () => void {
    const run = this.#get(id);
    const emit = () => sink.emit(run.state);
    emit();
    return run.onDidChange(emit);
  }

  /** What an import may bring, where that is bound. */
  async #admit(id: DatabaseId, task: ImportTask): Promise<TriedChunks | undefined> {
    const { databases, gate } = this.#options;
    const { readOnly, name } = databases.infoOf(id);
    if (task.kind !== 'inspect' && readOnly) {
      throw new AuroraError(
        'ReadOnly',
        `"${name}" is open for reading only; nothing is imported.`,
        {
          hint: 'Open it for writing.',
        },
      );
    }
    if (task.kind !== 'run') return undefined;
    const { order, previewToken } = task;
    await gate.admitAct({ database: id, text: actOf(order) }, previewToken);
    return (await gate.isProduction(id)) ? (this.#tried.get(previewToken ?? '') ?? []) : undefined;
  }

  async #issue(database: DatabaseId, order: ImportOrder, chunks: TriedChunks) {
    const { gate } = this.#options;
    const token = gate.issueToken({ database, text: actOf(order) });
    this.#tried.set(token, chunks);
    for (const old of this.#tried.keys()) {
      if (this.#tried.size <= serviceLimits.importsOpenMax) break;
      this.#tried.delete(old);
    }
    const isProduction = await gate.isProduction(database);
    return { token, confirmation: isProduction ? ('typed' as const) : ('click' as const) };
  }

  #get(id: string): PageImport {
    const opened = this.#open.get(id);
    if (opened !== undefined) return opened.run;
    throw new WireError({
      code: 'ImportNotFound',
      message: 'The import is closed.',
      hint: 'Begin it again.',
    });
  }
}

function actOf(order: ImportOrder): string {
  return `import ${JSON.stringify(order)}`;
}

function tooManyOpen(): WireError {
  return new WireError({
    code: 'TooManyCalls',
    message: `The page has ${serviceLimits.importsOpenMax} imports open, and no more fit.`,
    hint: 'Close one of them first.',
  });
}
