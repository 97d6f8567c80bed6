import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { HistoryEntry, Params, Result } from '#contract';
import type { Clock } from './clock.ts';
import { HistoryFile, type RunBegin, type RunEnd } from './history-file.ts';
import { serviceLimits } from './limits.ts';

/** A run that the history is told of. */
export interface RecordedRun {
  /** Tells how the run ended; later calls change nothing. */
  end(end: Omit<RunEnd, 'id'>): void;
}

/** The runs of all pages of this host, kept in the data folder within bounds of number and length. */
export class HistoryService {
  readonly #file: HistoryFile;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #listeners = new Set<() => void>();
  /** In the order in which they began. */
  readonly #entries = new Map<string, HistoryEntry>();
  #length = 0;
  #revision = 0;
  #loading: Promise<void> | undefined;

  constructor(options: {
    readonly dataFolder: string;
    readonly clock: Clock;
    readonly log: (line: string) => void;
  }) {
    this.#file = new HistoryFile(join(options.dataFolder, 'history.jsonl'));
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notes that a run begins. Never fails: a history that cannot be written is logged and does not stop the run. */
  begin(run: Omit<RunBegin, 'id' | 'startedAt'>): RecordedRun {
    const id = randomUUID();
    const begin = bounded({ ...run, id, startedAt: this.#clock.now() });
    this.#supervise(this.#begin(begin));
    let hasEnded = false;
    return {
      end: (end) => {
        if (hasEnded) return;
        hasEnded = true;
        this.#supervise(this.#end({ ...end, id }));
      },
    };
  }

  async list(params: Params<'history.list'>): Promise<Result<'history.list'>> {
    await this.#load();
    const words = (params.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const entries: HistoryEntry[] = [];
    let isBelow = params.before === undefined;
    for (const entry of [...this.#entries.values()].reverse()) {
      if (isBelow && holds(entry, words)) {
        if (entries.length === params.limit) return { entries, hasMore: true };
        entries.push(entry);
      }
      isBelow ||= entry.id === params.before;
    }
    return { entries, hasMore: false };
  }

  async clear(): Promise<void> {
    await this.#load();
    this.#entries.clear();
    this.#length = 0;
    await this.#file.clear();
    this.#changed();
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#loading;
    await this.#file.settle();
  }

  async #begin(begin: RunBegin): Promise<void> {
    await this.#load();
    this.#keep({ ...begin, outcome: 'running', elapsedMs: 0, rowCount: 0 });
    this.#changed();
    await this.#file.append({ begin }, () => [...this.#entries.values()]);
  }

  async #end(end: RunEnd): Promise<void> {
    await this.#load();
    const begun = this.#entries.get(end.id);
    // A run that was cleared away while it ran stays away.
    if (begun === undefined) return;
    this.#entries.set(end.id, { ...begun, ...end });
    this.#changed();
    await this.#file.append({ end }, () => [...this.#entries.values()]);
  }

  /** Adds an entry; the oldest make room. */
  #keep(entry: HistoryEntry): void {
    this.#entries.set(entry.id, entry);
    this.#length += entry.text.length;
    for (const [id, oldest] of this.#entries) {
      const { historyEntriesMax, historyLengthMax } = serviceLimits;
      if (this.#entries.size <= historyEntriesMax && this.#length <= historyLengthMax) return;
      this.#entries.delete(id);
      this.#length -= oldest.text.length;
    }
  }

  #load(): Promise<void> {
    this.#loading ??= this.#file.read().then(
      (entries) => {
        for (const entry of entries) this.#keep(entry);
      },
      (error: unknown) => this.#log(`The history could not be read: ${String(error)}`),
    );
    return this.#loading;
  }

  #supervise(work: Promise<void>): void {
    work.catch((error: unknown) => this.#log(`The history could not be written: ${String(error)}`));
  }

  #changed(): void {
    this.#revision += 1;
    for (const listener of [...this.#listeners]) listener();
  }
}

function holds(entry: HistoryEntry, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${entry.text}\n${entry.databaseName}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The beginning of a run without what is too long to be kept. */
function bounded(begin: RunBegin): RunBegin {
  const { variables, ...rest } = begin;
  const { historyTextLengthMax, historyVariablesLengthMax } = serviceLimits;
  const text = begin.text.slice(0, historyTextLengthMax);
  const isShort =
    variables !== undefined && JSON.stringify(variables).length <= historyVariablesLengthMax;
  return isShort ? { ...rest, text, variables } : { ...rest, text };
}
