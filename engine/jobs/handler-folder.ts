/*
 * Handlers that are modules of a folder: `send_email.mjs` does the jobs of type `send_email`, with the function that it
 * exports as `handler` (or by default). They run in processes of their own (or threads, by choice), at most one less
 * than there are cores. A module is loaded again when its file changes; the folder is watched, so that new ones are
 * found and those that are gone are let go.
 */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { HandlerOptions, JobContext, RunningJob } from './handler.ts';
import { type HandlerChannel, HandlerProcess, HandlerThread } from './handler-channel.ts';
import { type HandlerModule, type RunStatements, runInChannel } from './handler-run.ts';
import type { RegisteredHandler } from './job-attempt.ts';

/** How the modules of a folder run. */
export interface HandlerFolderOptions extends HandlerOptions {
  /** Memory that a job may take, in MiB; Buffers included for processes on Linux, else the heap. 256 unless told. */
  readonly memoryMb?: number;
  /** How long a handler may go on after its signal was aborted, in milliseconds; 1,000 unless told. */
  readonly graceMs?: number;
  /** `process` unless told. A thread starts faster, but shares the fate of this process. */
  readonly isolation?: 'process' | 'thread';
}

/** A folder whose modules do jobs. */
export interface RegisteredFolder {
  readonly path: string;
  /** The modules that are there now: the type of job, and the file. */
  modules(): readonly { readonly type: string; readonly file: string }[];
  /** Tells when modules have come or gone. */
  onDidChange(listener: () => void): () => void;
  /** Lets the handlers go; what runs is ended. */
  close(): void;
}

const extensions = new Set(['.mjs', '.js', '.cjs']);

export interface HandlerFolderHost {
  readonly databasePath: string;
  readonly transact: RunStatements;
  readonly register: (type: string, handler: RegisteredHandler) => void;
  readonly unregister: (type: string) => void;
}

export class HandlerFolder implements RegisteredFolder {
  readonly path: string;
  readonly #host: HandlerFolderHost;
  readonly #options: HandlerFolderOptions;
  readonly #idle: HandlerChannel[] = [];
  readonly #busy = new Set<HandlerChannel>();
  readonly #listeners = new Set<() => void>();
  #modules: ReadonlyMap<string, string> = new Map();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @throws AuroraError `InvalidOption` when there is no such folder */
  constructor(folder: string, host: HandlerFolderHost, options: HandlerFolderOptions) {
    this.path = resolve(folder);
    this.#host = host;
    this.#options = options;
    this.#look();
    this.#watcher = watch(this.path, { persistent: false }, () => this.#lookSoon());
    // A folder that is moved away keeps the modules that were found; their jobs fail and say so.
    this.#watcher.on('error', () => this.#watcher?.close());
  }

  modules(): readonly { readonly type: string; readonly file: string }[] {
    return [...this.#modules].map(([type, file]) => ({ type, file }));
  }

  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
    for (const type of this.#modules.keys()) this.#host.unregister(type);
    this.#modules = new Map();
    this.pause();
  }

  /** Ends the processes; the next job starts new ones. */
  pause(): void {
    this.#isClosed = true;
    for (const each of [...this.#idle.splice(0), ...this.#busy]) each.kill();
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      try {
        this.#look();
      } catch (error) {
        console.error(`The handlers in ${this.path} cannot be looked for:`, error);
      }
    }, limits.handlerFolderMs);
    this.#timer.unref();
  }

  #look(): void {
    const before = this.#modules;
    const now = this.#files();
    this.#modules = now;
    const { memoryMb: _memory, graceMs: _grace, isolation: _isolation, ...options } = this.#options;
    // Work for a processor must leave a core to the process that hosts it.
    const group = { name: this.path, concurrency: Math.max(1, availableParallelism() - 1) };
    for (const [type, file] of now) {
      if (before.get(type) === file) continue;
      const run = (job: RunningJob, context: JobContext) => this.#run(file, job, context);
      this.#host.register(type, { run, options, group });
    }
    for (const type of before.keys()) if (!now.has(type)) this.#host.unregister(type);
    for (const listener of [...this.#listeners]) listener();
  }

  async #run(file: string, job: RunningJob, context: JobContext): Promise<unknown> {
    const { memoryMb = 256, graceMs = 1_000, isolation = 'process' } = this.#options;
    const { databasePath, transact } = this.#host;
    this.#isClosed = false;
    let channel = this.#idle.pop();
    while (channel !== undefined && !channel.isAlive) channel = this.#idle.pop();
    channel ??= isolation === 'thread' ? new HandlerThread(memoryMb) : new HandlerProcess(memoryMb);
    this.#busy.add(channel);
    const run = {
      channel,
      limits: { memoryMb, graceMs },
      module: moduleOf(file),
      databasePath,
      transact,
    };
    try {
      return await runInChannel(run, job, context);
    } finally {
      this.#busy.delete(channel);
      if (channel.isAlive && !this.#isClosed) this.#idle.push(channel);
      else channel.kill();
    }
  }

  #files(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    for (const name of this.#names()) {
      const { name: type, ext } = parse(name);
      if (extensions.has(ext) && !type.startsWith('.')) files.set(type, join(this.path, name));
    }
    return files;
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.path).sort();
    } catch (error) {
      throw noFolder(this.path, error);
    }
  }
}

function moduleOf(file: string): HandlerModule {
  const { mtimeMs, size } = statSync(file);
  return { file, version: `${mtimeMs}-${size}` };
}

function noFolder(folder: string, cause: unknown): AuroraError {
  return new AuroraError('InvalidOption', `The handlers in "${folder}" cannot be read.`, {
    cause,
    details: { option: 'handlerFolder', value: folder },
    hint: 'Give a folder with a module for each type of job, such as send_email.mjs.',
  });
}
