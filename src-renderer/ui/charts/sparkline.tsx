/*
 * A chart within a line of a table. It stays plain SVG: it has no scale and no tip to take from the library, and a table
 * of hundreds of queues would be hundreds of its charts, each with a store of its own.
 */
import './charts.css';

export interface SparklineProps {
  /** Bars from the left: what is at the foot of each, and what stands upon it. */
  readonly bars: readonly { readonly good: number; readonly bad: number }[];
  /** What the picture says, in words. */
  readonly told: string;
}

const height = 16;

export function Sparkline({ bars, told }: SparklineProps) {
  const most = Math.max(1, ...bars.map(({ good, bad }) => good + bad));
  const scale = (count: number) => ((height - 1) * count) / most;
  return (
    <svg
      className="chart-spark"
      viewBox={`0 0 ${bars.length * 4} ${height}`}
      role="img"
      aria-label={told}
    >
      {bars.map(({ good, bad }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is known by its place.
        <g key={at}>
          <rect
            fill="var(--accent)"
            x={at * 4}
            width={3}
            y={height - scale(good)}
            height={scale(good)}
          />
          <rect
            fill="var(--danger)"
            x={at * 4}
            width={3}
            y={height - scale(good + bad)}
            height={scale(bad)}
          />
        </g>
      ))}
    </svg>
  );
}
