import { useEffect, useState } from 'react';
import type { DatabaseId, WireValue } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { cutText, exactText, groupedNumber } from '../../grid/cell-text.ts';
import { type GridColumn, typeText } from '../../grid/cell-value.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { type ColumnStatistics, readStatistics } from './column-statistics.ts';
import './statistics-dialog.css';

export interface StatisticsDialogProps {
  readonly database: DatabaseId;
  readonly collection: string;
  readonly where: string;
  readonly column: GridColumn;
  readonly onClose: () => void;
  readonly giveFocusBack: (event: Event) => void;
}

type Reading =
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly statistics: ColumnStatistics }
  | { readonly state: 'failed'; readonly error: unknown };

/** What the engine counts in a column. */
export function StatisticsDialog(props: StatisticsDialogProps) {
  const { database, collection, where, column, onClose, giveFocusBack } = props;
  const client = useClient();
  const [reading, setReading] = useState<Reading>({ state: 'reading' });
  useEffect(() => {
    const abort = new AbortController();
    readStatistics(client, { database, collection, where }, column, abort.signal).then(
      (statistics) => setReading({ state: 'read', statistics }),
      (error: unknown) => {
        if (!abort.signal.aborted) setReading({ state: 'failed', error });
      },
    );
    return () => abort.abort();
  }, [client, database, collection, where, column]);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title={`${column.name} of ${collection}`}
    >
      <div className="statistics">
        <p className="statistics-type mono">{typeText(column.type, column.nullable)}</p>
        <ProgressBar label="Counting" isActive={reading.state === 'reading'} />
        {reading.state === 'failed' && <ErrorNote {...errorText(reading.error)} />}
        {reading.state === 'read' && <Figures statistics={reading.statistics} />}
      </div>
    </Dialog>
  );
}

function Figures({ statistics }: { readonly statistics: ColumnStatistics }) {
  const { count, setCount, distinctCount, min, max, average, top } = statistics;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Documents', groupedNumber(count)],
    ['Null or not set', shareText(count - setCount, count)],
    ['Distinct values', distinctCount === undefined ? undefined : groupedNumber(distinctCount)],
    ['Lowest', valueText(min)],
    ['Highest', valueText(max)],
    ['Average', average === undefined ? undefined : groupedNumber(Number(average.toPrecision(8)))],
  ];
  const most = top[0]?.count ?? 0;
  return (
    <>
      <dl>
        {facts.map(([name, text]) =>
          text === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{text}</dd>
            </div>
          ),
        )}
      </dl>
      {top.length > 0 && (
        <>
          <h3>Most frequent</h3>
          <ol>
            {top.map(({ value, count: each }) => (
              <li key={JSON.stringify(value)}>
                <span className="statistics-bar" style={{ width: `${(each / most) * 100}%` }} />
                <span className="mono">{valueText(value) ?? 'null'}</span>
                <span className="mono">{shareText(each, count)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function shareText(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100;
  return `${groupedNumber(part)} (${share.toFixed(1)} %)`;
}

function valueText(value: WireValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return groupedNumber(value);
  return cutText(exactText({ state: 'value', value }), 120);
}
