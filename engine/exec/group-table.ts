/*
 * The groups of one `groupBy`: a table from keys to what is measured of their documents. A list field groups by
 * element, a document counts once in each of its groups. Documents are not kept; groups that show some keep their rows
 * and order keys. Memory is bounded; beyond the bound the query is refused.
 */
import type { BoundGroupBy, JsonValue } from '#engine/aql';
import type { AuroraError } from '../errors.ts';
import { isList } from '../values/compare.ts';
import type { Row, StoredDocument, StoredValue } from '../values/stored-value.ts';
import { type ValueKey, valueKey } from '../values/value-key.ts';
import { compileReader } from './field-reader.ts';
import type { GroupNodes } from './group-nodes.ts';
import type { CompiledGroup, MeasuredGroup } from './group-shape.ts';
import type { Accumulator } from './measures.ts';
import { outputValue } from './projection.ts';
import { memoryExceeded } from './query-memory.ts';
import { compileTruncation } from './truncate-time.ts';

export interface Group extends MeasuredGroup {
  /** For each `nodes` that is selected, the documents to show. */
  readonly nodes: readonly GroupNodes[];
}

interface FilledGroup extends Group {
  readonly accumulators: readonly Accumulator[];
}

/** What a group occupies without its key, its measures and its documents; roughly, in bytes. */
export const groupBytes = 240;
export const measureBytes = 96;

export class GroupTable {
  readonly #shape: CompiledGroup;
  readonly #bytesMax: number;
  readonly #keysOf: (document: StoredDocument) => Iterable<readonly StoredValue[]>;
  readonly #outputKey: (key: readonly StoredValue[]) => readonly JsonValue[];
  readonly #groups = new Map<ValueKey, FilledGroup>();
  #bytes = 0;

  constructor(shape: CompiledGroup, bytesMax: number) {
    this.#shape = shape;
    this.#bytesMax = bytesMax;
    this.#keysOf = compileGroupKeys(shape.group);
    this.#outputKey = compileOutputKey(shape.group);
  }

  /** What it occupies, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  /** @throws AuroraError `LimitExceeded` above the memory bound */
  add(document: StoredDocument, row: Row): void {
    for (const key of this.#keysOf(document)) {
      const group = this.#groupOf(key);
      for (const accumulator of group.accumulators) this.#bytes += accumulator.add(document);
      for (const nodes of group.nodes) this.#bytes += nodes.add(document, row);
    }
    if (this.#bytes > this.#bytesMax) throw groupsTooLarge(this.#groups.size, this.#bytesMax);
  }

  #groupOf(key: readonly StoredValue[]): FilledGroup {
    const [only] = key;
    const name = valueKey(key.length === 1 ? only : key);
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const { measures, startNodes } = this.#shape;
    const accumulators = measures.start();
    const group: FilledGroup = {
      key: this.#outputKey(key),
      accumulators,
      measured: (at) => accumulators[at]?.value() ?? null,
      nodes: startNodes(),
    };
    this.#groups.set(name, group);
    this.#bytes += groupBytes + measureBytes * accumulators.length;
    if (typeof name === 'string') this.#bytes += 4 * name.length;
    return group;
  }
}

/** Groups need more memory than they may. */
export function groupsTooLarge(groupCount: number, bytesMax: number): AuroraError {
  return memoryExceeded({
    what: `Grouping into ${groupCount} groups so far`,
    bytesMax,
    hint: 'Group by fewer fields or a longer interval, narrow the filter, or give nodes a limit.',
    details: { groups: groupCount },
  });
}

/** The key of a group as it is shown. */
export function compileOutputKey(
  group: BoundGroupBy,
): (key: readonly StoredValue[]) => readonly JsonValue[] {
  const types = group.keys.map(({ type }) => (type.kind === 'list' ? type.element : type));
  return (key) =>
    key.map((value, at) => {
      const type = types[at];
      const output = type === undefined ? null : outputValue(type, value);
      return output === 0 ? 0 : output;
    });
}

/** Compiles the keys of a document: every combination of the elements of list fields, each once. */
export function compileGroupKeys(
  group: BoundGroupBy,
): (document: StoredDocument) => readonly (readonly StoredValue[])[] {
  const columns = group.keys.map(({ path, type }) => {
    const read = compileReader(path);
    const isByElement = type.kind === 'list';
    const isDate = type.kind === 'scalar' && type.name === 'DateTime';
    const truncate =
      group.interval !== undefined && isDate
        ? compileTruncation(group.interval, group.timeZone)
        : undefined;
    return (document: StoredDocument): readonly StoredValue[] => {
      const value = read(document) ?? null;
      if (isByElement && isList(value)) return distinct(value);
      return [truncate !== undefined && typeof value === 'number' ? truncate(value) : value];
    };
  });
  const [only] = columns;
  if (only !== undefined && columns.length === 1) {
    return (document) => only(document).map((value) => [value]);
  }
  return (document) =>
    columns.reduce<readonly (readonly StoredValue[])[]>(
      (combinations, valuesOf) => {
        const values = valuesOf(document);
        return combinations.flatMap((each) => values.map((value) => [...each, value]));
      },
      [[]],
    );
}

function distinct(values: readonly StoredValue[]): readonly StoredValue[] {
  if (values.length < 2) return values;
  return [...new Map(values.map((value) => [valueKey(value), value])).values()];
}
