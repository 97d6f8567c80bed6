/*
 * `totalCount` and `aggregate { … }` of the documents that satisfy a filter, kept by adding what comes and taking away
 * what goes. After its first run the query never runs again.
 */
import type { BoundPart, CollectionDefinition, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import type { OutputObject } from '../exec/projection.ts';
import { compileAggregates, type MeasuredValues } from '../exec/totals.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import type { FilterListener } from './filter-node.ts';
import { LiveMeasures } from './live-measures.ts';
import type { NetChange } from './net-changes.ts';

export interface TotalsViewParts {
  readonly definition: CollectionDefinition;
  readonly parts: readonly BoundPart[];
  /** Gives every document that satisfies the filter once, and the commit that they are as of. */
  readonly load: (each: (document: StoredDocument) => void) => Promise<number>;
  readonly onFailed: (error: unknown) => void;
}

export class TotalsView implements FilterListener {
  readonly #parts: TotalsViewParts;
  readonly #measures: LiveMeasures;
  readonly #shape: (measured: MeasuredValues) => OutputObject;
  readonly #listeners = new Set<() => void>();
  #changes: NetChange[] = [];
  #backlog: { readonly lsn: number; readonly changes: readonly NetChange[] }[] | undefined = [];

  constructor(parts: TotalsViewParts) {
    this.#parts = parts;
    this.#measures = new LiveMeasures(parts.definition);
    this.#shape = compileTotalsObject(parts.parts, this.#measures);
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
    return this.#shape((measure) => this.#measures.all[measure]?.value() ?? null);
  }

  /** Resolves when the totals are current; never rejects. */
  async load(): Promise<void> {
    try {
      const lsn = await this.#parts.load((document) => {
        for (const measure of this.#measures.all) measure.add(document);
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
    this.#apply(changes);
    for (const listener of this.#listeners) listener();
  }

  #apply(changes: readonly NetChange[]): void {
    for (const { before, after } of changes) {
      for (const measure of this.#measures.all) {
        if (before !== undefined) measure.remove(before);
        if (after !== undefined) measure.add(after);
      }
    }
  }
}

function compileTotalsObject(
  parts: readonly BoundPart[],
  measures: LiveMeasures,
): (measured: MeasuredValues) => OutputObject {
  const columns = parts.map(
    (part): { key: string; read: (measured: MeasuredValues) => JsonValue } => {
      const key = part.responseKey;
      if (part.kind === 'typename') return { key, read: () => part.typeName };
      if (part.kind === 'aggregate') return { key, read: compileAggregates(part.values, measures) };
      const count = measures.numberOf({ function: 'count' });
      return { key, read: (measured) => Number(measured(count)) };
    },
  );
  return (measured) => {
    const object: OutputObject = {};
    for (const { key, read } of columns) setOwn(object, key, read(measured));
    return object;
  };
}
