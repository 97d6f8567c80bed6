import type { SizeSample } from '#contract';
import { bytesText, durationText } from './health-text.ts';

const width = 320;
const height = 48;

export interface SizeCurveProps {
  readonly sizes: readonly SizeSample[];
}

/** The size of the file, and how much of it is used, while the page was looked at. */
export function SizeCurve({ sizes }: SizeCurveProps) {
  const first = sizes[0];
  const last = sizes.at(-1);
  if (first === undefined || last === undefined || sizes.length < 2) {
    return <p className="health-quiet">The curve begins as soon as there are two measurements.</p>;
  }
  const most = Math.max(...sizes.map(({ sizeBytes }) => sizeBytes));
  const growth = last.sizeBytes - first.sizeBytes;
  const over = durationText(last.at - first.at);
  const sign = growth > 0 ? '+' : growth < 0 ? '−' : '±';
  const text = `${sign}${bytesText(Math.abs(growth))} in ${over}`;
  const path = (pick: (sample: SizeSample) => number) =>
    sizes
      .map((sample, at) => {
        const x = (width * (sample.at - first.at)) / Math.max(1, last.at - first.at);
        const y = height - 2 - ((height - 4) * pick(sample)) / Math.max(1, most);
        return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join('');
  return (
    <figure className="health-curve">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Size of the file: ${text}`}
      >
        <path className="health-curve-used" d={path(({ usedBytes }) => usedBytes)} />
        <path className="health-curve-size" d={path(({ sizeBytes }) => sizeBytes)} />
      </svg>
      <figcaption>
        <span className="health-key health-key-size">size</span>
        <span className="health-key health-key-used">in use</span>
        <span className="mono">{text}</span>
      </figcaption>
    </figure>
  );
}
