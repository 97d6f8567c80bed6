import { type Form, isEmpty, type TimeSeries, valueText } from './chart-curves.ts';
import { CurveKey } from './curve-key.tsx';
import { momentText } from './time-scale.ts';

export interface ChartTipProps {
  readonly series: TimeSeries;
  readonly form: Form;
  readonly textOf: (value: number) => string;
  /** Whether this chart is the one that is pointed at, of those that point at the same moment. */
  readonly isOwn: boolean;
  /** The place that is pointed at; the chart gives it. */
  readonly activeIndex?: string | null | undefined;
  /** Whether any is; the chart gives it. */
  readonly active?: boolean;
}

/** All values of the moment that is pointed at. Of the chart that has the keyboard, a screen reader tells them. */
export function ChartTip(props: ChartTipProps) {
  const { series, form, textOf, isOwn, activeIndex, active = false } = props;
  const place = Number(activeIndex ?? Number.NaN);
  const at = series.moments[place];
  if (!active || at === undefined || isEmpty(series, form)) return null;
  return (
    <div className="chart-tip" {...(isOwn ? { role: 'status' } : { 'aria-hidden': true })}>
      {isOwn && <div className="mono">{momentText(at, series.stepMs)}</div>}
      <dl>
        {series.curves.map((curve) => (
          <div key={curve.name}>
            <dt>
              <CurveKey curve={curve} form={form} />
              {curve.name}
            </dt>
            <dd className="mono">{valueText(curve, place, textOf)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
