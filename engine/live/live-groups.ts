/*
 * The groups of one `groupBy`, kept by adding what comes and taking away what goes. A commit touches the groups of its
 * documents alone: those are measured and put in their place again when somebody asks, all others stay as they were
 * shown. A group without documents is gone.
 */
import type { BoundGroupBy, JsonValue, Span } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { type CompiledGroup, compileGroup, type MeasuredGroup } from '../exec/group-shape.ts';
import {
  compileGroupKeys,
  compileOutputKey,
  groupBytes,
  groupsTooLarge,
  measureBytes,
} from '../exec/group-table.ts';
import type { VariableValues } from '../exec/operand.ts';
import type { OutputObject } from '../exec/projection.ts';
import { limits } from '../limits.ts';
import type { SortKey } from '../plan/sort-key.ts';
import { compareValues } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { type ValueKey, valueKey } from '../values/value-key.ts';
import { compileLiveMeasures, type LiveMeasure } from './live-measures.ts';
import { SortedList } from './sorted-list.ts';

interface LiveGroup extends MeasuredGroup {
  readonly measures: readonly LiveMeasure[];
  documentCount: number;
  /** Its place in the order of the groups that are given, as long as it has one. */
  place: GroupPlace | undefined;
}

interface GroupPlace {
  readonly values: readonly StoredValue[];
  readonly group: LiveGroup;
  /** Made when it is shown first. */
  row: OutputObject | undefined;
}

export class LiveGroups {
  readonly #shape: CompiledGroup;
  readonly #keysOf: (document: StoredDocument) => Iterable<readonly StoredValue[]>;
  readonly #outputKey: (key: readonly StoredValue[]) => readonly JsonValue[];
  readonly #startMeasures: () => readonly LiveMeasure[];
  readonly #groups = new Map<ValueKey, LiveGroup>();
  readonly #places: SortedList<GroupPlace>;
  /** Groups whose documents have changed since they were put in order. */
  readonly #touched = new Set<LiveGroup>();

  constructor(
    group: BoundGroupBy & { readonly span: Span },
    collection: CollectionEntry,
    variables: VariableValues,
  ) {
    const compileNodes = (): never => {
      throw new TypeError('Groups that show documents are not kept.');
    };
    this.#shape = compileGroup(group, collection, {
      variables,
      compileNodes,
      bytesMax: limits.liveGroupBytesMax,
    });
    this.#keysOf = compileGroupKeys(group);
    this.#outputKey = compileOutputKey(group);
    this.#startMeasures = compileLiveMeasures(this.#shape.measures);
    this.#places = new SortedList(comparePlaces(this.#shape.order));
  }

  add(document: StoredDocument): void {
    for (const key of this.#keysOf(document)) {
      const name = nameOf(key);
      const group = this.#groups.get(name) ?? this.#create(name, key);
      group.documentCount += 1;
      for (const measure of group.measures) measure.add(document);
      this.#touched.add(group);
    }
  }

  remove(document: StoredDocument): void {
    for (const key of this.#keysOf(document)) {
      const name = nameOf(key);
      const group = this.#groups.get(name);
      assert(group !== undefined, 'a document that goes was in its groups');
      group.documentCount -= 1;
      for (const measure of group.measures) measure.remove(document);
      if (group.documentCount > 0) this.#touched.add(group);
      else this.#forget(name, group);
    }
  }

  /** The groups as they are shown. @throws AuroraError `InvalidValue` for a sum that no number can say */
  rows(): readonly OutputObject[] {
    for (const group of this.#touched) {
      this.#place(group);
      this.#touched.delete(group);
    }
    const end = this.#shape.rowsMax ?? this.#places.length;
    return this.#places.slice(0, end).map((place) => {
      place.row ??= this.#shape.shape(place.group, []);
      return place.row;
    });
  }

  /** At once: somebody who never asks for the rows must not keep all groups that ever were. */
  #forget(name: ValueKey, group: LiveGroup): void {
    this.#groups.delete(name);
    this.#touched.delete(group);
    if (group.place !== undefined) this.#places.remove(group.place);
    group.place = undefined;
  }

  #place(group: LiveGroup): void {
    const values = this.#shape.isGiven(group) ? this.#shape.orderValues(group) : undefined;
    if (group.place !== undefined) this.#places.remove(group.place);
    group.place = values && { values, group, row: undefined };
    if (group.place !== undefined) this.#places.insert(group.place);
  }

  #create(name: ValueKey, key: readonly StoredValue[]): LiveGroup {
    const bytes = groupBytes + measureBytes * this.#shape.measures.requests.length;
    if (bytes * this.#groups.size > limits.liveGroupBytesMax) {
      throw groupsTooLarge(this.#groups.size, limits.liveGroupBytesMax);
    }
    const measures = this.#startMeasures();
    const group: LiveGroup = {
      key: this.#outputKey(key),
      measures,
      measured: (at) => measures[at]?.value() ?? null,
      documentCount: 0,
      place: undefined,
    };
    this.#groups.set(name, group);
    return group;
  }
}

function nameOf(key: readonly StoredValue[]): ValueKey {
  const [only] = key;
  return valueKey(key.length === 1 ? only : key);
}

function comparePlaces(order: readonly SortKey[]): (left: GroupPlace, right: GroupPlace) => number {
  return (left, right) => {
    for (const [at, { direction }] of order.entries()) {
      const sign = compareValues(left.values[at] ?? null, right.values[at] ?? null);
      if (sign !== 0) return direction === 'asc' ? sign : -sign;
    }
    return 0;
  };
}
