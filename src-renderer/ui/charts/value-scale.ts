/*
 * The scale at the side of a chart: it begins at nothing, ends at or just above the highest value, and its steps are
 * round in the unit that people would say: 15 min rather than 0.25 h, 256 KiB rather than 250,000.
 */

/** What is measured: pieces, pieces a second, milliseconds, bytes, or shares of 100. */
export type Measure = 'count' | 'rate' | 'duration' | 'bytes' | 'share';

export interface ValueScale {
  readonly top: number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

interface Unit {
  readonly name: string;
  readonly size: number;
  /** The least highest value that is told in this unit. */
  readonly from: number;
  /** Steps in this unit, ascending; without any, 1, 2 and 5 at every power of ten. */
  readonly steps?: readonly number[];
  /** There is nothing between 0 and 1. */
  readonly isWhole?: boolean;
}

const intervalsMax = 4;

const ofBytes = [1, 2, 5, 10, 20, 50, 100, 200, 256, 512];

const units: Readonly<Record<Measure, readonly Unit[]>> = {
  count: [
    { name: '', size: 1, from: 0, isWhole: true },
    { name: ' k', size: 1e3, from: 1e4 },
    { name: ' M', size: 1e6, from: 1e6 },
  ],
  rate: [
    { name: '/min', size: 1 / 60, from: 0 },
    { name: '/s', size: 1, from: 1 },
    { name: ' k/s', size: 1e3, from: 1e4 },
    { name: ' M/s', size: 1e6, from: 1e6 },
  ],
  duration: [
    { name: ' ms', size: 1, from: 0 },
    { name: ' s', size: 1e3, from: 1e3, steps: [0.5, 1, 2, 5, 10, 15, 30] },
    { name: ' min', size: 6e4, from: 12e4, steps: [1, 2, 5, 10, 15, 30] },
    { name: ' h', size: 36e5, from: 72e5, steps: [1, 2, 3, 6, 12] },
    { name: ' days', size: 864e5, from: 1728e5 },
  ],
  bytes: [
    { name: ' B', size: 1, from: 0, steps: ofBytes },
    { name: ' KiB', size: 2 ** 10, from: 2 ** 10, steps: [0.5, ...ofBytes] },
    { name: ' MiB', size: 2 ** 20, from: 2 ** 20, steps: [0.5, ...ofBytes] },
    { name: ' GiB', size: 2 ** 30, from: 2 ** 30, steps: [0.5, ...ofBytes] },
    { name: ' TiB', size: 2 ** 40, from: 2 ** 40 },
  ],
  share: [{ name: ' %', size: 1, from: 0 }],
};

/** The scale for values up to `most`. Of shares it always shows the whole. */
export function valueScale(measure: Measure, most: number): ValueScale {
  const highest = measure === 'share' ? 100 : most;
  const unit = units[measure].findLast(({ from }) => highest >= from);
  const { name = '', size = 1 } = unit ?? {};
  const step = stepOf(highest / size, unit);
  const intervals = Math.max(1, Math.ceil(roundedOff(highest / size / step)));
  return {
    top: intervals * step * size,
    ticks: Array.from({ length: intervals + 1 }, (_, at) => ({
      value: at * step * size,
      text: at === 0 ? '0' : `${roundedOff(at * step).toLocaleString('en-US')}${name}`,
    })),
  };
}

/** The least step with which no more intervals are needed than there is room for. */
function stepOf(highest: number, unit: Unit | undefined): number {
  if (highest <= 0) return 1;
  const found = unit?.steps?.find((step) => highest <= step * intervalsMax);
  if (found !== undefined) return found;
  const least = highest / intervalsMax;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((times) => times * power >= least * (1 - 1e-9)) ?? 10;
  return unit?.isWhole === true ? Math.max(1, step * power) : step * power;
}

/** Without what binary fractions leave behind. */
function roundedOff(value: number): number {
  return Number(value.toPrecision(12));
}
