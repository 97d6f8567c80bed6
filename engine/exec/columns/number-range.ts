import type { ResolvedComparison } from '../../plan/resolved-filter.ts';
import { isList } from '../../values/compare.ts';

/** Numbers from `low` to `high`, both included; none when `low` is above `high`. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

const nothing: NumberRange = { low: 1, high: 0 };

/** The numbers that a condition lets through, when they are a range and null is not among them. */
export function numberRange({ operator, value }: ResolvedComparison): NumberRange | undefined {
  switch (operator) {
    case 'eq':
      return typeof value === 'number' ? { low: value, high: value } : undefined;
    case 'gt':
      return typeof value === 'number'
        ? { low: nextAbove(value), high: Number.POSITIVE_INFINITY }
        : nothing;
    case 'gte':
      return typeof value === 'number' ? { low: value, high: Number.POSITIVE_INFINITY } : nothing;
    case 'lt':
      return typeof value === 'number'
        ? { low: Number.NEGATIVE_INFINITY, high: -nextAbove(-value) }
        : nothing;
    case 'lte':
      return typeof value === 'number' ? { low: Number.NEGATIVE_INFINITY, high: value } : nothing;
    case 'between': {
      const [low, high] = isList(value) ? value : [];
      return typeof low === 'number' && typeof high === 'number' ? { low, high } : nothing;
    }
    case 'isNotNull':
      return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    default:
      return undefined;
  }
}

/** The next number that is larger. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, value > 0 ? bits + 1n : bits - 1n);
  return view.getFloat64(0);
}
