/*
 * Handlers that are modules of a folder: `send_email.mjs` does the jobs of type `send_email`, with the function that it
 * exports as `handler` (or by default). They run in processes of their own, at most one less than there are cores, and
 * are loaded again when their file changes.
 */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { AuroraError } from '../errors.ts';
import type { HandlerOptions, JobContext, RunningJob } from './handler.ts';
import { type HandlerModule, HandlerProcess } from './handler-process.ts';
import type { RegisteredHandler } from './job-attempt.ts';

/** How the modules of a folder run. */
export interface HandlerFolderOptions extends HandlerOptions {
  /** Memory that the process of a job may take, in MiB, Buffers included on Linux; 256 unless told. */
  readonly memoryMb?: number;
  /** How long a handler may go on after its signal was aborted, in milliseconds; 1,000 unless told. */
  readonly graceMs?: number;
}

const extensions = new Set(['.mjs', '.js', '.cjs']);

export class HandlerFolder {
  readonly #folder: string;
  readonly #databasePath: string;
  readonly #options: HandlerFolderOptions;
  readonly #idle: HandlerProcess[] = [];
  readonly #busy = new Set<HandlerProcess>();
  #isClosed = false;

  constructor(folder: string, databasePath: string, options: HandlerFolderOptions) {
    this.#folder = resolve(folder);
    this.#databasePath = databasePath;
    this.#options = options;
  }

  /** The handlers of the modules that are there now. @throws AuroraError `InvalidOption` when there is no such folder */
  handlers(): ReadonlyMap<string, RegisteredHandler> {
    const { memoryMb: _memory, graceMs: _grace, ...options } = this.#options;
    // Work for a processor must leave a core to the process that hosts it.
    const group = { name: this.#folder, concurrency: Math.max(1, availableParallelism() - 1) };
    const handlers = new Map<string, RegisteredHandler>();
    for (const [type, file] of this.#files()) {
      handlers.set(type, {
        run: (job, context) => this.#run(file, job, context),
        options,
        group,
      });
    }
    return handlers;
  }

  /** Ends the processes; the next job starts new ones. */
  close(): void {
    this.#isClosed = true;
    for (const each of [...this.#idle.splice(0), ...this.#busy]) each.kill();
  }

  async #run(file: string, job: RunningJob, context: JobContext): Promise<unknown> {
    const { memoryMb = 256, graceMs = 1_000 } = this.#options;
    this.#isClosed = false;
    let worker = this.#idle.pop();
    while (worker !== undefined && !worker.isAlive) worker = this.#idle.pop();
    worker ??= new HandlerProcess({ memoryMb, graceMs });
    this.#busy.add(worker);
    try {
      return await worker.run(this.#moduleOf(file), job, context, this.#databasePath);
    } finally {
      this.#busy.delete(worker);
      if (worker.isAlive && !this.#isClosed) this.#idle.push(worker);
      else worker.kill();
    }
  }

  #moduleOf(file: string): HandlerModule {
    const { mtimeMs, size } = statSync(file);
    return { file, version: `${mtimeMs}-${size}` };
  }

  #files(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    for (const name of this.#names()) {
      const { name: type, ext } = parse(name);
      if (extensions.has(ext) && !type.startsWith('.')) files.set(type, join(this.#folder, name));
    }
    return files;
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#folder).sort();
    } catch (error) {
      throw noFolder(this.#folder, error);
    }
  }
}

function noFolder(folder: string, cause: unknown): AuroraError {
  return new AuroraError('InvalidOption', `The handlers in "${folder}" cannot be read.`, {
    cause,
    details: { option: 'handlerFolder', value: folder },
    hint: 'Give a folder with a module for each type of job, such as send_email.mjs.',
  });
}
