/*
 * One guest, as its owner serves it. The guest gets a backend of its own, so that its operations are ended with its
 * connection and its being read-only is enforced here, whatever its own process does.
 */

import type { Socket } from 'node:net';
import { homedir } from 'node:os';
import {
  type ClientMessage,
  type HostMessage,
  type MethodHandlers,
  Responder,
  type TopicHandlers,
} from '#contract';
import type { JsonValue } from '#engine/aql';
import type { DatabaseBackend, TextOptions, TransactionBackend } from '../database-backend.ts';
import { AuroraError } from '../errors.ts';
import type { QueryRequest } from '../fluent/query.ts';
import { limits } from '../limits.ts';
import { createFrameChannel, type FrameChannel } from './frame-channel.ts';
import { GuestCursors } from './guest-cursors.ts';
import {
  type GuestMethods,
  type GuestTopics,
  guestProtocolVersion,
  type WireRequest,
  type WireTask,
  type WireText,
} from './guest-protocol.ts';
import { GuestStreams } from './guest-streams.ts';
import { GuestTransactions } from './guest-transactions.ts';
import { guestValidation } from './guest-validation.ts';
import { toErrorShape } from './wire-error.ts';

/** What a guest's session needs of the owner. */
export interface GuestHost {
  /** Names the owner's taking of the lock; guests must know it. */
  readonly token: string;
  /** Makes the lock again when somebody has deleted it. */
  readonly keepLock: () => void;
  /** Where a process that died had served guests of the same database. */
  readonly staleAddress: string | undefined;
  readonly isReadOnly: boolean;
  /** A backend over the owner's data, for one guest. */
  openBackend(guest: { readonly readOnly: boolean; readonly pid: number }): DatabaseBackend;
  /** Gets what went wrong with a guest that is gone, and nobody else hears of. */
  readonly onFault: (error: unknown) => void;
}

export class GuestSession {
  readonly #host: GuestHost;
  readonly #channel: FrameChannel<HostMessage, ClientMessage>;
  readonly #cursors = new GuestCursors();
  readonly #streams = new GuestStreams();
  readonly #transactions = new GuestTransactions();
  readonly #startedAt = performance.now();
  readonly #onEnded: () => void;
  #backend: DatabaseBackend | undefined;
  #ending: Promise<void> | undefined;

  constructor(socket: Socket, host: GuestHost, onEnded: () => void) {
    this.#host = host;
    this.#onEnded = onEnded;
    this.#channel = createFrameChannel(socket, {
      messageBytesMax: limits.remoteGreetingBytesMax,
    });
    const responder = new Responder<AbortSignal, GuestMethods, GuestTopics>(this.#channel, {
      host: greeting,
      protocol: guestProtocolVersion,
      methods: this.#methods(),
      topics: this.#topics(),
      validate: guestValidation,
      toWireError: (error) => toErrorShape(this.#ending === undefined ? error : asClosing(error)),
      newCancelSource: () => new AbortController(),
      limits: { callsOpenMax: 4_096, eventsPendingMax: 4_096 },
    });
    responder.onClosed(() => {
      this.#end().catch(host.onFault);
    });
  }

  get isAttached(): boolean {
    return this.#backend !== undefined;
  }

  /** Ends guests that do not attach, do not take what is sent to them, or have fallen silent. */
  check(now: number): void {
    if (!this.isAttached && now - this.#startedAt > limits.guestAttachMsMax) {
      this.#channel.destroy('The guest did not attach in time.');
    }
    const { stalledSince, receivedAt } = this.#channel;
    if (stalledSince !== undefined && now - stalledSince > limits.guestStalledMsMax) {
      this.#channel.destroy('The guest did not take what was sent to it.');
    }
    if (now - receivedAt > limits.guestSilentMsMax) {
      this.#channel.destroy('The guest has fallen silent.');
    }
  }

  /** Ends the connection; resolves when everything that the guest had begun has ended, and was answered. */
  async close(): Promise<void> {
    await this.#end();
    this.#channel.close();
  }

  #end(): Promise<void> {
    this.#ending ??= this.#endAll();
    return this.#ending;
  }

  async #endAll(): Promise<void> {
    // The backend cancels what the guest has under way; commits that have begun are finished.
    await this.#backend?.close();
    this.#streams.closeAll();
    await this.#cursors.closeAll();
    this.#onEnded();
  }

  /** @throws AuroraError for a connection that has not attached */
  #attached(): DatabaseBackend {
    if (this.#backend !== undefined) return this.#backend;
    throw new AuroraError('DatabaseLocked', 'A guest attaches before it does anything else.');
  }

  /** Where a statement runs: in a transaction of the guest, or by itself. */
  #target(transaction: number | undefined): TransactionBackend {
    const backend = this.#attached();
    return transaction === undefined ? backend : this.#transactions.statements(transaction);
  }

  #attach({ token, readOnly, pid }: GuestMethods['database.attach']['params']) {
    if (token !== this.#host.token || this.isAttached) {
      throw new AuroraError('DatabaseLocked', 'This process does not own the database asked for.');
    }
    this.#backend = this.#host.openBackend({ readOnly, pid });
    this.#channel.allow(limits.remoteMessageBytesMax);
    return { pid: process.pid, isReadOnly: this.#host.isReadOnly };
  }

  #methods(): MethodHandlers<AbortSignal, GuestMethods> {
    const cursors = this.#cursors;
    const schemaVersion = () => this.#attached().catalog().version;
    return {
      'database.attach': (params) => this.#attach(params),
      'owner.ping': () => ({}),
      'catalog.get': () => this.#attached().catalog(),
      'jobs.enqueue': async ({ requests }) => ({
        ids: await this.#attached().jobs.enqueue(requests),
      }),
      'jobs.command': (command) => this.#attached().jobs.command(command),
      'jobs.counts': () => this.#attached().jobs.counts(),
      'collections.list': () => this.#attached().collections(),
      'database.position': () => this.#attached().position(),
      'database.stats': () => this.#attached().stats(),
      'database.metrics': () => this.#attached().metrics(),
      'collections.define': async ({ definitions }) => {
        await this.#attached().defineCollections(definitions);
        return { schemaVersion: schemaVersion() };
      },
      'collections.dropEmpty': async ({ collection }) => {
        await this.#attached().dropEmptyCollection(collection);
        return { schemaVersion: schemaVersion() };
      },
      ...this.#documentMethods(),
      'text.execute': async (params, { signal }) => {
        const target = this.#target(params.transaction);
        const result = await target.execute(params.text, textOptions(params, signal));
        return { ...cursors.openValue(plain(result)), schemaVersion: schemaVersion() };
      },
      'transaction.begin': async ({ timeoutMs }) => ({
        transaction: await this.#transactions.begin(this.#attached(), timeoutMs),
      }),
      'transaction.commit': async ({ transaction }) => {
        await this.#transactions.commit(transaction);
        return {};
      },
      'transaction.rollback': async ({ transaction }) => {
        await this.#transactions.rollback(transaction);
        return {};
      },
      'value.next': ({ cursor }) => cursors.nextOfValue(cursor),
      'value.close': async ({ cursor }) => {
        await cursors.close(cursor);
        return {};
      },
      'run.open': (params) => {
        const abort = new AbortController();
        const run = this.#attached().run(params.text, textOptions(params, abort.signal));
        return { cursor: cursors.openRun(run, abort) };
      },
      'run.next': async ({ cursor, rowsMax }) => ({
        ...(await cursors.nextOfRun(cursor, rowsMax)),
        schemaVersion: schemaVersion(),
      }),
      'run.cancel': ({ cursor }) => {
        cursors.cancelRun(cursor, new AuroraError('Cancelled', 'The run was cancelled.'));
        return {};
      },
      'run.close': async ({ cursor }) => {
        await cursors.close(cursor);
        return {};
      },
      ...this.#streamMethods(),
    };
  }

  #streamMethods(): Pick<
    MethodHandlers<AbortSignal, GuestMethods>,
    Extract<keyof GuestMethods, `stream.${string}`>
  > {
    const streams = this.#streams;
    return {
      'stream.open': async ({ request }) => {
        const backend = this.#attached();
        const stream = streams.add(() => backend.follow(request));
        return { stream, position: await backend.position() };
      },
      'stream.next': async ({ stream }) => {
        const { value, done } = await streams.next(stream);
        return { ...this.#cursors.openValue(value), done };
      },
      'stream.close': ({ stream }) => {
        streams.close(stream);
        return {};
      },
    };
  }

  #documentMethods(): Pick<
    MethodHandlers<AbortSignal, GuestMethods>,
    Extract<keyof GuestMethods, `documents.${string}`>
  > {
    const cursors = this.#cursors;
    return {
      'documents.find': async ({ collection, id, transaction }) => {
        const document = await this.#target(transaction).find(collection, id);
        return document === undefined ? {} : { document };
      },
      'documents.select': async (params, { signal }) =>
        cursors.openValue(
          plain(await this.#target(params.transaction).select(toRequest(params, signal))),
        ),
      'documents.count': async (params, { signal }) => ({
        count: await this.#target(params.transaction).count(toRequest(params, signal)),
      }),
      'documents.update': async ({ request, data }, { signal }) => ({
        count: await this.#target(request.transaction).update(toRequest(request, signal), data),
      }),
      'documents.remove': async (params, { signal }) => ({
        count: await this.#target(params.transaction).remove(toRequest(params, signal)),
      }),
      'documents.stage': ({ staging, documents }) => {
        this.#attached();
        cursors.stage(staging, documents);
        return {};
      },
      'documents.unstage': ({ staging }) => {
        cursors.unstage(staging);
        return {};
      },
      'documents.insert': async ({ collection, staging, documents, transaction }, { signal }) => {
        const staged = cursors.takeStaged(staging);
        const all = staged.length === 0 ? documents : [...staged, ...documents];
        return { ids: await this.#target(transaction).insert(collection, all, signal) };
      },
    };
  }

  #topics(): TopicHandlers<GuestTopics> {
    return {
      commits: {
        delivery: 'every',
        start: (_params, sink) => {
          const backend = this.#attached();
          const event = { sequence: backend.sequence(), collections: [], schemaChanged: false };
          sink.emit({ event, catalog: backend.catalog() });
          return backend.onDidCommit((committed) =>
            sink.emit(
              committed.schemaChanged
                ? { event: committed, catalog: backend.catalog() }
                : { event: committed },
            ),
          );
        },
      },
      task: {
        delivery: 'newest',
        start: (task, sink) => {
          const abort = new AbortController();
          const onProgress = (progress: unknown) => sink.emit({ kind: 'progress', progress });
          runTask(this.#attached(), task, { signal: abort.signal, onProgress })
            .then((report) => {
              sink.emit({ kind: 'report', report });
              sink.end();
            })
            .catch((error: unknown) => sink.end(error));
          return () => abort.abort();
        },
      },
    };
  }
}

/** A guest is no page: it learns by attaching what it needs to know. */
const greeting = {
  product: 'Aurora Studio',
  version: String(guestProtocolVersion),
  host: 'owner',
  platform: process.platform,
  capabilities: { dialogs: false, menus: false },
  homeFolder: homedir(),
} as const;

function runTask(
  backend: DatabaseBackend,
  task: WireTask,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: unknown) => void },
): Promise<unknown> {
  switch (task.kind) {
    case 'verify':
      return backend.verify(options);
    case 'backup':
      return backend.backup(task.target, options);
    case 'compact':
      return backend.compact(options);
    case 'plan':
      return backend.editing.planMigration(task.text, options);
    case 'migrationStatus':
      return backend.editing.migrationStatus(task.text, options);
    case 'schemaAt':
      return backend.editing.schemaAt(task.version, options);
    case 'migrations':
      return backend.editing.runningMigrations(task.order);
    case 'history':
      return backend.editing.history(task.request, options);
    case 'inverse':
      return backend.editing.inverse(task.position, options);
    case 'rollBack':
      return backend.editing.rollBackMigration({ ...task, signal: options.signal });
    case 'explain':
      return backend.editing.explain(task.text, { ...task.options, signal: options.signal });
    case 'preview':
      return backend.editing.preview(task.text, { ...task.options, signal: options.signal });
  }
}

function toRequest(
  { collection, where, orderBy, limit, offset, ifVersion }: WireRequest,
  signal: AbortSignal,
): QueryRequest {
  return { collection, where, orderBy, limit, offset, ifVersion, signal };
}

function textOptions(
  { variables, operationName, rowsMax, origins }: WireText,
  signal: AbortSignal,
): TextOptions {
  return { variables, operationName, rowsMax, origins, signal };
}

/** What the engine gives is JSON already; its types are narrower than the type of JSON values. */
function plain(value: unknown): JsonValue {
  return value as JsonValue;
}

/** Nobody cancelled what ends because the owner closes the database: the guest is to know that its owner goes away. */
function asClosing(error: unknown): unknown {
  if (!(error instanceof AuroraError) || error.code !== 'Cancelled') return error;
  return new AuroraError('DatabaseClosed', 'The owner closes the database.', { cause: error });
}
