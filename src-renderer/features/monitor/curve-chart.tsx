import { useState } from 'react';
import type { Chart, Curve } from './monitor-curves.ts';

const width = 480;
const height = 96;

export interface CurveChartProps {
  readonly chart: Chart;
  /** When each value was. */
  readonly timeOf: (place: number) => string;
}

/** Curves over time, on one scale that begins at nothing; the values of the moment under the pointer, else the last. */
export function CurveChart({ chart, timeOf }: CurveChartProps) {
  const { title, curves, textOf } = chart;
  const [pointed, setPointed] = useState<number>();
  const length = curves[0]?.values.length ?? 0;
  const most = Math.max(...curves.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const top = most > 0 ? most : 1;
  const shown = Math.min(pointed ?? length - 1, length - 1);
  const told = curves.map((curve) => `${curve.name} ${valueText(curve, shown, textOf)}`).join(', ');
  return (
    <figure className="monitor-chart" aria-label={title}>
      <figcaption>
        <strong>{title}</strong>
        <span className="mono monitor-top">{most > 0 ? `top ${textOf(most)}` : ''}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}, ${timeOf(shown)}: ${told}`}
        onPointerMove={(event) => {
          const { left, width: wide } = event.currentTarget.getBoundingClientRect();
          const share = (event.clientX - left) / Math.max(1, wide);
          setPointed(Math.min(length - 1, Math.max(0, Math.floor(share * length))));
        }}
        onPointerLeave={() => setPointed(undefined)}
      >
        {curves.map((curve) => (
          <path
            key={curve.name}
            className={`monitor-line monitor-${curve.look}`}
            d={pathOf(curve.values, top)}
          />
        ))}
        {pointed !== undefined && (
          <line
            className="monitor-pointer"
            x1={((shown + 0.5) * width) / length}
            x2={((shown + 0.5) * width) / length}
            y1={0}
            y2={height}
          />
        )}
      </svg>
      <div className="monitor-keys">
        {curves.map((curve) => (
          <span key={curve.name} className={`monitor-key monitor-${curve.look}`}>
            {curve.name} <span className="mono">{valueText(curve, shown, textOf)}</span>
          </span>
        ))}
        <span className="monitor-when">{timeOf(shown)}</span>
      </div>
    </figure>
  );
}

function valueText({ values }: Curve, place: number, textOf: (value: number) => string): string {
  const value = values[place];
  return value === null || value === undefined ? '—' : textOf(value);
}

/** A line that is broken where nothing is known; a value alone is a dot. */
function pathOf(values: readonly (number | null)[], top: number): string {
  const step = width / Math.max(1, values.length);
  let isOpen = false;
  return values
    .map((value, at) => {
      if (value === null) {
        isOpen = false;
        return '';
      }
      const y = height - 2 - (value / top) * (height - 6);
      const place = `${((at + 0.5) * step).toFixed(1)},${y.toFixed(1)}`;
      const command = isOpen ? `L${place}` : `M${place}h0.1`;
      isOpen = true;
      return command;
    })
    .join('');
}
