import type { JobSeries } from '#contract';
import { shortDuration } from './job-text.ts';

const width = 600;
const height = 96;

export interface RunChartProps {
  readonly series: JobSeries;
}

/** Attempts that ended in each span of time: completed below, failed above. */
export function ThroughputChart({ series }: RunChartProps) {
  const { spans, stepMs } = series;
  const most = Math.max(1, ...spans.map(({ completed, failed }) => completed + failed));
  const completed = spans.reduce((sum, span) => sum + span.completed, 0);
  const failed = spans.reduce((sum, span) => sum + span.failed, 0);
  const step = width / spans.length;
  const rate = (1_000 * (completed + failed)) / (stepMs * spans.length);
  const text = `${completed.toLocaleString('en-US')} completed, ${failed.toLocaleString('en-US')} failed`;
  const scale = (count: number) => (count / most) * (height - 4);
  return (
    <figure className="jobs-chart">
      <figcaption>
        <strong>Attempts</strong>
        <span className="jobs-key jobs-key-completed">completed</span>
        <span className="jobs-key jobs-key-failed">failed</span>
        <span className="mono">
          {rate === 0
            ? 'none ended'
            : `${rateText(rate)} · most ${most.toLocaleString('en-US')} in ${shortDuration(stepMs)}`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Attempts of the last ${shortDuration(stepMs * spans.length)}: ${text}`}
      >
        {spans.map((span, at) => {
          const whole = scale(span.completed + span.failed);
          const bad = scale(span.failed);
          return (
            <g key={span.at}>
              <title>
                {spanTitle(span.at, `${span.completed} completed, ${span.failed} failed`)}
              </title>
              <rect
                className="jobs-bar-completed"
                x={at * step + 0.5}
                width={step - 1}
                y={height - whole + bad}
                height={whole - bad}
              />
              <rect
                className="jobs-bar-failed"
                x={at * step + 0.5}
                width={step - 1}
                y={height - whole}
                height={bad}
              />
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** How long attempts took, how long jobs that were due waited, and how old jobs were when they ended: the middle one of each span, and the 95th of 100. */
export function DurationChart({ series }: RunChartProps) {
  const { spans } = series;
  const values = spans.flatMap((span) => [
    span.runMsP50,
    span.runMsP95,
    span.waitMsP50,
    span.waitMsP95,
    span.ageMsP50,
    span.ageMsP95,
  ]);
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const last = spans.findLast(({ runMsP50 }) => runMsP50 !== null);
  const line = (pick: (span: JobSeries['spans'][number]) => number | null) =>
    pathOf(
      spans.map((span) => pick(span)),
      most,
    );
  const text =
    last === undefined
      ? 'no attempt ended'
      : `run ${shortDuration(last.runMsP50 ?? 0)}, 95 % within ${shortDuration(last.runMsP95 ?? 0)}`;
  return (
    <figure className="jobs-chart">
      <figcaption>
        <strong>Durations</strong>
        <span className="jobs-key jobs-key-run">run</span>
        <span className="jobs-key jobs-key-wait">wait</span>
        <span className="jobs-key jobs-key-age" title="From when a job was enqueued to its end">
          age
        </span>
        <span className="mono">
          {last === undefined ? text : `${text} · top ${shortDuration(most)}`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Durations, the last: ${text}`}
      >
        <path className="jobs-line-age jobs-line-far" d={line(({ ageMsP95 }) => ageMsP95)} />
        <path className="jobs-line-age" d={line(({ ageMsP50 }) => ageMsP50)} />
        <path className="jobs-line-run jobs-line-far" d={line(({ runMsP95 }) => runMsP95)} />
        <path className="jobs-line-wait jobs-line-far" d={line(({ waitMsP95 }) => waitMsP95)} />
        <path className="jobs-line-run" d={line(({ runMsP50 }) => runMsP50)} />
        <path className="jobs-line-wait" d={line(({ waitMsP50 }) => waitMsP50)} />
      </svg>
    </figure>
  );
}

/** Runs of the last minutes in a line of a table. */
export function Sparkline({
  recent,
  label,
}: {
  readonly recent: readonly { readonly completed: number; readonly failed: number }[];
  readonly label: string;
}) {
  const most = Math.max(1, ...recent.map(({ completed, failed }) => completed + failed));
  const failed = recent.reduce((sum, each) => sum + each.failed, 0);
  const ended = recent.reduce((sum, each) => sum + each.completed, failed);
  return (
    <svg
      className="jobs-spark"
      viewBox={`0 0 ${recent.length * 4} 16`}
      role="img"
      aria-label={`${label}: ${ended} attempts in ${recent.length} minutes, ${failed} failed`}
    >
      {recent.map((minute, at) => {
        const whole = (15 * (minute.completed + minute.failed)) / most;
        const bad = (15 * minute.failed) / most;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a minute is known by its place.
          <g key={at}>
            <rect
              className="jobs-bar-completed"
              x={at * 4}
              width={3}
              y={16 - whole + bad}
              height={whole - bad}
            />
            <rect className="jobs-bar-failed" x={at * 4} width={3} y={16 - whole} height={bad} />
          </g>
        );
      })}
    </svg>
  );
}

/** A line that is broken where nothing was measured; a value alone is a dot. */
function pathOf(values: readonly (number | null)[], most: number): string {
  const step = width / values.length;
  let isOpen = false;
  return values
    .map((value, at) => {
      if (value === null) {
        isOpen = false;
        return '';
      }
      const place = `${((at + 0.5) * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`;
      const command = isOpen ? `L${place}` : `M${place}h0.1`;
      isOpen = true;
      return command;
    })
    .join('');
}

function spanTitle(at: number, text: string): string {
  const time = new Date(at).toLocaleTimeString('en-GB', { timeStyle: 'medium' });
  return `${time}: ${text}`;
}

function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond).toLocaleString('en-US')} a second`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)} a second`;
  return `${(perSecond * 60).toFixed(1)} a minute`;
}
