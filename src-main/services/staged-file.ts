/*
 * What is staged in one collection, on disk: JSON lines, appended only, so that an edit costs what it changes and not what
 * else is staged. The first line says whose the file is, each other one is a change; a half line is what a kill leaves.
 *
 *     {"key":"staged:films:/data/shop.db"}
 *     {"put":[{"id":…},…],"removed":["…"],"steps":{…}}
 *
 * A file that has become twice as long as what it says is written anew; one that says nothing is removed.
 */
import { constants } from 'node:fs';
import { open, rm, truncate } from 'node:fs/promises';
import * as v from 'valibot';
import type { StagedChange, StagedRecord, WireValue } from '#contract';
import { readIfThere, refused, replaceFile } from './json-file.ts';
import { isWireValue } from './wire-value.ts';

type Steps = NonNullable<StagedChange['steps']>;

/** Characters that a file may be longer than twice what it says, before it is written anew. */
const spareLength = 1_000_000;

const record = v.custom<StagedRecord>(
  (value) =>
    typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string',
);
const steps = v.custom<Steps>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const changeSchema = v.object({
  put: v.array(record),
  removed: v.array(v.string()),
  steps: v.exactOptional(steps),
});
const headSchema = v.object({ key: v.string() });

export class StagedFile {
  readonly path: string;
  readonly #log: (line: string) => void;
  readonly #records = new Map<string, { readonly record: StagedRecord; readonly length: number }>();
  #key: string | undefined;
  #steps: Steps = {};
  #stepsLength = 0;
  /** Characters of what it says. */
  #saidLength = 0;
  #fileLength = 0;
  /** Changes happen one after the other. */
  #turn: Promise<unknown>;

  /** `key` is that of a new file; one that is there says its own. */
  constructor(path: string, log: (line: string) => void, key?: string) {
    this.path = path;
    this.#log = log;
    this.#key = key;
    this.#turn = Promise.resolve();
  }

  get key(): string | undefined {
    return this.#key;
  }

  /** As a setting; `undefined` when nothing is staged. */
  value(): WireValue | undefined {
    if (this.#isEmpty) return undefined;
    return { documents: [...this.#records.values()].map(({ record }) => record), ...this.#steps };
  }

  /** Reads the file, once. @throws AuroraError `StorageFailure` when the system does not let us. */
  async read(): Promise<void> {
    const text = await readIfThere(this.path);
    if (text === undefined) return;
    const end = text.lastIndexOf('\n') + 1;
    const [head = '', ...lines] = text.slice(0, end).split('\n');
    const said = parsed(headSchema, head);
    if (said === undefined) {
      this.#log(`${this.path} does not say what it belongs to, and is left alone.`);
      return;
    }
    this.#key = said.key;
    for (const line of lines) {
      if (line === '') continue;
      const change = parsed(changeSchema, line);
      if (change === undefined)
        this.#log(`A line of ${this.path} cannot be read, and is left out.`);
      else this.#take(change);
    }
    this.#fileLength = end;
    if (end < text.length) await truncate(this.path, Buffer.byteLength(text.slice(0, end)));
  }

  /** Characters that it would say after a change. */
  lengthAfter({ put, removed, steps: next }: Omit<StagedChange, 'key'>): number {
    let length = this.#saidLength;
    for (const each of put) length += lengthOf(each) - (this.#records.get(each.id)?.length ?? 0);
    for (const id of removed) length -= this.#records.get(id)?.length ?? 0;
    return next === undefined ? length : length + lengthOf(next) - this.#stepsLength;
  }

  /** Returns when the change is on disk. @throws AuroraError `StorageFailure` */
  save(change: Omit<StagedChange, 'key'>): Promise<void> {
    const result = this.#turn.then(async () => {
      this.#take(change);
      if (this.#isEmpty) await this.#remove();
      else await this.#write(change);
    });
    // The next change does not fail because this one did: it then writes all there is.
    this.#turn = result.catch(() => {
      this.#fileLength = Number.POSITIVE_INFINITY;
    });
    return result;
  }

  get #isEmpty(): boolean {
    return this.#records.size === 0 && Object.keys(this.#steps).length === 0;
  }

  #take({ put, removed, steps: next }: Omit<StagedChange, 'key'>): void {
    for (const id of removed) {
      this.#saidLength -= this.#records.get(id)?.length ?? 0;
      this.#records.delete(id);
    }
    for (const each of put) {
      const length = lengthOf(each);
      this.#saidLength += length - (this.#records.get(each.id)?.length ?? 0);
      this.#records.set(each.id, { record: each, length });
    }
    if (next === undefined) return;
    const length = lengthOf(next);
    this.#saidLength += length - this.#stepsLength;
    this.#stepsLength = length;
    this.#steps = next;
  }

  async #write(change: Omit<StagedChange, 'key'>): Promise<void> {
    const line = `${JSON.stringify(change)}\n`;
    const isNew = this.#fileLength === 0;
    const isLong = this.#fileLength + line.length > 2 * this.#saidLength + spareLength;
    if (!isNew && !isLong && (await append(this.path, line))) this.#fileLength += line.length;
    else await this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    const put = [...this.#records.values()].map(({ record }) => record);
    const all = JSON.stringify({ put, removed: [], steps: this.#steps });
    const text = `${JSON.stringify({ key: this.#key })}\n${all}\n`;
    await replaceFile(this.path, text);
    this.#fileLength = text.length;
  }

  async #remove(): Promise<void> {
    await rm(this.path, { force: true });
    this.#fileLength = 0;
  }
}

/** False where there is no file: another host that uses the folder has removed it. @throws AuroraError `StorageFailure` */
async function append(path: string, line: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      await file.writeFile(line);
      await file.datasync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw refused(`${path} cannot be written.`, path, error);
  }
}

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  line: string,
): v.InferOutput<Schema> | undefined {
  try {
    const content: unknown = JSON.parse(line);
    const result = v.safeParse(schema, content);
    return result.success && isWireValue(content) ? result.output : undefined;
  } catch {
    // What is no JSON cannot be read, and is told by who asked.
    return undefined;
  }
}

function lengthOf(value: WireValue): number {
  return JSON.stringify(value).length;
}
