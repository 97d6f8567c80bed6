import type { WireValue } from '#contract';
import { cutText, exactText, groupedNumber, isYear } from '../../grid/cell-text.ts';
import type { CellType } from '../../grid/cell-value.ts';
import { type ColumnStatistics, shareText } from './column-statistics.ts';

/** The engine counts both as one: neither has a value. */
const noValueText = 'null or not set';

export type ValueText = (value: WireValue) => string;

/** Years have no separators, as in the grid, and a text of nothing or of spaces is in quotes. */
export function valueTextOf({ min, max }: Pick<ColumnStatistics, 'min' | 'max'>): ValueText {
  const hasYears = isYear(min ?? null) && isYear(max ?? null);
  return (value) => {
    if (value === null) return noValueText;
    if (typeof value === 'number') return hasYears ? String(value) : groupedNumber(value);
    const text = exactText({ state: 'value', value });
    const isPlain = text !== '' && text.trim() === text;
    return cutText(isPlain ? text : JSON.stringify(text), 120);
  };
}

/** The figures of a column by their names, as far as its type has them. */
export function factsOf(
  statistics: ColumnStatistics,
  type: CellType,
): readonly (readonly [string, string])[] {
  const { count, setCount, distinctCount, min, max, average } = statistics;
  const textOf = valueTextOf(statistics);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Documents', groupedNumber(count)],
    ['Null or not set', shareText(count - setCount, count)],
    [
      'Distinct values',
      distinctCount === undefined ? uncountedText(type) : groupedNumber(distinctCount),
    ],
    ['Lowest', min === undefined ? undefined : textOf(min)],
    ['Highest', max === undefined ? undefined : textOf(max)],
    ['Average', average === undefined ? undefined : textOf(Number(average.toPrecision(8)))],
  ];
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

function uncountedText(type: CellType): string {
  if (type.kind === 'list') return 'not counted for lists';
  return type.name === 'Object' ? 'not counted for objects' : 'not counted for values of any type';
}
