import type { CatalogSamples, CatalogShape, DistinctCounts } from '#engine/aql';
import type {
  FromLanguageWorker,
  LanguageQuestions,
  Question,
  QuestionName,
  ToLanguageWorker,
} from './language-protocol.ts';
import type { UserSnippet } from './user-snippet.ts';

/** What of a worker the client needs. */
export interface LanguagePort {
  postMessage(message: ToLanguageWorker): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: FromLanguageWorker }) => void,
  ): void;
}

/** Says that nobody waits for an answer any more; Monaco's cancellation tokens are of this kind. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The page's side of the protocol. One client serves all editors. */
export class LanguageClient {
  readonly #port: LanguagePort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #unsent = new Map<string, () => string>();
  #lastId = 0;

  constructor(port: LanguagePort) {
    this.#port = port;
    port.addEventListener('message', ({ data }) => this.#settle(data));
  }

  /** Notes that the text is another one; it is read and sent when something is asked about it, not at every edit. */
  setText(document: string, read: () => string): void {
    this.#unsent.set(document, read);
  }

  setCatalog(document: string, catalog: CatalogShape): void {
    this.#port.postMessage({ kind: 'catalog', document, catalog });
  }

  setValues(document: string, samples: CatalogSamples, distinctCounts: DistinctCounts): void {
    this.#port.postMessage({ kind: 'values', document, samples, distinctCounts });
  }

  /** Gives the person's own snippets, for all documents. */
  setSnippets(snippets: readonly UserSnippet[]): void {
    this.#port.postMessage({ kind: 'snippets', snippets });
  }

  close(document: string): void {
    this.#unsent.delete(document);
    this.#port.postMessage({ kind: 'close', document });
  }

  /** Asks about the last text and catalog sent for the document. Rejects when the service fails. */
  ask<Name extends QuestionName>(
    document: string,
    question: { readonly name: Name } & LanguageQuestions[Name]['ask'],
  ): Promise<LanguageQuestions[Name]['answer']>;
  ask(document: string, question: Question) {
    return this.#send(this.#newId(), document, question);
  }

  /** As `ask`, but gives `undefined` once the answer is not wanted any more, and spares the worker the work. */
  askUntil<Name extends QuestionName>(
    cancellation: Cancellation,
    document: string,
    question: { readonly name: Name } & LanguageQuestions[Name]['ask'],
  ): Promise<LanguageQuestions[Name]['answer'] | undefined>;
  async askUntil(cancellation: Cancellation, document: string, question: Question) {
    if (cancellation.isCancellationRequested) return undefined;
    const id = this.#newId();
    const listening = cancellation.onCancellationRequested(() => this.#cancel(id));
    try {
      return await this.#send(id, document, question);
    } finally {
      listening.dispose();
    }
  }

  #newId(): number {
    this.#lastId++;
    return this.#lastId;
  }

  #send(id: number, document: string, question: Question): Promise<unknown> {
    const read = this.#unsent.get(document);
    this.#unsent.delete(document);
    if (read !== undefined) this.#port.postMessage({ kind: 'text', document, text: read() });
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ kind: 'ask', id, document, question });
    });
  }

  #cancel(id: number): void {
    this.#waiting.get(id)?.resolve(undefined);
    this.#waiting.delete(id);
    this.#port.postMessage({ kind: 'cancel', id });
  }

  #settle(message: FromLanguageWorker): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.answer);
    else waiting?.reject(new Error(`The language service failed: ${message.message}`));
  }
}
