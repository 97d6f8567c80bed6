/*
 * One request with its answer, as routes see it. Its signal is aborted when the client goes away and when the time of
 * the request is over, so whatever runs for it ends with it. Answers are written as fast as the client takes them; one
 * that takes nothing is cut off.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Grant } from './grant.ts';
import { HttpFailure } from './http-failure.ts';
import { jsonPieces } from './json-pieces.ts';
import { securityHeaders } from './security-headers.ts';
import { serverLimits } from './server-limits.ts';

export interface ExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly grant: Grant;
  readonly timeMsMax: number;
  readonly bodyBytesMax: number;
}

export class Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  /** What its sender may do. */
  readonly grant: Grant;
  /** Decoded parts of the path. */
  readonly path: readonly string[];
  readonly #response: ServerResponse;
  readonly #bodyBytesMax: number;
  readonly #query: string;
  readonly #timeMsMax: number;
  /** Those that the answer will have beside its own. */
  readonly #headers: Record<string, string> = { ...securityHeaders };
  #search: URLSearchParams | undefined;
  /** Made when somebody asks for the signal; what is answered at once needs none. */
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasTimeLimit = true;
  #isGuarded = false;

  /** @throws HttpFailure for a path that cannot be read */
  constructor({ request, response, grant, timeMsMax, bodyBytesMax }: ExchangeOptions) {
    this.request = request;
    this.method = request.method ?? 'GET';
    this.grant = grant;
    const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
    this.path = decodePath(path);
    this.#query = query;
    this.#timeMsMax = timeMsMax;
    this.#response = response;
    this.#bodyBytesMax = bodyBytesMax;
  }

  get search(): URLSearchParams {
    this.#search ??= new URLSearchParams(this.#query);
    return this.#search;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#startController();
    return this.#controller.signal;
  }

  #startController(): AbortController {
    const controller = new AbortController();
    const response = this.#response;
    const goneAway = () => controller.abort(new Error('The client went away.'));
    if (response.destroyed) goneAway();
    if (this.#hasTimeLimit) {
      this.#timer = setTimeout(() => {
        controller.abort(new DOMException('The time of the request is over.', 'TimeoutError'));
      }, this.#timeMsMax);
    }
    response.once('close', () => {
      this.endTimeLimit();
      if (!response.writableFinished) goneAway();
    });
    return controller;
  }

  get isAnswered(): boolean {
    return this.#response.headersSent;
  }

  /** For answers that go on as long as the client listens. */
  endTimeLimit(): void {
    this.#hasTimeLimit = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The media type of the body, in lower case, without parameters. */
  get contentType(): string {
    return (this.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  }

  setHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  /** The whole body as text. @throws HttpFailure 413, 400 for what is not UTF-8 */
  async text(): Promise<string> {
    const bytes = await this.#body();
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      throw unreadable('The body is not UTF-8.', error);
    }
  }

  /** The body in the pieces in which it comes; a client that sends nothing for long is cut off. */
  chunks(): AsyncIterable<Uint8Array> {
    this.#guardAgainstSilence();
    return this.request;
  }

  #body(): Promise<Buffer> {
    const { request } = this;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const settle = (act: () => void) => {
        clearTimeout(timer);
        request.off('data', take).off('end', end).off('close', cut).off('error', cut);
        // What is still to come is not wanted.
        request.on('error', () => undefined);
        act();
      };
      const take = (bytes: Buffer) => {
        size += bytes.length;
        if (size > this.#bodyBytesMax) settle(() => reject(this.#tooLarge()));
        else chunks.push(bytes);
      };
      const end = () =>
        settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
      // Who goes away in the middle of a body is no fault of the server.
      const cut = (error?: unknown) =>
        settle(() => reject(unreadable('The body ended too early.', error)));
      const timer = setTimeout(() => settle(() => reject(tooSlow())), serverLimits.bodyMsMax);
      request.on('data', take).on('end', end).on('close', cut).on('error', cut);
    });
  }

  /** The body as JSON. @throws HttpFailure 400, 413, 415 */
  async json(): Promise<unknown> {
    if (this.contentType !== 'application/json') {
      throw new HttpFailure(415, 'InvalidValue', 'The body must be application/json.', {
        Accept: 'application/json',
      });
    }
    return parseJson(await this.text(), 'The body');
  }

  /** Answers with a text that is at hand. */
  send(status: number, headers: OutgoingHttpHeaders, body = ''): void {
    const hasBody = status !== 204 && status !== 304;
    if (hasBody) this.#headers['Content-Length'] = String(Buffer.byteLength(body));
    this.#writeHead(status, headers);
    this.#response.end(hasBody && this.method !== 'HEAD' ? body : undefined);
    this.#guardEnd();
  }

  #writeHead(status: number, headers: OutgoingHttpHeaders): void {
    this.#response.writeHead(status, { ...this.#headers, ...headers });
  }

  /** Answers with a text of JSON. */
  sendJsonText(status: number, text: string): void {
    this.send(status, { 'Content-Type': 'application/json; charset=utf-8' }, text);
  }

  /** Answers with JSON, written in pieces. */
  async sendJson(status: number, value: unknown, contentType = 'application/json'): Promise<void> {
    await this.stream(status, contentType, jsonPieces(value));
  }

  /**
   * Answers with texts as they come, gathered to pieces of a useful size. A failure before the first piece can still
   * become an answer of its own; one after it cuts the connection, which every client can tell from an end.
   */
  async stream(
    status: number,
    contentType: string,
    texts: AsyncIterable<string> | Iterable<string>,
  ): Promise<void> {
    let piece = '';
    const type = { 'Content-Type': `${contentType}; charset=utf-8` };
    for await (const gathered of gather(texts)) {
      piece = gathered;
      if (piece.length < serverLimits.pieceBytes) break;
      if (!this.isAnswered) this.#writeHead(status, type);
      await this.write(piece);
      piece = '';
      await setImmediate();
    }
    if (!this.isAnswered) this.send(status, type, piece);
    else {
      this.#response.end(piece);
      this.#guardEnd();
    }
  }

  /** Begins an answer whose pieces are written one by one. */
  begin(status: number, headers: OutgoingHttpHeaders): void {
    this.#writeHead(status, headers);
    this.#response.flushHeaders();
  }

  /** Writes a piece; resolves when the client takes more. @throws what ended the request */
  async write(piece: string): Promise<void> {
    this.signal.throwIfAborted();
    if (this.method === 'HEAD' || this.#response.write(piece)) return;
    const stalled = this.#startStalling();
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void) => () => {
        this.#response.off('drain', drained);
        this.signal.removeEventListener('abort', aborted);
        clearTimeout(stalled);
        act();
      };
      const drained = settle(resolve);
      const aborted = settle(() => reject(this.signal.reason));
      this.#response.once('drain', drained);
      this.signal.addEventListener('abort', aborted);
    });
  }

  /** Writes something that may as well be left out, if the client takes anything at all. */
  ping(piece: string): void {
    if (!this.signal.aborted && !this.#response.writableNeedDrain) this.#response.write(piece);
  }

  end(): void {
    this.#response.end();
    this.#guardEnd();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#response.destroy();
  }

  /**
   * Cuts a client off that takes nothing for too long. A timer of our own, because a socket's waits twice as long for a
   * write that has begun.
   */
  #startStalling(): NodeJS.Timeout {
    return setTimeout(() => this.#response.destroy(), serverLimits.stalledMsMax);
  }

  /** The same for the rest of an answer. */
  #guardEnd(): void {
    if (this.#response.writableLength === 0) return;
    const stalled = this.#startStalling();
    this.#response.once('close', () => clearTimeout(stalled));
  }

  /** Cuts a client off that sends nothing for too long. */
  #guardAgainstSilence(): void {
    if (!this.#isGuarded) this.#response.on('timeout', () => this.#response.destroy());
    this.#isGuarded = true;
    this.#response.setTimeout(serverLimits.stalledMsMax);
  }

  #tooLarge(): HttpFailure {
    return new HttpFailure(
      413,
      'LimitExceeded',
      `A body has at most ${this.#bodyBytesMax} bytes here.`,
      // What is still to come of it is not read.
      { Connection: 'close' },
    );
  }
}

/** The texts, gathered to pieces of a useful size; the last one may be smaller, and empty. */
async function* gather(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  if (Symbol.iterator in texts) {
    // What is at hand needs no turn of its own for each text.
    for (const text of texts) {
      piece += text;
      if (piece.length < serverLimits.pieceBytes) continue;
      yield piece;
      piece = '';
    }
  } else {
    for await (const text of texts) {
      piece += text;
      if (piece.length < serverLimits.pieceBytes) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** @throws HttpFailure 400 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`${what} is no JSON.`, error);
  }
}

function tooSlow(): HttpFailure {
  const seconds = serverLimits.bodyMsMax / 1_000;
  return new HttpFailure(408, 'Timeout', `A body has to come within ${seconds} s.`, {
    Connection: 'close',
  });
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decodePath(path: string): readonly string[] {
  try {
    const parts = path.split('/').slice(1);
    return path.includes('%') ? parts.map(decodeURIComponent) : parts;
  } catch (error) {
    throw unreadable('The path is not encoded as a URL must be.', error);
  }
}

function unreadable(message: string, cause: unknown): HttpFailure {
  return new HttpFailure(400, 'InvalidValue', message, {}, cause);
}
