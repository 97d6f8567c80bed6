import { Suspense } from 'react';
import { latePart } from '../late-part.tsx';
import { type Form, isEmpty, type TimeSeries, valueText } from './chart-curves.ts';
import './charts.css';
import { CurveKey } from './curve-key.tsx';
import { useAttention } from './use-attention.ts';
import type { Measure } from './value-scale.ts';

/*
 * Charts over time, the same on every page. The library that draws them comes with the first one; until then its place
 * is kept, and its words are there.
 */

export interface TimeChartProps {
  readonly title: string;
  readonly series: TimeSeries;
  readonly form: Form;
  readonly measure: Measure;
  /** A value in words. */
  readonly textOf: (value: number) => string;
  /** What the picture says, in words, for those who do not see it. */
  readonly told: string;
  /** What is said in the middle where there is nothing to be seen. */
  readonly emptyText: string;
  /** What it comes to, beside the title. */
  readonly note?: string;
  /** Whether the keys tell the last values. */
  readonly hasLastValues?: boolean;
  /** True while newer figures wait for the pointer to leave. */
  readonly isBehind?: boolean;
  /** Charts of one group point at the same moment. */
  readonly group?: string;
}

const latePlot = latePart(async () => (await import('./time-plot.tsx')).TimePlot);

/** Curves or bars over time, with scales, keys, and the values of the moment that is pointed at. */
export function TimeChart(props: TimeChartProps) {
  const { title, series, form, textOf, told, note, hasLastValues = false } = props;
  const { hasAttention, handlers } = useAttention();
  const last = series.moments.length - 1;
  return (
    <figure className="chart" aria-label={title}>
      <figcaption>
        <strong>{title}</strong>
        {props.isBehind === true && hasAttention && (
          <span className="chart-behind">held while you look</span>
        )}
        <span className="chart-note">{note}</span>
      </figcaption>
      <div className="chart-frame" {...handlers}>
        <Suspense fallback={<div className="chart-plot" role="img" aria-label={told} />}>
          <latePlot.View
            series={series}
            form={form}
            measure={props.measure}
            textOf={textOf}
            told={told}
            group={props.group}
            isOwn={hasAttention}
          />
        </Suspense>
        {isEmpty(series, form) && <p className="chart-empty">{props.emptyText}</p>}
      </div>
      <div className="chart-keys">
        {series.curves
          .filter(({ isThin = false }) => !isThin)
          .map((curve) => (
            <span key={curve.name} className="chart-key" title={curve.hint}>
              <CurveKey curve={curve} form={form} />
              {curve.name}
              {hasLastValues && <span className="mono">{valueText(curve, last, textOf)}</span>}
            </span>
          ))}
      </div>
    </figure>
  );
}
