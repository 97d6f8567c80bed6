import type { MonitorInfo } from '#contract';
import { EmptyState } from '../../ui/empty-state.tsx';
import { countText, durationText, timeText } from '../health/health-text.ts';
import { latencyText } from './monitor-curves.ts';

interface SlowQueryTableProps {
  readonly info: MonitorInfo;
  readonly onOpenText: (text: string) => void;
}

/** Statements that took long, with how they were carried out; pressing one opens it in a tab. */
export function SlowQueryTable({ info, onOpenText }: SlowQueryTableProps) {
  const { slowQueries, slowQueryMs } = info;
  return (
    <section aria-label="Slow statements">
      <h3>Slow statements</h3>
      {slowQueries.length === 0 && (
        <EmptyState title={`No statement took ${slowQueryMs} ms or more`} />
      )}
      {slowQueries.length > 0 && (
        <table className="monitor-table">
          <thead>
            <tr>
              <th scope="col">Statement</th>
              <th scope="col">Plan</th>
              <th scope="col">Took</th>
              <th scope="col">Rows</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {slowQueries.map(({ at, elapsedMs, text, plan, rowCount, outcome }) => (
              <tr key={`${at} ${elapsedMs} ${text}`}>
                <th scope="row">
                  <button
                    type="button"
                    className="monitor-link mono"
                    title={text}
                    onClick={() => onOpenText(text)}
                  >
                    <bdi>{onOneLine(text)}</bdi>
                  </button>
                </th>
                <td className="mono monitor-long" title={plan ?? ''}>
                  {plan ?? '—'}
                </td>
                <td className="mono monitor-number">{latencyText(elapsedMs)}</td>
                <td className="mono monitor-number">
                  {outcome === 'ok' ? rowCount.toLocaleString('en') : outcome}
                </td>
                <td className="mono monitor-number">{timeText(at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface WatcherTableProps extends Pick<MonitorInfo, 'watchers' | 'readers'> {
  readonly onOpenText: (text: string) => void;
}

/** Who follows the database, and who holds an old state of it. */
export function WatcherTable({ watchers, readers, onOpenText }: WatcherTableProps) {
  const [oldest] = readers;
  return (
    <section aria-label="Watchers and readers">
      <h3>Watchers and readers</h3>
      <p className="monitor-quiet">
        {oldest === undefined
          ? 'Nobody holds an older state of the database.'
          : `${countText(readers.length, 'reader')} hold older states, the oldest for ${durationText(oldest.ageMs)}.`}
      </p>
      {watchers.length === 0 && <EmptyState title="No query is followed" />}
      {watchers.length > 0 && (
        <table className="monitor-table">
          <thead>
            <tr>
              <th scope="col">Query</th>
              <th scope="col">Why it runs again</th>
              <th scope="col">Ran again</th>
              <th scope="col">Events</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {watchers.map(({ id, query, rerunCount, eventCount, startedAt, reason }) => (
              <tr key={id}>
                <th scope="row">
                  <button
                    type="button"
                    className="monitor-link mono"
                    title={query}
                    onClick={() => onOpenText(query)}
                  >
                    <bdi>{onOneLine(query)}</bdi>
                  </button>
                </th>
                <td className="monitor-long" title={reason ?? ''}>
                  {reason ?? 'It follows changes alone'}
                </td>
                <td className="mono monitor-number">{rerunCount.toLocaleString('en')}</td>
                <td className="mono monitor-number">{eventCount.toLocaleString('en')}</td>
                <td className="mono monitor-number">{timeText(startedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
