/*
 * Workers that run in the host, on one database: with the handlers of the sample, and with those of a folder that the
 * person has chosen, which is remembered for the next time. They run when the person says so, and at no other time.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { JobHandlerFolder, JobWorkersInfo, WireErrorShape } from '#contract';
import { AuroraError, type Database, type RegisteredFolder } from '#engine';
import { expandPath } from './database-path.ts';
import { serviceLimits } from './limits.ts';
import { fieldsOf } from './result-fields.ts';
import { prepareSampleJobs, sampleHandlers } from './sample-workers.ts';
import type { SettingsService } from './settings-service.ts';

export interface JobWorkersOptions {
  readonly database: Database;
  readonly path: string;
  /** The files of the sample; `undefined` for other databases. */
  readonly sampleFolder: string | undefined;
  readonly homeFolder: string;
  readonly settings: SettingsService;
  readonly toWireError: (error: unknown) => WireErrorShape;
  readonly onChange: () => void;
}

const handlersPerType = 2;

export class JobWorkers {
  readonly #options: JobWorkersOptions;
  #state: JobWorkersInfo['state'] = 'stopped';
  #error: WireErrorShape | null = null;
  #folder: JobHandlerFolder | null = null;
  #registered: RegisteredFolder | undefined;

  constructor(options: JobWorkersOptions) {
    this.#options = options;
    this.#remember().catch((error: unknown) => {
      console.error('The folder of handlers that was used last is not known:', error);
    });
  }

  get info(): JobWorkersInfo {
    const { database, sampleFolder } = this.#options;
    const own = sampleFolder === undefined ? [] : sampleHandlers(database, sampleFolder);
    const modules = this.#registered?.modules() ?? [];
    return {
      state: this.#state,
      isSample: sampleFolder !== undefined,
      folder: this.#folder,
      handlers: [
        ...own.map(({ type, meaning }) => ({ type, meaning })),
        ...modules.map(({ type, file }) => ({ type, meaning: basename(file) })),
      ],
      error: this.#error,
    };
  }

  /** @throws what starting and stopping throw; `info` tells it as well */
  async run(isRunning: boolean, folder: JobHandlerFolder | undefined): Promise<void> {
    const { database, toWireError } = this.#options;
    try {
      this.#set(isRunning ? 'starting' : 'stopping');
      if (isRunning) await this.#start(folder);
      else await database.workers.stop({ deadlineMs: serviceLimits.jobWorkersStopMs });
      if (!isRunning) this.#letGo();
      this.#set(isRunning ? 'running' : 'stopped');
    } catch (error) {
      this.#letGo();
      this.#set('stopped', toWireError(error));
      throw error;
    }
  }

  async #start(folder: JobHandlerFolder | undefined): Promise<void> {
    const { database, sampleFolder } = this.#options;
    if (sampleFolder === undefined && folder === undefined) throw noHandlers();
    if (folder !== undefined) await this.#register(folder);
    if (sampleFolder !== undefined) {
      for (const { type, handler } of sampleHandlers(database, sampleFolder)) {
        database.workers.registerHandler(type, handler, { concurrency: handlersPerType });
      }
      await prepareSampleJobs(database);
    }
    await database.workers.start();
  }

  async #register(folder: JobHandlerFolder): Promise<void> {
    const { database, homeFolder, settings, onChange } = this.#options;
    const { isolation, memoryMb } = folder;
    const path = expandPath(folder.path, homeFolder);
    this.#letGo();
    this.#registered = await database.workers.registerHandlerFolder(path, { isolation, memoryMb });
    this.#registered.onDidChange(onChange);
    this.#folder = { ...folder, path };
    await settings.set(this.#key, { ...this.#folder });
  }

  #letGo(): void {
    this.#registered?.close();
    this.#registered = undefined;
  }

  async #remember(): Promise<void> {
    const values = await this.#options.settings.get();
    const { path, isolation, memoryMb } = fieldsOf(values[this.#key]);
    if (typeof path !== 'string' || typeof memoryMb !== 'number' || this.#folder !== null) return;
    this.#folder = { path, isolation: isolation === 'thread' ? 'thread' : 'process', memoryMb };
    this.#options.onChange();
  }

  /** Paths may be longer than the names of settings. */
  get #key(): string {
    const digest = createHash('sha256').update(this.#options.path).digest('hex').slice(0, 16);
    return `jobs.handlers.${digest}`;
  }

  #set(state: JobWorkersInfo['state'], error: WireErrorShape | null = null): void {
    this.#state = state;
    this.#error = error;
    this.#options.onChange();
  }
}

function noHandlers(): AuroraError {
  return new AuroraError('InvalidOption', 'There are no handlers for the jobs of this database.', {
    hint: 'Choose a folder with a module for each type of job, such as send_email.mjs.',
  });
}
