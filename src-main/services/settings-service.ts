import { join } from 'node:path';
import { WireError, type WireValue } from '#contract';
import { JsonFile } from './json-file.ts';
import { serviceLimits } from './limits.ts';
import { isWireValue } from './wire-value.ts';

/** The settings of this person on this host; kept in the data folder, bounded in number and size. */
export class SettingsService {
  readonly #file: JsonFile<{ readonly [key: string]: WireValue }>;
  readonly #values = new Map<string, WireValue>();
  /** What was set here, which is what this host writes over what the file holds. */
  readonly #own = new Map<string, WireValue>();
  readonly #lengths = new Map<string, number>();
  readonly #listeners = new Set<(key: string) => void>();
  #loading: Promise<void> | undefined;

  constructor(dataFolder: string, log: (line: string) => void) {
    this.#file = new JsonFile({
      path: join(dataFolder, 'settings.json'),
      initial: {},
      decode: decodeSettings,
      log,
    });
  }

  async get(): Promise<{ readonly [key: string]: WireValue }> {
    await this.#load();
    return Object.fromEntries(this.#values);
  }

  /** One setting; `undefined` when it was never set. */
  async value(key: string): Promise<WireValue | undefined> {
    await this.#load();
    return this.#values.get(key);
  }

  /** Returns after the setting is on disk. */
  async set(key: string, value: WireValue): Promise<void> {
    await this.#load();
    const length = key.length + JSON.stringify(value).length;
    this.#checkRoom(key, length);
    const isOther = this.#values.get(key) !== value;
    this.#values.set(key, value);
    this.#lengths.set(key, length);
    this.#own.set(key, value);
    if (isOther) for (const listener of [...this.#listeners]) listener(key);
    await this.#file.update((values) => ({ ...values, ...Object.fromEntries(this.#own) }));
  }

  /**
   * Calls the listener with the key of each setting that gets another value, or a list or an object anew, until the
   * returned function is called.
   */
  onDidChange(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #checkRoom(key: string, length: number): void {
    let total = length;
    for (const [other, otherLength] of this.#lengths) if (other !== key) total += otherLength;
    const isNew = !this.#values.has(key);
    const { settingLengthMax, settingsLengthMax, settingsMax } = serviceLimits;
    if (length > settingLengthMax) {
      throw tooLarge(`The setting "${key}" has ${length} characters; ${settingLengthMax} fit.`);
    }
    if (total > settingsLengthMax) {
      throw tooLarge(
        `With "${key}" the settings have ${total} characters; ${settingsLengthMax} fit.`,
      );
    }
    if (isNew && this.#values.size >= settingsMax) {
      throw tooLarge(`There are ${settingsMax} settings already, so "${key}" was not added.`);
    }
  }

  #load(): Promise<void> {
    this.#loading ??= this.#file.read().then(
      (values) => {
        for (const [key, value] of Object.entries(values)) {
          this.#values.set(key, value);
          this.#lengths.set(key, key.length + JSON.stringify(value).length);
        }
      },
      (error: unknown) => {
        this.#loading = undefined; // What the system refused once, it may give the next time.
        throw error;
      },
    );
    return this.#loading;
  }
}

function decodeSettings(content: unknown): { readonly [key: string]: WireValue } | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const entries = Object.entries(content);
  const isValid = entries.every((entry): entry is [string, WireValue] => isWireValue(entry[1]));
  return isValid ? Object.fromEntries(entries) : undefined;
}

function tooLarge(message: string): WireError {
  return new WireError({
    code: 'LimitExceeded',
    message,
    hint: 'Close tabs with very long texts, or save them as files.',
  });
}
