/*
 * Groups of one field with few values, of which one other such field is measured at most: how often each pair of their
 * values comes is counted over all rows, without asking which satisfy the conditions, where those are on these two fields
 * alone. Then pairs that do not satisfy them are taken out. That is one step for a row, whatever is asked.
 */
import type { PinnedColumns } from '../../cache/collection-columns.ts';
import { type ColumnView, presence } from '../../cache/column.ts';
import { chunkRows } from '../../cache/column-chunk.ts';
import type { ColumnTest } from './column-test.ts';
import { CodeCounts } from './field-tally.ts';

type CodedView = Extract<ColumnView, { kind: 'coded' }>;

/** Pairs that are counted: beyond it counters leave the processor's cache. */
const pairsMax = 65_536;

export interface PairsTarget {
  /** The field of the groups. */
  readonly key: string;
  /** What counts the values of the measured field, if there is one. */
  readonly measured: { readonly name: string; readonly counts: CodeCounts } | undefined;
}

export class CodePairs {
  readonly #columns: PinnedColumns;
  readonly #tests: readonly ColumnTest[];
  readonly #target: PairsTarget;
  readonly #groups: CodedView;
  readonly #values: CodedView;
  readonly counts: CodeCounts;

  private constructor(
    columns: PinnedColumns,
    tests: readonly ColumnTest[],
    target: PairsTarget,
    views: { readonly groups: CodedView; readonly values: CodedView },
  ) {
    this.#columns = columns;
    this.#tests = tests;
    this.#target = target;
    this.#groups = views.groups;
    this.#values = views.values;
    this.counts = target.measured?.counts ?? new CodeCounts(views.values);
  }

  /** `undefined` where rows must be looked for, or few are. */
  static of(
    columns: PinnedColumns,
    tests: readonly ColumnTest[],
    target: PairsTarget,
  ): CodePairs | undefined {
    const { key, measured } = target;
    const others = new Set(tests.map((test) => test.codes?.name ?? ''));
    others.delete(key);
    if (measured !== undefined) others.add(measured.name);
    const [name = key] = others;
    if (name === '' || others.size > 1 || tests.some((test) => test.onlyCode?.() !== undefined)) {
      return undefined;
    }
    const [groups, values] = [columns.view({ name: key }), columns.view({ name })];
    if (groups.kind !== 'coded' || values.kind !== 'coded') return undefined;
    if (groups.dictionary.size * values.dictionary.size > pairsMax) return undefined;
    return new CodePairs(columns, tests, target, { groups, values });
  }

  /** Counts chunk by chunk; gives how many rows each has. */
  *count(): Generator<number, void> {
    const { chunkCount } = this.#columns;
    const groupCount = this.#groups.dictionary.size;
    let absentCount = 0;
    for (let chunk = 0; chunk < chunkCount; chunk += 1) {
      const rowCount = presentIn(this.#columns, chunk);
      if (rowCount === 0) continue;
      absentCount += chunkRows - rowCount;
      this.counts.addPairs(chunk, this.#groups.chunks[chunk]?.codes, groupCount);
      yield rowCount;
    }
    // Rows without a document have neither value.
    this.counts.take(0, 0, absentCount);
    for (const { codes } of this.#tests) {
      if (codes === undefined) continue;
      const isOfGroup = codes.name === this.#target.key;
      for (let group = 0; group < groupCount; group += 1) {
        for (let code = 0; code < this.#values.dictionary.size; code += 1) {
          if (!codes.passes(isOfGroup ? group : code)) {
            this.counts.take(group, code, this.counts.countOf(group, code));
          }
        }
      }
    }
  }
}

function presentIn(columns: PinnedColumns, chunk: number): number {
  const view = columns.view(presence);
  return view.kind === 'coded' ? (view.chunks[chunk]?.counts?.[1] ?? 0) : 0;
}
