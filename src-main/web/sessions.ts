import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/*
 * Who may talk to the host. The address that is printed carries a token of 256 bits in its fragment, which no browser
 * sends anywhere; the page exchanges it for a session, whose cookie outlives a reload. Only digests are kept, so that
 * comparing takes the same time whatever was sent.
 */

/** Sessions one host keeps; the oldest goes when there are more. */
const sessionsMax = 256;

/** A launch token is seen by every user of the machine in the browser's command line, so it ends soon. */
const launchTokenMsMax = 60_000;

export class Sessions {
  /** The token of the printed address; good for as long as the host runs. */
  readonly token = newSecret();
  readonly #tokenDigest = digest(this.token);
  readonly #sessions = new Set<string>();
  readonly #now: () => number;
  readonly #onStart: (digest: string) => void;
  #launch: { readonly digest: Buffer; readonly endsAt: number } | undefined;

  /** `kept` are the digests of sessions of an earlier host; `onStart` is told that of each new one. */
  constructor(
    now: () => number,
    kept: readonly string[] = [],
    onStart: (digest: string) => void = () => undefined,
  ) {
    this.#now = now;
    this.#onStart = onStart;
    for (const each of kept.slice(-sessionsMax)) this.#sessions.add(each);
  }

  /** Issues a token for opening a browser: good once, for a minute. A new one replaces the one before. */
  issueLaunchToken(): string {
    const token = newSecret();
    this.#launch = { digest: digest(token), endsAt: this.#now() + launchTokenMsMax };
    return token;
  }

  /** Starts a session and gives its secret, or undefined when the token is not one of ours. */
  exchange(token: string): string | undefined {
    if (!this.#isToken(digest(token))) return undefined;
    const secret = newSecret();
    const started = digest(secret).toString('hex');
    this.#sessions.add(started);
    this.#onStart(started);
    const [oldest] = this.#sessions;
    if (this.#sessions.size > sessionsMax && oldest !== undefined) this.#sessions.delete(oldest);
    return secret;
  }

  has(secret: string | undefined): boolean {
    return secret !== undefined && this.#sessions.has(digest(secret).toString('hex'));
  }

  #isToken(given: Buffer): boolean {
    if (timingSafeEqual(given, this.#tokenDigest)) return true;
    const launch = this.#launch;
    if (launch === undefined || !timingSafeEqual(given, launch.digest)) return false;
    this.#launch = undefined;
    return this.#now() < launch.endsAt;
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
