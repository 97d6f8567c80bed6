/*
 * How often one client may ask: a bucket of tokens for each address, filled evenly and as large as what two seconds
 * bring. The table of clients is bounded; the client that was quiet for longest is forgotten, which only ever gives it
 * a full bucket again.
 */
import { serverLimits } from './server-limits.ts';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const burstSeconds = 2;

export class RequestRate {
  readonly #perSecond: number;
  readonly #now: () => number;
  /** By address, the one that asked last at the end. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param now Milliseconds that never go back. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Counts a request: 0 when it may go on, else the seconds after which the client may ask again. */
  take(address: string): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return 0;
    const now = this.#now();
    const sizeMax = this.#perSecond * burstSeconds;
    const known = this.#buckets.get(address);
    const filled =
      known === undefined
        ? sizeMax
        : Math.min(sizeMax, known.tokens + ((now - known.filledAtMs) / 1_000) * this.#perSecond);
    const isAllowed = filled >= 1;
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: isAllowed ? filled - 1 : filled, filledAtMs: now });
    if (this.#buckets.size > serverLimits.ratedClientsMax) {
      const [quietest] = this.#buckets.keys();
      if (quietest !== undefined) this.#buckets.delete(quietest);
    }
    return isAllowed ? 0 : Math.ceil((1 - filled) / this.#perSecond);
  }
}
