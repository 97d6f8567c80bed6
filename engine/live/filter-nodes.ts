/*
 * The filters that somebody watches, so that equal ones are kept once. Most watchers differ in one value only: a field
 * that must equal it. Those are found by field and value, and have the names that they share in common; any other filter
 * is found by its text.
 */
import type { ResolvedComparison, ResolvedFilter } from '../plan/resolved-filter.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { FilterNode } from './filter-node.ts';

interface Shape {
  /** That of the first; the others differ in its value. */
  readonly comparison: ResolvedComparison;
  readonly byValue: Map<StoredValue, FilterNode>;
}

export class FilterNodes {
  readonly #shapes = new Map<string, Shape>();
  readonly #byText = new Map<string, FilterNode>();

  find(storageId: number, filter: ResolvedFilter): FilterNode | undefined {
    if (isEquality(filter)) {
      return this.#shapes.get(shapeOf(storageId, filter))?.byValue.get(filter.value);
    }
    return this.#byText.get(textOf(storageId, filter));
  }

  /** @throws AuroraError `InvalidValue` for a regular expression that cannot be used */
  add(storageId: number, filter: ResolvedFilter): FilterNode {
    if (!isEquality(filter)) {
      const node = new FilterNode(filter);
      this.#byText.set(textOf(storageId, filter), node);
      return node;
    }
    const name = shapeOf(storageId, filter);
    const shape = this.#shapes.get(name) ?? { comparison: filter, byValue: new Map() };
    this.#shapes.set(name, shape);
    const node = new FilterNode(shape.comparison, filter.value);
    shape.byValue.set(filter.value, node);
    return node;
  }

  /** Gives whether it was there. */
  delete(storageId: number, node: FilterNode): boolean {
    const { filter } = node;
    if (this.find(storageId, filter) !== node) return false;
    if (!isEquality(filter)) return this.#byText.delete(textOf(storageId, filter));
    const name = shapeOf(storageId, filter);
    const shape = this.#shapes.get(name);
    shape?.byValue.delete(filter.value);
    if (shape?.byValue.size === 0) this.#shapes.delete(name);
    return true;
  }
}

function isEquality(filter: ResolvedFilter): filter is ResolvedComparison {
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return false;
  return typeof filter.value !== 'object' || filter.value === null;
}

function shapeOf(storageId: number, { path, type }: ResolvedComparison): string {
  return JSON.stringify([storageId, path, type]);
}

function textOf(storageId: number, filter: ResolvedFilter): string {
  return `${storageId} ${JSON.stringify(filter)}`;
}
