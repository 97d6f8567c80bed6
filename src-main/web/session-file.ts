import { join } from 'node:path';
import { JsonFile } from '../services/json-file.ts';

/*
 * The sessions of a host's browsers, kept in the data folder so that a page finds its way back to a host that was started
 * anew at the same address. Digests of secrets of 256 bits are written, from which no secret can be had; they end after a
 * week.
 */

/** A session by the digest of its secret. */
export interface KeptSession {
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const sessionMsMax = 7 * 24 * 60 * 60_000;
const sessionsMax = 256;

export class SessionFile {
  readonly #file: JsonFile<readonly KeptSession[]>;
  readonly #now: () => number;
  readonly #log: (line: string) => void;

  constructor(options: {
    readonly dataFolder: string;
    readonly now: () => number;
    readonly log: (line: string) => void;
  }) {
    const { dataFolder, now, log } = options;
    const path = join(dataFolder, 'web-sessions.json');
    this.#file = new JsonFile({ path, decode, initial: [], log });
    this.#now = now;
    this.#log = log;
  }

  /** Digests of the sessions that are still good; none when they cannot be read, which is logged. */
  async read(): Promise<readonly string[]> {
    try {
      return (await this.#file.read())
        .filter((each) => this.#isGood(each))
        .map(({ digest }) => digest);
    } catch (error) {
      this.#log(`The sessions of before cannot be read. ${String(error)}`);
      return [];
    }
  }

  /** Keeps a session; one that cannot be kept ends with the host, which is logged. */
  async keep(digest: string): Promise<void> {
    const added = { digest, startedAt: this.#now() };
    await this.#file
      .update((before) =>
        [...before.filter((each) => this.#isGood(each)), added].slice(-sessionsMax),
      )
      .catch((error: unknown) => this.#log(`A session is not kept. ${String(error)}`));
  }

  #isGood({ startedAt }: KeptSession): boolean {
    return startedAt > this.#now() - sessionMsMax;
  }
}

function decode(content: unknown): readonly KeptSession[] | undefined {
  if (!Array.isArray(content)) return undefined;
  return content.flatMap((each: unknown): readonly KeptSession[] => {
    if (typeof each !== 'object' || each === null) return [];
    if (!('digest' in each) || !('startedAt' in each)) return [];
    const { digest, startedAt } = each;
    return typeof digest === 'string' && typeof startedAt === 'number'
      ? [{ digest, startedAt }]
      : [];
  });
}
