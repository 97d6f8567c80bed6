/* A subscription as a run: its result gets a row for each event as they come, until it is ended. */
import {
  AuroraError,
  type Database,
  type EventStream,
  type RunHead,
  type RunPart,
  type SubscriptionEvent,
} from '#engine';
import { type BoundField, type BoundStatement, bind, type JsonValue, parse } from '#engine/aql';

/** Announces the events of a subscription; a field has its value after the event, or before it where it was removed. */
export type SubscriptionHead = Omit<RunHead, 'statementKind'> & {
  readonly statementKind: 'subscription';
};

interface SubscriptionPull {
  readonly parts: readonly (RunPart | SubscriptionHead)[];
  readonly done: boolean;
  /** Nobody knows how many will come. */
  readonly progress?: undefined;
}

type BoundSubscription = Extract<BoundStatement, { kind: 'subscription' }>;

/** Names that no selection gives. */
const factColumns: SubscriptionHead['columns'] = [
  { name: '_event', path: '', type: { kind: 'scalar', name: 'String' }, nullable: false },
  { name: '_commit', path: '', type: { kind: 'scalar', name: 'Int' }, nullable: false },
  { name: '_id', path: '', type: { kind: 'scalar', name: 'Uuid' }, nullable: true },
];

/** True for a text whose only statement is a subscription. */
export function isSubscription(database: Database, text: string): boolean {
  if (!text.includes('subscription')) return false;
  const { statements } = database.check(text);
  return statements.length === 1 && statements[0]?.kind === 'subscription';
}

export class SubscriptionRun {
  readonly #head: SubscriptionHead;
  readonly #fields: readonly string[];
  readonly #events: EventStream<SubscriptionEvent>;
  readonly #startedAt = performance.now();
  #isAnnounced = false;
  #rowCount = 0;

  /** @throws AuroraError for a text that is wrong, with all findings in `diagnostics` */
  constructor(database: Database, text: string, variables: Readonly<Record<string, JsonValue>>) {
    database.prepare(text);
    const { root, span } = boundSubscription(database, text);
    const columns = root.selection.map(columnOf);
    this.#fields = columns.map(({ name }) => name);
    this.#head = {
      ...{ kind: 'head', result: 0, statementKind: 'subscription', span },
      title: root.responseKey,
      columns: [...factColumns, ...columns],
    };
    this.#events = database.stream(text, { variables });
  }

  /** Waits for an event, and gives those that are there, up to `rowsMax`. */
  async next(rowsMax: number): Promise<SubscriptionPull> {
    if (!this.#isAnnounced) {
      this.#isAnnounced = true;
      return { parts: [this.#head], done: false };
    }
    try {
      const first = await this.#events.next();
      if (first.done === true) return { parts: [this.#summary()], done: true };
      const events = [first.value];
      while (events.length < rowsMax) {
        const event = this.#events.take();
        if (event === undefined) break;
        events.push(event);
      }
      this.#rowCount += events.length;
      return { parts: [this.#rows(events)], done: false };
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      return { parts: [{ kind: 'failed', error, span: this.#head.span }], done: true };
    }
  }

  async close(): Promise<void> {
    this.#events.close();
  }

  #rows(events: readonly SubscriptionEvent[]): RunPart {
    const facts = [
      events.map(({ type }) => type),
      events.map(({ lsn }) => lsn),
      events.map((event) => (event.type === 'Lagged' ? null : event.id)),
    ];
    const shown = events.map((event) =>
      event.type === 'Lagged' ? undefined : (event.node ?? event.previous),
    );
    const values = this.#fields.map((name) => shown.map((document) => document?.[name] ?? null));
    const missing = this.#fields.map((name) =>
      shown.flatMap((document, row) => (document?.[name] === undefined ? [row] : [])),
    );
    return {
      ...{ kind: 'rows', result: 0, rowCount: events.length },
      columns: [...facts, ...values],
      missing: [...facts.map(() => []), ...missing],
    };
  }

  #summary(): RunPart {
    return {
      ...{ kind: 'summary', result: 0, rowCount: this.#rowCount, rowsRead: 0, truncated: false },
      elapsedMs: performance.now() - this.#startedAt,
    };
  }
}

function boundSubscription(database: Database, text: string): BoundSubscription {
  const { statements } = bind(parse(text).document, database.catalog());
  const found = statements.find((statement) => statement.kind === 'subscription');
  if (found === undefined) throw new AuroraError('NotExecutable', 'The text is no subscription.');
  return found;
}

function columnOf(field: BoundField): SubscriptionHead['columns'][number] {
  const facts = { name: field.responseKey, path: '' };
  if (field.kind === 'field') return { ...facts, type: field.type, nullable: field.nullable };
  return { ...facts, type: { kind: 'scalar', name: 'String' }, nullable: false };
}
