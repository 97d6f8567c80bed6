/*
 * `totalCount`, `aggregate { … }` and `groupBy` of the documents that satisfy a filter, kept by adding what comes and
 * taking away what goes. After its first run the query never runs again.
 */
import type { BoundPart, JsonValue } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { setOwn } from '../base/own-key.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { Measures } from '../exec/measures.ts';
import type { VariableValues } from '../exec/operand.ts';
import type { OutputObject } from '../exec/projection.ts';
import { compileAggregates, type MeasuredValues } from '../exec/totals.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { FilterListener } from './filter-node.ts';
import { LiveGroups } from './live-groups.ts';
import { compileLiveMeasures, type LiveMeasure } from './live-measures.ts';
import type { NetChange } from './net-changes.ts';

export interface TotalsViewParts {
  readonly entry: CollectionEntry;
  readonly parts: readonly BoundPart[];
  readonly variables: VariableValues;
  /** Gives every document that satisfies the filter once, and the commit that they are as of. */
  readonly load: (each: (document: StoredDocument) => void) => Promise<number>;
  readonly onFailed: (error: unknown) => void;
}

export class TotalsView implements FilterListener {
  readonly #parts: TotalsViewParts;
  readonly #measures: readonly LiveMeasure[];
  readonly #groups: readonly LiveGroups[];
  readonly #shape: (measured: MeasuredValues) => OutputObject;
  readonly #listeners = new Set<() => void>();
  #changes: NetChange[] = [];
  #backlog: { readonly lsn: number; readonly changes: readonly NetChange[] }[] | undefined = [];

  constructor(parts: TotalsViewParts) {
    this.#parts = parts;
    const measures = new Measures(parts.entry.definition);
    const groups: LiveGroups[] = [];
    this.#shape = compileTotalsObject(parts, measures, groups);
    this.#measures = compileLiveMeasures(measures)();
    this.#groups = groups;
  }

  get isCurrent(): boolean {
    return this.#backlog === undefined;
  }

  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: () => void): void {
    this.#listeners.add(listener);
  }

  remove(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** The totals as they are. @throws AuroraError `InvalidValue` for a sum that no number can say */
  value(): JsonValue {
    return this.#shape((measure) => this.#measures[measure]?.value() ?? null);
  }

  /** Resolves when the totals are current; never rejects. */
  async load(): Promise<void> {
    try {
      const lsn = await this.#parts.load((document) => {
        for (const counter of this.#counters()) counter.add(document);
      });
      for (const waiting of this.#backlog ?? [])
        if (waiting.lsn > lsn) this.#apply(waiting.changes);
    } catch (error) {
      this.#parts.onFailed(error);
      return;
    }
    this.#backlog = undefined;
    for (const listener of [...this.#listeners]) listener();
  }

  changed(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    this.#changes.push({ before, after });
  }

  committed(lsn: number): void {
    const changes = this.#changes;
    this.#changes = [];
    if (this.#backlog !== undefined) {
      this.#backlog.push({ lsn, changes });
      return;
    }
    try {
      this.#apply(changes);
    } catch (error) {
      // More groups than may be kept: the commit and whoever else hears of it have nothing to do with that.
      this.#backlog = [];
      this.#parts.onFailed(error);
      return;
    }
    for (const listener of this.#listeners) listener();
  }

  #apply(changes: readonly NetChange[]): void {
    for (const { before, after } of changes) {
      for (const counter of this.#counters()) {
        if (before !== undefined) counter.remove(before);
        if (after !== undefined) counter.add(after);
      }
    }
  }

  #counters(): readonly (LiveMeasure | LiveGroups)[] {
    return this.#groups.length === 0 ? this.#measures : [...this.#measures, ...this.#groups];
  }
}

/** Compiles the object that is shown, and adds the groups that it reads to a list. */
function compileTotalsObject(
  { entry, parts, variables }: TotalsViewParts,
  measures: Measures,
  groups: LiveGroups[],
): (measured: MeasuredValues) => OutputObject {
  const columns = parts.map(
    (part): { key: string; read: (measured: MeasuredValues) => JsonValue } => {
      const key = part.responseKey;
      switch (part.kind) {
        case 'typename':
          return { key, read: () => part.typeName };
        case 'aggregate':
          return { key, read: compileAggregates(part.values, measures) };
        case 'totalCount': {
          const count = measures.numberOf({ function: 'count' });
          return { key, read: (measured) => Number(measured(count)) };
        }
        case 'groupBy': {
          const own = new LiveGroups(part, entry, variables);
          groups.push(own);
          return { key, read: () => own.rows() };
        }
        case 'edges':
        case 'pageInfo':
          throw new TypeError('Pages are not kept.');
        default:
          return unreachable(part);
      }
    },
  );
  return (measured) => {
    const object: OutputObject = {};
    for (const { key, read } of columns) setOwn(object, key, read(measured));
    return object;
  };
}
