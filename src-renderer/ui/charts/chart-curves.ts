/* What a chart over time shows, and what its drawing needs to know of it. */

/** Tells what a curve means; a token of the theme each. */
type Tone = 'accent' | 'info' | 'warn' | 'danger' | 'quiet';

export interface Curve {
  readonly name: string;
  readonly tone: Tone;
  /** Tells curves of one chart apart without colour as well. */
  readonly stroke: 'solid' | 'dashed' | 'dotted';
  /** One for each moment; null where nothing was measured, which breaks the line. */
  readonly values: readonly (number | null)[];
  /** Beside a main curve of the same tone: drawn thinner, told at a moment, without a key of its own. */
  readonly isThin?: boolean;
  /** What the name means, where it does not say. */
  readonly hint?: string;
}

export interface TimeSeries {
  /** When each span began, or when each value was measured; ascending, milliseconds since 1970. */
  readonly moments: readonly number[];
  /** How long each span lasts; 0 for values of a moment. */
  readonly stepMs: number;
  readonly curves: readonly Curve[];
}

/** Lines stand beside each other, bars upon each other. */
export type Form = 'lines' | 'bars';

/** The stretch of time that is drawn: each span has room around its moment. */
export function timeRange({ moments, stepMs }: TimeSeries): {
  readonly from: number;
  readonly to: number;
} {
  const first = moments[0] ?? 0;
  const last = moments.at(-1) ?? first;
  const room = first === last ? Math.max(stepMs / 2, 500) : stepMs / 2;
  return { from: first - room, to: last + room };
}

/** The highest point that is drawn; 0 where there is none. */
export function highestPoint({ moments, curves }: TimeSeries, form: Form): number {
  let most = 0;
  for (const place of moments.keys()) {
    const values = curves.map((curve) => curve.values[place] ?? 0);
    const height = form === 'bars' ? values.reduce((sum, value) => sum + value, 0) : undefined;
    most = Math.max(most, height ?? Math.max(0, ...values));
  }
  return most;
}

/** Whether there is anything to be seen: a line that lies at nothing is, bars of no height are not. */
export function isEmpty({ curves }: TimeSeries, form: Form): boolean {
  return curves.every(({ values }) =>
    values.every((value) => value === null || (form === 'bars' && value === 0)),
  );
}

/** Places of values that no line reaches, since there is none on either side. */
export function lonePlaces({ values }: Curve): ReadonlySet<number> {
  const isKnown = (place: number) => typeof values[place] === 'number';
  return new Set(
    [...values.keys()].filter(
      (place) => isKnown(place) && !isKnown(place - 1) && !isKnown(place + 1),
    ),
  );
}

/** The value of a curve at a place, in words. */
export function valueText(
  { values }: Curve,
  place: number,
  textOf: (value: number) => string,
): string {
  const value = values[place];
  return value === null || value === undefined ? '—' : textOf(value);
}
