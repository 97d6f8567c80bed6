import type { DatabaseId, WireValue } from '#contract';
import { WireError } from '#contract';
import type { Client } from '../../client/client.ts';
import { groupedNumber } from '../../grid/cell-text.ts';
import type { GridColumn } from '../../grid/cell-value.ts';

/** What the engine counts in a column, over all documents that the filter leaves. */
export interface ColumnStatistics {
  readonly count: number;
  readonly setCount: number;
  readonly distinctCount: number | undefined;
  readonly min: WireValue | undefined;
  readonly max: WireValue | undefined;
  readonly average: number | undefined;
  /** The most frequent values. */
  readonly top: readonly { readonly value: WireValue; readonly count: number }[];
}

const topMax = 8;

/** Which documents a figure is about. */
export interface CountedPlace {
  readonly database: DatabaseId;
  readonly collection: string;
  /** The filter as an AQL object; all documents when empty. */
  readonly where: string;
}

/** @throws WireError for what the engine cannot count */
export async function readStatistics(
  client: Client,
  place: CountedPlace,
  column: GridColumn,
  signal: AbortSignal,
): Promise<ColumnStatistics> {
  const given = place.where === '' ? '' : `(where: ${place.where})`;
  const text = statisticsQuery(place.collection, given, column);
  const [totals, ...top] = (await resultsOf(client, { ...place, text }, signal)).flat();
  const number = (name: string) => {
    const value = totals?.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  return {
    count: number('all') ?? 0,
    setCount: number('set') ?? 0,
    distinctCount: number('distinct'),
    min: totals?.get('lowest') ?? undefined,
    max: totals?.get('highest') ?? undefined,
    average: number('mean'),
    top: top.map((row) => ({ value: row.get('key') ?? null, count: Number(row.get('count')) })),
  };
}

/** The rows of every result of a text, by the names of their columns. @throws WireError */
export async function resultsOf(
  client: Client,
  { database, text }: { readonly database: DatabaseId; readonly text: string },
  signal: AbortSignal,
): Promise<readonly (readonly ReadonlyMap<string, WireValue>[])[]> {
  const results = new Map<number, Map<string, WireValue>[]>();
  const names = new Map<number, readonly string[]>();
  for await (const part of client.run({ database, text, isForView: true }, { signal })) {
    if (part.kind === 'failed') throw new WireError(part.error);
    if (part.kind === 'head') {
      results.set(part.head.result, []);
      names.set(
        part.head.result,
        part.head.columns.map(({ name }) => name),
      );
    }
    if (part.kind !== 'rows') continue;
    const { columns, rowCount } = part.batch;
    for (let row = 0; row < rowCount; row += 1) {
      const values = new Map<string, WireValue>();
      for (const [at, name] of (names.get(part.result) ?? []).entries()) {
        values.set(name, columns[at]?.[row] ?? null);
      }
      results.get(part.result)?.push(values);
    }
  }
  return [...results.values()];
}

/** The query behind the figures; what a type does not have is not asked for. */
export function statisticsQuery(collection: string, given: string, column: GridColumn): string {
  const { name, type } = column;
  const field = `(field: "${name}")`;
  const isNumber = type.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float');
  const isOrdered = type.kind === 'scalar' && type.name !== 'Object' && type.name !== 'Any';
  const hasEnds = isOrdered && type.name !== 'Boolean';
  const measures = [
    'all: count',
    `set: count${field}`,
    ...(isOrdered ? [`distinct: countDistinct${field}`] : []),
    ...(hasEnds ? [`lowest: min${field}`, `highest: max${field}`] : []),
    ...(isNumber ? [`mean: avg${field}`] : []),
  ];
  const isGrouped = isOrdered || type.kind === 'list';
  const groups = isGrouped
    ? ` top: ${collection}${given} { groupBy(field: "${name}", orderBy: { count: DESC }, limit: ${topMax}) { key count } }`
    : '';
  return `query Statistics { totals: ${collection}${given} { aggregate { ${measures.join(' ')} } }${groups} }`;
}

/** `318 (4.2 %)`; no share that is not all is said to be all, and none that is something to be nothing. */
export function shareText(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100;
  const rounded = share.toFixed(1);
  const isAlmostAll = part < whole && rounded === '100.0';
  const isAlmostNone = part > 0 && rounded === '0.0';
  const text = isAlmostAll ? '> 99.9' : isAlmostNone ? '< 0.1' : rounded;
  return `${groupedNumber(part)} (${text} %)`;
}
