import { useMemo, useState } from 'react';
import type { DatabaseInfo, MonitorInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { CurveChart } from './curve-chart.tsx';
import { chartsOf, evenSpans, rangeText } from './monitor-curves.ts';
import './monitor-page.css';
import { SlowQueryTable, WatcherTable } from './monitor-tables.tsx';

export interface MonitorPageProps {
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
  /** Shows a text in a tab of its own. */
  readonly onOpenText: (text: string) => void;
}

/** Spans that are drawn of each grain. */
const spansShown = 180;

/** What a database did over time, what was slow, and who follows it. */
export function MonitorPage({ database, onClose, onOpenText }: MonitorPageProps) {
  const state = useTopic('monitor', { database: database.database });
  const info = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  return (
    <PageFrame
      name="Monitor"
      title={`Monitor of ${database.name}`}
      className="monitor"
      progress={{ label: 'Reading metrics', isActive: state.status === 'waiting' }}
      onClose={onClose}
    >
      <div className="monitor-body">
        {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
        {info !== undefined && (
          <>
            {info.isRecorded ? (
              <Curves series={info.series} />
            ) : (
              <EmptyState
                title="This database is not measured"
                hint="Another process owns it, and has opened it without recordMetrics."
              />
            )}
            <SlowQueryTable info={info} onOpenText={onOpenText} />
            <WatcherTable watchers={info.watchers} readers={info.readers} onOpenText={onOpenText} />
          </>
        )}
      </div>
    </PageFrame>
  );
}

function Curves({ series }: Pick<MonitorInfo, 'series'>) {
  const [grain, setGrain] = useState(0);
  const chosen = series[grain];
  const spans = useMemo(
    () => (chosen === undefined ? [] : evenSpans(chosen, spansShown)),
    [chosen],
  );
  const stepMs = chosen?.stepMs ?? 1;
  const charts = useMemo(() => chartsOf(spans, stepMs), [spans, stepMs]);
  const lastAt = chosen?.spans.at(-1)?.at ?? 0;
  const timeOf = (place: number) => {
    const at = new Date(lastAt - (spans.length - 1 - place) * stepMs);
    return stepMs < 60_000
      ? at.toLocaleTimeString('en-GB', { timeStyle: 'medium' })
      : at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  };
  return (
    <>
      <div className="monitor-grains" role="radiogroup" aria-label="Time shown">
        {series.map((each, at) => (
          <label key={each.stepMs} className="monitor-grain">
            <input
              type="radio"
              name="monitor-grain"
              checked={at === grain}
              onChange={() => setGrain(at)}
            />
            {`Last ${rangeText(each.stepMs, spansShown)}`}
          </label>
        ))}
      </div>
      {spans.length === 0 && (
        <EmptyState
          title="Nothing is measured yet"
          hint="The first figures come in some seconds."
        />
      )}
      {spans.length > 0 && (
        <div className="monitor-charts">
          {charts.map((chart) => (
            <CurveChart key={chart.title} chart={chart} timeOf={timeOf} />
          ))}
        </div>
      )}
    </>
  );
}
