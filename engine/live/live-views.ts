/*
 * The views of one database: what is kept of its live queries. Equal filters, rows and totals are kept once, for as
 * long as somebody follows them.
 */
import type { BoundPart, BoundRead, Operand, Span } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import type { ExecEnvironment } from '../exec/environment.ts';
import type { VariableValues } from '../exec/operand.ts';
import { QueryStatementRun } from '../exec/query-statement.ts';
import { resolveCount, resolveOrder, resolveWhere } from '../exec/resolve-read.ts';
import { limits } from '../limits.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import { sortKeysOf } from '../plan/sort-keys.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { accessKeysOf } from './access-key.ts';
import type { CollectionDelta } from './document-delta.ts';
import type { FilterListener, FilterNode } from './filter-node.ts';
import { FilterNodes } from './filter-nodes.ts';
import { MatcherIndex } from './matcher-index.ts';
import { compileOrder } from './row-order.ts';
import { type LoadedRows, RowView } from './row-view.ts';
import { TotalsView } from './totals-view.ts';

/** A read whose collection is known. */
export interface LiveRead {
  readonly entry: CollectionEntry;
  readonly read: BoundRead & { readonly span: Span };
  readonly variables: VariableValues;
}

/** Whoever follows a view hears of what it had to do. */
export interface ViewEvents {
  readonly onRerun: () => void;
  readonly onFailed: (error: unknown) => void;
}

interface SharedView<View> {
  readonly view: View;
  readonly followers: Set<ViewEvents>;
  readonly endFiltering: () => void;
}

/** Runs something that reads, so that a closing database waits for it. */
type RunOperation = <Result>(
  work: (environment: ExecEnvironment) => Promise<Result>,
) => Promise<Result>;

export class LiveViews {
  readonly #run: RunOperation;
  readonly #matchers = new Map<number, MatcherIndex>();
  readonly #filters = new FilterNodes();
  readonly #rows = new Map<string, SharedView<RowView>>();
  readonly #totals = new Map<string, SharedView<TotalsView>>();

  constructor(run: RunOperation) {
    this.#run = run;
  }

  /** Tells a commit to whom it concerns. */
  committed(deltas: readonly CollectionDelta[], lsn: number): void {
    const concerned = deltas.flatMap(
      ({ entry, documents }) => this.#matchers.get(entry.storageId)?.match(documents, lsn) ?? [],
    );
    for (const watcher of concerned) watcher.committed(lsn);
  }

  /** Follows the documents that satisfy a filter, until `unfollowFilter` is told what this gives. */
  followFilter(
    { storageId }: CollectionEntry,
    filter: ResolvedFilter,
    listener: FilterListener,
  ): FilterNode {
    const node = this.#filters.find(storageId, filter) ?? this.#addFilter(storageId, filter);
    node.add(listener);
    return node;
  }

  /** May be called again. */
  unfollowFilter({ storageId }: CollectionEntry, node: FilterNode, listener: FilterListener): void {
    node.remove(listener);
    if (!node.isUnused || !this.#filters.delete(storageId, node)) return;
    const matcher = this.#matchers.get(storageId);
    matcher?.remove(node, accessKeysOf(node.filter));
    if (matcher?.isEmpty === true) this.#matchers.delete(storageId);
  }

  /** The rows of a read, kept; the returned function ends it. */
  followRows(live: LiveRead, events: ViewEvents): { view: RowView; end: () => void } {
    const { entry, read, variables } = live;
    const { span } = read;
    const filter = resolveWhere(read.where, entry, variables);
    const keys = sortKeysOf(resolveOrder(read.orderBy, entry, variables, span));
    const window = {
      offset: resolveCount(read.offset, 'offset', variables, span) ?? 0,
      limit: resolveCount(read.limit, 'limit', variables, span),
    };
    const key = JSON.stringify([entry.storageId, filter, keys, window]);
    return follow(this.#rows, key, events, (followers) => {
      const view = new RowView({
        order: compileOrder(keys),
        window,
        load: (rowsMax) => this.#loadRows(live, rowsMax),
        onRerun: () => each(followers, ({ onRerun }) => onRerun()),
        onFailed: (error) => each(followers, ({ onFailed }) => onFailed(error)),
      });
      const node = this.followFilter(entry, filter, view);
      return { view, endFiltering: () => this.unfollowFilter(entry, node, view) };
    });
  }

  /** The totals and groups of a read, kept; the returned function ends it. */
  followTotals(
    live: LiveRead,
    parts: readonly BoundPart[],
    events: ViewEvents,
  ): { view: TotalsView; end: () => void } {
    const { entry, read, variables } = live;
    const filter = resolveWhere(read.where, entry, variables);
    // Conditions on groups, and their limits, may stand in variables.
    const given = parts.some(({ kind }) => kind === 'groupBy') ? [...variables] : [];
    const key = JSON.stringify([entry.storageId, filter, parts, given]);
    return follow(this.#totals, key, events, (followers) => {
      const view = new TotalsView({
        ...{ entry, parts, variables },
        load: (visit) => this.loadEach(live, undefined, visit),
        onFailed: (error) => each(followers, ({ onFailed }) => onFailed(error)),
      });
      const node = this.followFilter(entry, filter, view);
      return { view, endFiltering: () => this.unfollowFilter(entry, node, view) };
    });
  }

  /** Runs a read for its first documents, all without a number; gives the commit that they are as of. */
  async loadEach(
    { entry, read, variables }: LiveRead,
    rowsMax: number | undefined,
    visit: (document: StoredDocument) => void,
  ): Promise<number> {
    const { where, orderBy, span } = read;
    const limit: Operand | undefined =
      rowsMax === undefined ? undefined : { kind: 'constant', value: rowsMax };
    const root = {
      kind: 'read' as const,
      responseKey: entry.definition.name,
      collection: entry.definition.name,
      ...(where === undefined ? {} : { where }),
      orderBy,
      ...(limit === undefined ? {} : { limit }),
      selection: [],
      span,
    };
    return this.#run(async (environment) => {
      const run = await QueryStatementRun.open(environment, [root], variables);
      try {
        const [source] = run.roots;
        assert(source !== undefined, 'a run has the root that it was opened with');
        for (let batch = await source.next(); batch; batch = await source.next()) {
          for (const document of batch.documents) visit(document);
        }
        return run.sequence;
      } finally {
        await run.close();
      }
    });
  }

  async #loadRows(live: LiveRead, rowsMax: number | undefined): Promise<LoadedRows> {
    const documents: StoredDocument[] = [];
    const lsn = await this.loadEach(live, rowsMax, (document) => {
      documents.push(document);
      if (documents.length > limits.liveRowsMax) throw tooManyRows(live.entry);
    });
    return { lsn, documents };
  }

  #addFilter(storageId: number, filter: ResolvedFilter): FilterNode {
    const node = this.#filters.add(storageId, filter);
    const matcher = this.#matchers.get(storageId) ?? new MatcherIndex();
    this.#matchers.set(storageId, matcher);
    matcher.add(node, accessKeysOf(node.filter));
    return node;
  }
}

function follow<View extends { load(): Promise<void>; end?(): void }>(
  shared: Map<string, SharedView<View>>,
  key: string,
  events: ViewEvents,
  create: (followers: Set<ViewEvents>) => { view: View; endFiltering: () => void },
): { view: View; end: () => void } {
  let found = shared.get(key);
  if (found === undefined) {
    const followers = new Set<ViewEvents>();
    found = { ...create(followers), followers };
    shared.set(key, found);
    followers.add(events);
    // It does not reject: its followers hear of what goes wrong.
    void found.view.load();
  } else found.followers.add(events);
  const { view, followers, endFiltering } = found;
  const own = found;
  return {
    view,
    end: () => {
      followers.delete(events);
      if (followers.size > 0 || shared.get(key) !== own) return;
      shared.delete(key);
      endFiltering();
      view.end?.();
    },
  };
}

function each(followers: ReadonlySet<ViewEvents>, tell: (events: ViewEvents) => void): void {
  for (const events of [...followers]) tell(events);
}

function tooManyRows({ definition }: CollectionEntry): AuroraError {
  return new AuroraError(
    'LimitExceeded',
    `A live query over "${definition.name}" would keep more than ${limits.liveRowsMax} rows.`,
    { hint: 'Give it a limit, or follow the changes with listen.' },
  );
}
