import type { DatabaseId, WireValue } from '#contract';
import { WireError } from '#contract';
import type { Client } from '../../client/client.ts';
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

/** @throws WireError for what the engine cannot count */
export async function readStatistics(
  client: Client,
  place: { readonly database: DatabaseId; readonly collection: string; readonly where: string },
  column: GridColumn,
  signal: AbortSignal,
): Promise<ColumnStatistics> {
  const given = place.where === '' ? '' : `(where: ${place.where})`;
  const text = statisticsQuery(place.collection, given, column);
  let result = -1;
  let names: readonly string[] = [];
  const totals = new Map<string, WireValue>();
  const top: { value: WireValue; count: number }[] = [];
  const run = { database: place.database, text, isForView: true };
  for await (const part of client.run(run, { signal })) {
    if (part.kind === 'failed') throw new WireError(part.error);
    if (part.kind === 'head') {
      result = part.head.result;
      names = part.head.columns.map(({ name }) => name);
    }
    if (part.kind !== 'rows' || part.result !== result) continue;
    const { columns, rowCount } = part.batch;
    if (!names.includes('key')) {
      for (const [at, name] of names.entries()) totals.set(name, columns[at]?.[0] ?? null);
      continue;
    }
    for (let row = 0; row < rowCount; row += 1) {
      const count = columns[names.indexOf('count')]?.[row];
      top.push({ value: columns[names.indexOf('key')]?.[row] ?? null, count: Number(count) });
    }
  }
  const number = (name: string) => {
    const value = totals.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  return {
    count: number('all') ?? 0,
    setCount: number('set') ?? 0,
    distinctCount: number('distinct'),
    min: totals.get('lowest') ?? undefined,
    max: totals.get('highest') ?? undefined,
    average: number('mean'),
    top,
  };
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
