import type { JobRunInfo, Result } from '#contract';
import { momentText, shortDuration } from './job-text.ts';

type Detail = NonNullable<Result<'jobs.get'>['job']>;

const runMarks: Readonly<Record<string, string>> = {
  Completed: '✓',
  Failed: '✕',
  TimedOut: '⏱',
  Cancelled: '⊘',
  Released: '↩',
  Lost: '?',
};
const runWords: Readonly<Record<string, string>> = {
  TimedOut: 'Ran out of time',
  Released: 'Handed back',
  Lost: 'Lost with its process',
};

const attemptWidthMin = '4px';

/** The attempts of a job on one line of time, each with its error and what it logged. */
export function JobRuns({ job: { row, runs } }: { readonly job: Detail }) {
  if (runs.length === 0 && row.state !== 'Running') return null;
  const isRunning = row.state === 'Running' && row.startedAt !== null;
  const from = Math.min(row.createdAt, ...runs.map(({ startedAt }) => startedAt));
  const to = Math.max(
    from + 1,
    ...runs.map(({ finishedAt }) => finishedAt),
    ...(isRunning ? [row.startedAt ?? from] : []),
  );
  const share = (at: number) => `${Math.max(0, (100 * (at - from)) / (to - from)).toFixed(2)}%`;
  // The shortest is seen as well, and the last one at the end of the line.
  const left = (at: number) => `min(${share(at)}, 100% - ${attemptWidthMin})`;
  return (
    <section aria-label="Attempts">
      <h4>Attempts</h4>
      <div className="jobs-timeline" aria-hidden>
        {runs.map((run) => (
          <span
            key={run.id}
            className={`jobs-attempt ${run.status === 'Completed' ? 'is-completed' : 'is-failed'}`}
            style={{
              left: left(run.startedAt),
              width: `max(${attemptWidthMin}, calc(${share(run.finishedAt)} - ${share(run.startedAt)}))`,
            }}
          />
        ))}
        {isRunning && (
          <span className="jobs-attempt is-running" style={{ left: left(row.startedAt ?? from) }} />
        )}
      </div>
      <ol className="jobs-runs">
        {runs.map((run) => (
          <Run key={run.id} run={run} />
        ))}
        {isRunning && (
          <li>
            <p>
              <strong>{`▶ Attempt ${row.attempts} is running`}</strong>
            </p>
          </li>
        )}
      </ol>
    </section>
  );
}

function Run({ run }: { readonly run: JobRunInfo }) {
  const word = runWords[run.status] ?? run.status;
  return (
    <li>
      <p>
        <strong>{`${runMarks[run.status] ?? ''} Attempt ${run.attempt}: ${word}`}</strong>
        <span className="jobs-quiet">
          {` ${momentText(run.startedAt)}, ${shortDuration(run.elapsedMs)}`}
        </span>
      </p>
      {run.error !== null && <p className="jobs-error">{run.error}</p>}
      {run.errorStack !== null && (
        <details>
          <summary>Stack</summary>
          <pre className="mono jobs-stack">{run.errorStack}</pre>
        </details>
      )}
      {run.logs.length > 0 && (
        <details open>
          <summary>{`Log, ${run.logs.length} ${run.logs.length === 1 ? 'line' : 'lines'}`}</summary>
          <ul className="mono jobs-log">
            {run.logs.map(({ at, text }, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log are known by their place.
              <li key={line}>
                <time dateTime={new Date(at).toISOString()}>
                  {new Date(at).toLocaleTimeString('en-GB')}
                </time>{' '}
                {text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
