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

  constructor(dataFolder: string, log: (line: string) => void) {
    this.#file = new JsonFile<readonly RecentEntry[]>({
      path: join(dataFolder, 'recent-databases.json'),
      initial: [],
      decode: (content) => {
        const parsed = v.safeParse(fileSchema, content);
        return parsed.success ? parsed.output : undefined;
      },
      log,
    });
  }

  list(): Promise<readonly RecentEntry[]> {
    return this.#file.read();
  }

  add(entry: RecentEntry): Promise<void> {
    return this.#file.update((entries) =>
      [entry, ...entries.filter((other) => other.path !== entry.path)].slice(
        0,
        serviceLimits.recentMax,
      ),
    );
  }

  forget(path: string): Promise<void> {
    return this.#file.update((entries) => entries.filter((entry) => entry.path !== path));
  }
}
