import { join } from 'node:path';
import * as v from 'valibot';
import { JsonFile } from './json-file.ts';
import { serviceLimits } from './limits.ts';

export interface RecentEntry {
  readonly name: string;
  readonly path: string;
  readonly openedAt: number;
}

const fileSchema = v.array(v.object({ name: v.string(), path: v.string(), openedAt: v.number() }));

/** The databases that were opened on this host, the latest first; kept in the data folder. */
export class RecentDatabases {
  readonly #file: JsonFile<readonly RecentEntry[]>;
  #loading: Promise<void> | undefined;
  #entries: readonly RecentEntry[] = [];

  constructor(dataFolder: string, log: (line: string) => void) {
    this.#file = new JsonFile({
      path: join(dataFolder, 'recent-databases.json'),
      initial: [],
      decode: (content) => {
        const parsed = v.safeParse(fileSchema, content);
        return parsed.success ? parsed.output : undefined;
      },
      log,
    });
  }

  async list(): Promise<readonly RecentEntry[]> {
    await this.#load();
    return this.#entries;
  }

  async add(entry: RecentEntry): Promise<void> {
    await this.#load();
    const others = this.#entries.filter((other) => other.path !== entry.path);
    this.#entries = [entry, ...others].slice(0, serviceLimits.recentMax);
    await this.#file.write(this.#entries);
  }

  async forget(path: string): Promise<void> {
    await this.#load();
    this.#entries = this.#entries.filter((entry) => entry.path !== path);
    await this.#file.write(this.#entries);
  }

  #load(): Promise<void> {
    this.#loading ??= this.#file.read().then(
      (entries) => {
        this.#entries = entries;
      },
      (error: unknown) => {
        this.#loading = undefined; // What the system refused once, it may give the next time.
        throw error;
      },
    );
    return this.#loading;
  }
}
