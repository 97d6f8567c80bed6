import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AuroraError } from '#engine';

/*
 * A small file of JSON that is only ever replaced whole: written beside itself, synced, renamed. So a kill leaves the
 * old content or the new, never half of one. What is written is a change of what the file holds by then, because
 * another host may use the same folder. Changes that come while one is being written share the next write.
 */

export interface JsonFileOptions<Value> {
  readonly path: string;
  /** Gives the value when the content has the form it should have, else undefined. */
  readonly decode: (content: unknown) => Value | undefined;
  readonly initial: Value;
  readonly log: (line: string) => void;
}

export class JsonFile<Value> {
  readonly #options: JsonFileOptions<Value>;
  #changes: ((value: Value) => Value)[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #queued: Promise<void> | undefined;

  constructor(options: JsonFileOptions<Value>) {
    this.#options = options;
  }

  /**
   * Reads the file; the initial value when there is none. A file that cannot be understood is set aside under
   * another name, so that it is neither lost nor in the way.
   * @throws AuroraError `StorageFailure` when the system does not let us read it.
   */
  async read(): Promise<Value> {
    const { path, decode, initial, log } = this.#options;
    const text = await readIfThere(path);
    if (text === undefined) return initial;
    const value = decode(parse(text));
    if (value !== undefined) return value;
    const aside = `${path}.broken-${randomUUID()}`;
    await rename(path, aside).catch((error: unknown) => {
      throw refused(`${path} cannot be understood, and not be moved out of the way.`, path, error);
    });
    log(`${path} could not be understood. It was kept as ${aside}, and a new one is begun.`);
    return initial;
  }

  /**
   * Returns after the change, applied to what the file held before it, is on disk.
   * @throws AuroraError `StorageFailure` when the system does not let us write it.
   */
  update(change: (value: Value) => Value): Promise<void> {
    this.#changes.push(change);
    this.#queued ??= this.#writing.then(async () => {
      this.#queued = undefined;
      const written = this.#apply(this.#changes.splice(0));
      // The next write waits for this one whatever came of it; its own callers hear of its failure.
      this.#writing = written.catch(() => undefined);
      await written;
    });
    return this.#queued;
  }

  async #apply(changes: readonly ((value: Value) => Value)[]): Promise<void> {
    let value: Value = await this.read();
    for (const change of changes) value = change(value);
    await replaceFile(this.#options.path, `${JSON.stringify(value)}\n`);
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw refused(`${path} cannot be read.`, path, error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes a file beside the other, syncs it, and puts it in its place. @throws AuroraError `StorageFailure` */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw refused(`${path} cannot be written.`, path, error);
  }
}

/** A folder that may not be written, a full disk: not a fault of the program, and the person can mend it. */
export function refused(message: string, path: string, cause: unknown): AuroraError {
  return new AuroraError('StorageFailure', message, {
    cause,
    details: { path, reason: String(cause) },
    hint: 'Check the permissions of its folder, and that the disk is not full.',
  });
}
