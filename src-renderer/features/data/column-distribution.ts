/*
 * How the values of a column lie between the lowest and the highest: bins of equal width, each counted by the engine.
 * The ends are known from the statistics, so it takes a second query, of one count per bin.
 */
import type { WireValue } from '#contract';
import type { Client } from '../../client/client.ts';
import type { GridColumn } from '../../grid/cell-value.ts';
import { type CountedPlace, resultsOf } from './column-statistics.ts';

/** The values from `from` on, before `to`; the last bin includes its end. */
export interface Bin {
  readonly from: WireValue;
  readonly to: WireValue;
  readonly isLast: boolean;
}

export interface CountedBin extends Bin {
  readonly count: number;
}

const binCountMax = 24;

/** The bins of a column of numbers or dates; none where its values have no distance, or are all the same. */
export function binsOf(
  { type }: GridColumn,
  min: WireValue | undefined,
  max: WireValue | undefined,
): readonly Bin[] {
  const name = type.kind === 'scalar' ? type.name : '';
  if (name === 'DateTime' && typeof min === 'string' && typeof max === 'string') {
    const toDate = (ms: number) => new Date(ms).toISOString();
    return evenBins(Date.parse(min), Date.parse(max), true).map(({ from, to, isLast }) => ({
      from: toDate(from),
      to: isLast ? max : toDate(to),
      isLast,
    }));
  }
  if (typeof min !== 'number' || typeof max !== 'number') return [];
  if (name === 'Int') return evenBins(min, max, true);
  return name === 'Float' ? evenBins(min, max, false) : [];
}

interface NumberBin {
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
}

function evenBins(min: number, max: number, isWhole: boolean): readonly NumberBin[] {
  const width = isWhole
    ? Math.max(1, Math.ceil((max - min + 1) / binCountMax))
    : max / binCountMax - min / binCountMax;
  if (!(min < max) || !Number.isFinite(width) || min + width === min) return [];
  const count = isWhole ? Math.ceil((max - min + 1) / width) : binCountMax;
  return Array.from({ length: count }, (_, at) => {
    const isLast = at === count - 1;
    return { from: min + at * width, to: isLast ? max : min + (at + 1) * width, isLast };
  });
}

/** The query that counts the bins: one root each, in their order. */
export function distributionQuery(
  { collection, where }: Pick<CountedPlace, 'collection' | 'where'>,
  { name }: GridColumn,
  bins: readonly Bin[],
): string {
  const roots = bins.map(({ from, to, isLast }, at) => {
    const range = `{ ${name}: { gte: ${JSON.stringify(from)}, ${isLast ? 'lte' : 'lt'}: ${JSON.stringify(to)} } }`;
    const both = where === '' ? range : `{ and: [ ${where}, ${range} ] }`;
    return `bin${at}: ${collection}(where: ${both}) { aggregate { size: count } }`;
  });
  return `query Distribution { ${roots.join(' ')} }`;
}

/** @throws WireError for what the engine cannot count */
export async function readDistribution(
  client: Client,
  place: CountedPlace,
  column: GridColumn,
  { bins, signal }: { readonly bins: readonly Bin[]; readonly signal: AbortSignal },
): Promise<readonly CountedBin[]> {
  if (bins.length === 0) return [];
  const text = distributionQuery(place, column, bins);
  const results = await resultsOf(client, { ...place, text }, signal);
  return bins.map((bin, at) => ({ ...bin, count: Number(results[at]?.[0]?.get('size') ?? 0) }));
}
