import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type StagedChange, WireError, type WireValue } from '#contract';
import { refused } from './json-file.ts';
import { serviceLimits } from './limits.ts';
import { StagedFile } from './staged-file.ts';

/**
 * Edits that pages have staged, kept in the data folder until they are committed or discarded. Pages see them as settings;
 * they have files of their own, because each edit would write all settings anew.
 */
export class StagedService {
  readonly #folder: string;
  readonly #log: (line: string) => void;
  readonly #files = new Map<string, StagedFile>();
  #loading: Promise<void> | undefined;

  constructor(dataFolder: string, log: (line: string) => void) {
    this.#folder = join(dataFolder, 'staged');
    this.#log = log;
  }

  /** By the keys of their settings. @throws AuroraError `StorageFailure` */
  async all(): Promise<{ readonly [key: string]: WireValue }> {
    await this.#load();
    const found: { [key: string]: WireValue } = {};
    for (const [key, file] of this.#files) {
      const value = file.value();
      if (value !== undefined) found[key] = value;
    }
    return found;
  }

  /**
   * Returns after the change is on disk.
   * @throws WireError `LimitExceeded` where it is too much, and nothing of it is kept
   * @throws AuroraError `StorageFailure` when the system does not let us write
   */
  async save({ key, ...change }: StagedChange): Promise<void> {
    await this.#load();
    const file = this.#files.get(key) ?? new StagedFile(this.#pathOf(key), this.#log, key);
    const length = file.lengthAfter(change);
    const { stagedLengthMax, settingsMax } = serviceLimits;
    if (length > stagedLengthMax) {
      throw tooMuch(`What is staged has ${length} characters; ${stagedLengthMax} are kept.`);
    }
    if (!this.#files.has(key) && this.#files.size >= settingsMax) {
      throw tooMuch(`Edits are staged in ${settingsMax} collections already.`);
    }
    this.#files.set(key, file);
    await file.save(change);
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.ndjson`);
  }

  #load(): Promise<void> {
    this.#loading ??= this.#readAll().catch((error: unknown) => {
      this.#loading = undefined; // What the system refused once, it may give the next time.
      throw error;
    });
    return this.#loading;
  }

  async #readAll(): Promise<void> {
    for (const name of await this.#names()) {
      const file = new StagedFile(join(this.#folder, name), this.#log);
      await file.read();
      if (file.key !== undefined) this.#files.set(file.key, file);
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => name.endsWith('.ndjson'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw refused(`${this.#folder} cannot be read.`, this.#folder, error);
    }
  }
}

function tooMuch(message: string): WireError {
  return new WireError({
    code: 'LimitExceeded',
    message,
    hint: 'Commit or discard some of what is staged.',
  });
}
