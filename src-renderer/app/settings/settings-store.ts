import type { WireValue } from '#contract';

/** Where settings are kept: the host. */
export interface SettingsKeeper {
  load(): Promise<{ readonly [key: string]: WireValue }>;
  save(key: string, value: WireValue): Promise<void>;
}

/** Longest time between a change and the moment it is sent to the host. */
const flushMsMax = 400;

/**
 * The settings of this person, held here and written behind to the host. A change is there within half a second;
 * what could not be saved stays due and is tried again with the next change or when the host is back.
 */
export class SettingsStore {
  readonly #keeper: SettingsKeeper;
  readonly #values = new Map<string, WireValue>();
  readonly #due = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #windowNumber: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saveError: unknown;

  /** `windowNumber` tells windows apart that are open at the same time; the first is 1. */
  constructor(keeper: SettingsKeeper, windowNumber = 1) {
    this.#keeper = keeper;
    this.#windowNumber = windowNumber;
  }

  /** The key of a setting that each window keeps for itself: its tabs, its staged edits. */
  ofWindow(key: string): string {
    return this.#windowNumber === 1 ? key : `${key} (window ${this.#windowNumber})`;
  }

  /** Reads all settings; those changed here in the meantime keep the newer value. */
  async load(): Promise<void> {
    const values = await this.#keeper.load();
    for (const [key, value] of Object.entries(values)) {
      if (!this.#due.has(key)) this.#values.set(key, value);
    }
    this.#tell();
  }

  get(key: string): WireValue | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: WireValue): void {
    this.#values.set(key, value);
    this.#due.add(key);
    this.#timer ??= setTimeout(() => void this.flush(), flushMsMax);
    this.#tell();
  }

  /** Takes a value that another window has set; one that was changed here and is not saved yet stays. */
  adopt(key: string, value: WireValue): void {
    if (this.#due.has(key) || this.#values.get(key) === value) return;
    this.#values.set(key, value);
    this.#tell();
  }

  /** Why the last save failed; `undefined` when all is saved or on its way. */
  saveError(): unknown {
    return this.#saveError;
  }

  /** Whether a setting whose key is looked for could not be saved. */
  isUnsaved(isSought: (key: string) => boolean): boolean {
    return this.#saveError !== undefined && [...this.#due].some(isSought);
  }

  /** Sends what is due now. Never rejects: a failure is kept in `saveError`, its keys stay due. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const keys = [...this.#due];
    if (keys.length === 0) return;
    this.#due.clear();
    const outcomes = await Promise.allSettled(
      keys.map((key) => this.#keeper.save(key, this.#values.get(key) ?? null)),
    );
    const failed = outcomes.flatMap((outcome, at) =>
      outcome.status === 'rejected' ? [{ key: keys[at] ?? '', reason: outcome.reason }] : [],
    );
    for (const { key } of failed) this.#due.add(key);
    const before = this.#saveError;
    this.#saveError = failed[0]?.reason;
    if (before !== this.#saveError) this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
