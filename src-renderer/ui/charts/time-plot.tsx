import { type SyntheticEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  Tooltip,
  useXAxisScale,
  useYAxisScale,
  XAxis,
  YAxis,
} from 'recharts';
import {
  type Curve,
  type Form,
  highestPoint,
  lonePlaces,
  type TimeSeries,
  timeRange,
} from './chart-curves.ts';
import { ChartTip } from './chart-tip.tsx';
import { colours, dashes } from './curve-looks.ts';
import { timeTicks } from './time-scale.ts';
import { type Measure, valueScale } from './value-scale.ts';

/*
 * The drawing of a chart, and all that knows recharts. Scales, ticks and dots are ours: recharts' own ticks are round
 * numbers of milliseconds and bytes, and its dots are all or none. Colours are tokens, so a change of theme needs no
 * drawing anew; nothing moves by itself.
 */

export interface TimePlotProps {
  readonly series: TimeSeries;
  readonly form: Form;
  readonly measure: Measure;
  readonly textOf: (value: number) => string;
  /** What the picture says, in words. */
  readonly told: string;
  /** Charts of one group point at the same moment. */
  readonly group?: string | undefined;
  /** Whether the pointer or the keyboard is in this one. */
  readonly isOwn: boolean;
}

const plotHeight = 128;
const sideWidth = 60;
const footHeight = 22;
const tickLook = { fill: 'var(--fg-2)' };
const margin = { top: 8, right: 8, bottom: 0, left: 0 };
/** Room that a tick of time takes, with what keeps it from the next. */
const tickWidth = 84;

export function TimePlot(props: TimePlotProps) {
  const { series, form, measure, textOf, told, group, isOwn } = props;
  const [box, width] = useWidth();
  const { from, to } = timeRange(series);
  const inner = Math.max(1, width - sideWidth - margin.right);
  const scale = useMemo(
    () => valueScale(measure, highestPoint(series, form)),
    [measure, series, form],
  );
  // A text in the middle of the right edge would be cut.
  const lastTick = to - ((tickWidth / 3 - margin.right) * (to - from)) / inner;
  const ticks = useMemo(
    () => timeTicks(from, Math.max(from, lastTick), inner / tickWidth),
    [from, lastTick, inner],
  );
  const rows = useMemo(() => rowsOf(series), [series]);
  const texts = new Map<unknown, string>([
    ...scale.ticks.map(({ value, text }) => [value, text] as const),
    ...ticks.map(({ at, text }) => [at, text] as const),
  ]);
  const textOfTick = (value: unknown) => texts.get(value) ?? '';
  const barWidth = Math.max(1, Math.floor((inner * series.stepMs) / Math.max(1, to - from)) - 1);
  return (
    <div ref={box} className="chart-plot">
      {width > 0 && (
        <ComposedChart
          role="img"
          aria-label={told}
          data={rows}
          width={width}
          height={plotHeight}
          margin={margin}
          onMouseDown={keepFocus}
          {...(group !== undefined && { syncId: group })}
        >
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            dataKey="at"
            type="number"
            domain={[from, to]}
            ticks={ticks.map(({ at }) => at)}
            tickFormatter={textOfTick}
            interval={0}
            height={footHeight}
            tick={tickLook}
            tickSize={4}
            tickMargin={4}
            stroke="var(--line-strong)"
          />
          <YAxis
            domain={[0, scale.top]}
            ticks={scale.ticks.map(({ value }) => value)}
            tickFormatter={textOfTick}
            interval={0}
            width={sideWidth}
            tick={tickLook}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip
            content={<ChartTip series={series} form={form} textOf={textOf} isOwn={isOwn} />}
            cursor={{ stroke: 'var(--fg-2)' }}
            filterNull={false}
            isAnimationActive={false}
            position={{ y: 0 }}
            wrapperStyle={{ zIndex: 2 }}
          />
          {form === 'lines' && <LoneDots series={series} />}
          {series.curves.map((curve, place) => marksOf(curve, place, form, barWidth))}
        </ComposedChart>
      )}
    </div>
  );
}

/** Given as an element, since recharts looks for its own among what is below it. */
function marksOf(curve: Curve, place: number, form: Form, barWidth: number) {
  const { name, tone, stroke, isThin = false } = curve;
  const colour = colours[tone];
  if (form === 'bars') {
    return (
      <Bar
        key={name}
        name={name}
        dataKey={`values.${place}`}
        stackId="all"
        fill={colour}
        barSize={barWidth}
        isAnimationActive={false}
      />
    );
  }
  return (
    <Line
      key={name}
      name={name}
      dataKey={`values.${place}`}
      type="linear"
      stroke={colour}
      strokeWidth={isThin ? 1 : 1.5}
      strokeDasharray={dashes[stroke]}
      dot={false}
      activeDot={{ r: 2.5, strokeWidth: 0 }}
      isAnimationActive={false}
    />
  );
}

/** Values that no line reaches. recharts would ask for every value whether it has a dot, which takes longer than its line. */
function LoneDots({ series: { moments, curves } }: Pick<TimePlotProps, 'series'>) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (x === undefined || y === undefined) return null;
  return curves.map((curve) =>
    [...lonePlaces(curve)].map((place) => (
      <circle
        key={`${curve.name} ${place}`}
        className="chart-lone"
        cx={x(moments[place])}
        cy={y(curve.values[place])}
        r={2}
        fill={colours[curve.tone]}
      />
    )),
  );
}

/** The pointer reads. It would otherwise bring the keyboard into the chart, whose first moment would be told. */
function keepFocus(_: unknown, event: SyntheticEvent): void {
  event.preventDefault();
}

function rowsOf({ moments, curves }: TimeSeries) {
  return moments.map((at, place) => ({
    at,
    values: curves.map(({ values }) => values[place] ?? null),
  }));
}

/** How wide an element is, and stays. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
