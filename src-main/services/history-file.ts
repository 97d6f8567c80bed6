import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { HistoryEntry } from '#contract';
import { serviceLimits } from './limits.ts';
import { isWireValue } from './wire-value.ts';

/*
 * The history on disk: JSON lines, appended only. A run writes one line when it begins and one when it ends, so that
 * a kill loses at most the end; a run without an end was interrupted. A line that cannot be read is passed over.
 *
 *   {"begin":{"id":…,"startedAt":…,"databaseName":…,"databasePath":…,"text":…,"variables":…}}
 *   {"end":{"id":…,"outcome":…,"elapsedMs":…,"rowCount":…,"message":…}}
 *
 * When the file has grown to twice its bound it is written anew with what is kept.
 */

export type RunBegin = Pick<
  HistoryEntry,
  'id' | 'startedAt' | 'databaseName' | 'databasePath' | 'text' | 'variables'
>;
export type RunEnd = Pick<HistoryEntry, 'id' | 'outcome' | 'elapsedMs' | 'rowCount' | 'message'>;

type Line = { readonly begin: RunBegin } | { readonly end: RunEnd };

const variables = v.custom<NonNullable<RunBegin['variables']>>(
  (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && isWireValue(value),
);
const lineSchema = v.union([
  v.object({
    begin: v.object({
      id: v.string(),
      startedAt: v.number(),
      databaseName: v.string(),
      databasePath: v.string(),
      text: v.string(),
      variables: v.exactOptional(variables),
    }),
  }),
  v.object({
    end: v.object({
      id: v.string(),
      outcome: v.picklist(['done', 'stopped', 'failed', 'cancelled', 'interrupted']),
      elapsedMs: v.number(),
      rowCount: v.number(),
      message: v.exactOptional(v.string()),
    }),
  }),
]);

export class HistoryFile {
  readonly #path: string;
  /** Writes happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #length = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The entries in the file, oldest first. */
  async read(): Promise<readonly HistoryEntry[]> {
    const text = await readIfThere(this.#path);
    this.#length = text.length;
    const entries = new Map<string, HistoryEntry>();
    for (const line of text.split('\n')) {
      const read = decodeLine(line);
      if (read === undefined) continue;
      if ('begin' in read) {
        const { begin } = read;
        entries.set(begin.id, { ...begin, outcome: 'interrupted', elapsedMs: 0, rowCount: 0 });
      } else {
        const begun = entries.get(read.end.id);
        if (begun !== undefined) entries.set(read.end.id, { ...begun, ...read.end });
      }
    }
    return [...entries.values()];
  }

  /** Returns after the line is written; `kept` gives what stays when the file has grown too long. */
  append(line: Line, kept: () => readonly HistoryEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      const text = `${JSON.stringify(line)}\n`;
      await mkdir(dirname(this.#path), { recursive: true });
      await appendFile(this.#path, text, { mode: 0o600 });
      this.#length += text.length;
      if (this.#length > 2 * serviceLimits.historyLengthMax) await this.#rewrite(kept());
    });
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      await rm(this.#path, { force: true });
      this.#length = 0;
    });
  }

  /** Resolves when all that was asked for is written. */
  async settle(): Promise<void> {
    await this.#turn;
  }

  async #rewrite(entries: readonly HistoryEntry[]): Promise<void> {
    const text = entries
      .flatMap(linesOf)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    const beside = `${this.#path}.${randomUUID()}.new`;
    await writeFile(beside, text, { mode: 0o600, flag: 'wx' });
    await rename(beside, this.#path);
    this.#length = text.length;
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(action);
    // The next write does not fail because this one did; who asked for this one hears of it.
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function linesOf(entry: HistoryEntry): readonly Line[] {
  const { id, startedAt, databaseName, databasePath, text, variables: given } = entry;
  const { outcome, elapsedMs, rowCount, message } = entry;
  const begin = { id, startedAt, databaseName, databasePath, text };
  return [
    { begin: given === undefined ? begin : { ...begin, variables: given } },
    ...(outcome === 'running'
      ? []
      : [
          {
            end: {
              id,
              outcome,
              elapsedMs,
              rowCount,
              ...(message === undefined ? {} : { message }),
            },
          },
        ]),
  ];
}

function decodeLine(line: string): Line | undefined {
  if (line === '') return undefined;
  try {
    const parsed = v.safeParse(lineSchema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // Half a line is what a kill leaves.
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
