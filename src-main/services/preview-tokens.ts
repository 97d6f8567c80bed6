import { createHash, randomUUID } from 'node:crypto';
import type { DatabaseId, Params } from '#contract';
import type { Clock } from './clock.ts';
import { serviceLimits } from './limits.ts';

/*
 * A token says that somebody asked what a run would touch. It holds for one run of exactly that text, with exactly
 * those variables, on that database, and for a limited time. Kept in memory: after a restart every write is previewed
 * anew.
 */

export type PreviewedRun = Pick<Params<'query.open'>, 'database' | 'text' | 'variables'>;

interface Issued {
  readonly digest: string;
  readonly expiresAt: number;
}

export class PreviewTokens {
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #issued = new Map<string, Issued>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(run: PreviewedRun): string {
    const { previewTokenMsMax, previewTokensMax } = serviceLimits;
    const token = randomUUID();
    const expiresAt = this.#clock.now() + previewTokenMsMax;
    this.#issued.set(token, { digest: digestOf(run), expiresAt });
    for (const [old, { expiresAt: end }] of this.#issued) {
      if (this.#issued.size <= previewTokensMax && end > this.#clock.now()) break;
      this.#issued.delete(old);
    }
    return token;
  }

  /** What was looked at before does not count any more. */
  clear(): void {
    this.#issued.clear();
  }

  /** True when the token is one of this run. It is spent, whatever comes of the run. */
  redeem(token: string, run: PreviewedRun): boolean {
    const issued = this.#issued.get(token);
    if (issued === undefined || issued.digest !== digestOf(run)) return false;
    this.#issued.delete(token);
    return issued.expiresAt > this.#clock.now();
  }
}

function digestOf({ database, text, variables }: PreviewedRun): string {
  const parts: readonly [DatabaseId, string, unknown] = [database, text, variables ?? {}];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
