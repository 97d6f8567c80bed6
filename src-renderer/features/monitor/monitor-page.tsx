import { useMemo, useState } from 'react';
import type { DatabaseInfo, MonitorInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { useHeld } from '../../ui/charts/use-held.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { chartsOf, rangeText, toldOf } from './monitor-curves.ts';
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
  const { value: chosen, isBehind, handlers } = useHeld(series[grain], grain);
  const charts = useMemo(
    () => (chosen === undefined ? [] : chartsOf(chosen, spansShown)),
    [chosen],
  );
  const isMeasured = chosen !== undefined && chosen.spans.length > 0;
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
      {!isMeasured && (
        <EmptyState
          title="Nothing is measured yet"
          hint="The first figures come in some seconds."
        />
      )}
      {isMeasured && (
        <div className="monitor-charts" {...handlers}>
          {charts.map((chart) => (
            <TimeChart
              key={chart.title}
              {...chart}
              form="lines"
              told={toldOf(chart)}
              hasLastValues
              isBehind={isBehind}
              group="monitor"
            />
          ))}
        </div>
      )}
    </>
  );
}
