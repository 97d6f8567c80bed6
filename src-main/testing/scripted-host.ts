import {
  type Channel,
  type ClientMessage,
  type HostInfo,
  type HostMessage,
  type MethodHandlers,
  Responder,
  type ResponderLimits,
  type TopicSink,
  WireError,
  type WireErrorShape,
} from '#contract';

export const hostInfo: HostInfo = {
  product: 'Scripted host',
  version: '0.0.0',
  host: 'in-process',
  platform: 'test',
  capabilities: { dialogs: false, menus: false },
  homeFolder: '/',
};

/** A host whose `catalog.get` waits until it is told or cancelled, and whose runs produce numbered rows when pulled. */
export class ScriptedHost {
  readonly waiting: { finish(): void; readonly signal: AbortSignal }[] = [];
  readonly sinks: {
    databases: TopicSink<'databases'>[];
    commands: TopicSink<'host.command'>[];
  } = { databases: [], commands: [] };
  topicsStopped = 0;
  batchesProduced = 0;
  cursorsOpen = 0;
  batchesTotal = 10;
  responder: Responder<AbortSignal> | undefined;

  serve(channel: Channel<HostMessage, ClientMessage>, limits: Partial<ResponderLimits> = {}): void {
    this.responder = new Responder(channel, {
      host: hostInfo,
      methods: this.#methods(),
      topics: {
        databases: {
          delivery: 'newest',
          start: (_params, sink) => {
            this.sinks.databases.push(sink);
            sink.emit({ open: [], recent: [] });
            return this.#stop;
          },
        },
        catalog: {
          delivery: 'newest',
          start: () => {
            throw new WireError({ code: 'DatabaseNotOpen', message: 'There is none.' });
          },
        },
        history: { delivery: 'newest', start: () => this.#stop },
        savedQueries: { delivery: 'newest', start: () => this.#stop },
        'host.command': {
          delivery: 'every',
          start: (_params, sink) => {
            this.sinks.commands.push(sink);
            return this.#stop;
          },
        },
      },
      validate: {
        params: (_method, params) => {
          if (typeof params === 'object' && params !== null) return params as never;
          throw new WireError({ code: 'InvalidParams', message: 'Parameters are an object.' });
        },
        topicParams: (_topic, params) => params as never,
      },
      toWireError: (error): WireErrorShape =>
        error instanceof WireError
          ? error.toShape()
          : { code: 'Internal', message: 'A fault of the program.' },
      newCancelSource: () => new AbortController(),
      limits,
    });
  }

  readonly #stop = () => {
    this.topicsStopped += 1;
  };

  #methods(): MethodHandlers<AbortSignal> {
    const refuse = () => {
      throw new Error('not scripted');
    };
    return {
      'host.info': () => hostInfo,
      'host.pickFolder': async ({ purpose }) => ({ path: purpose }),
      'databases.list': refuse,
      'databases.open': ({ path }) => {
        throw new WireError({
          code: 'DatabaseNotFound',
          message: `There is no database at ${path}.`,
          hint: 'Create it.',
          span: { start: 1, end: 2 },
          details: { path, nested: { list: [1, null, 'x'] } },
          diagnostics: [
            { code: 'SyntaxError', severity: 'error', span: { start: 3, end: 4 }, message: 'No.' },
          ],
        });
      },
      'databases.openSample': refuse,
      'databases.close': refuse,
      'databases.forget': refuse,
      'catalog.get': (_params, { signal }) =>
        new Promise((resolve, reject) => {
          const finish = () => resolve({ version: 1, collections: [], migrations: [] });
          this.waiting.push({ finish, signal });
          signal.addEventListener('abort', () =>
            reject(new WireError({ code: 'Cancelled', message: 'Stopped.' })),
          );
        }),
      'catalog.samples': refuse,
      'catalog.indexes': refuse,
      'query.preview': refuse,
      'edits.read': refuse,
      'edits.commit': refuse,
      'edits.history': refuse,
      'edits.inverse': refuse,
      'imports.begin': refuse,
      'imports.send': refuse,
      'imports.cancel': refuse,
      'imports.rejects': refuse,
      'imports.close': refuse,
      'migrations.applied': refuse,
      'migrations.order': refuse,
      'migrations.plan': refuse,
      'migrations.planRollback': refuse,
      'migrations.rollBack': refuse,
      'audit.keep': refuse,
      'exports.begin': refuse,
      'exports.cancel': refuse,
      'jobs.find': refuse,
      'jobs.get': refuse,
      'jobs.errors': refuse,
      'jobs.preview': refuse,
      'jobs.order': refuse,
      'jobs.cancelOrder': refuse,
      'jobs.runWorkers': refuse,
      'history.list': refuse,
      'history.clear': refuse,
      'savedQueries.list': refuse,
      'savedQueries.read': refuse,
      'savedQueries.save': refuse,
      'savedQueries.rename': refuse,
      'savedQueries.delete': refuse,
      'savedQueries.test': refuse,
      'query.explain': refuse,
      'query.hints': refuse,
      'query.open': () => {
        this.cursorsOpen += 1;
        return { cursor: 'c1' };
      },
      'query.next': ({ rowsMax }) => {
        if (this.batchesProduced === this.batchesTotal) return { parts: [], done: true };
        this.batchesProduced += 1;
        const numbers = Array.from({ length: rowsMax }, (_, row) => row + this.batchesProduced);
        const batch = { rowCount: rowsMax, columns: [numbers, numbers.map((n) => `row ${n}`)] };
        return { parts: [{ kind: 'rows', result: this.batchesProduced, batch }], done: false };
      },
      'query.close': () => {
        this.cursorsOpen -= 1;
        return {};
      },
      'maintenance.start': refuse,
      'maintenance.cancel': refuse,
      'settings.get': () => ({ values: {} }),
      'settings.set': () => ({}),
      'staged.save': () => ({}),
    };
  }
}
