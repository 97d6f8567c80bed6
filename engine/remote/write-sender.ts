/*
 * Sends a guest's writes in the order in which they were called, however many messages each takes. An insert that is
 * too large for one message is sent ahead in pieces, which the owner keeps for the last one; it is one commit all the
 * same.
 */
import { systemClock } from '../base/clock.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { JsonObject } from '../exec/complete-documents.ts';
import { limits } from '../limits.ts';
import type { OwnerConnection } from './owner-connection.ts';
import { roughBytes } from './value-parts.ts';

export class WriteSender {
  readonly #connection: OwnerConnection;
  readonly #sending = new SerialQueue();
  #lastStaging = 0;

  constructor(connection: OwnerConnection) {
    this.#connection = connection;
  }

  /**
   * Sends a write after those that were called before it, what has to be sent ahead of it included. The answer is
   * wrapped, so that the next one is sent while this one is done.
   */
  async inOrder<Result>(
    send: () => Promise<Result>,
    sendAhead?: () => Promise<void>,
  ): Promise<Result> {
    const sent = await this.#sending.run(async () => {
      await sendAhead?.();
      return { answer: send() };
    });
    return sent.answer;
  }

  insert(
    target: { readonly collection: string; readonly transaction?: number },
    documents: readonly JsonObject[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly ids: readonly string[] }> {
    const batches = batchesOf(documents);
    const last = batches.pop() ?? [];
    const options = { signal, isWrite: true };
    if (batches.length === 0) {
      const params = { ...target, documents: last };
      return this.inOrder(() => this.#connection.call('documents.insert', params, options));
    }
    this.#lastStaging += 1;
    const staging = this.#lastStaging;
    const params = { ...target, staging, documents: last };
    return this.inOrder(
      () => this.#connection.call('documents.insert', params, options),
      () => this.#stage(staging, batches, signal),
    );
  }

  async #stage(
    staging: number,
    batches: readonly (readonly JsonObject[])[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const slicer = new TimeSlicer(systemClock, { signal });
    try {
      for (const documents of batches) {
        await slicer.yieldIfDue();
        await this.#connection.call('documents.stage', { staging, documents });
      }
    } catch (error) {
      // When the connection is lost, so is what was staged.
      this.#connection.call('documents.unstage', { staging }).catch(() => undefined);
      throw error;
    }
  }
}

/** Documents in pieces of a message each. */
function batchesOf(documents: readonly JsonObject[]): (readonly JsonObject[])[] {
  const batches: (readonly JsonObject[])[] = [];
  let start = 0;
  let bytes = 0;
  documents.forEach((document, at) => {
    bytes += roughBytes(document);
    const isFull =
      bytes >= limits.remoteBatchBytesMax || at + 1 - start >= limits.remoteBatchRowsMax;
    if (!isFull) return;
    batches.push(documents.slice(start, at + 1));
    start = at + 1;
    bytes = 0;
  });
  if (start < documents.length || batches.length === 0) batches.push(documents.slice(start));
  return batches;
}
