import { useEffect, useState } from 'react';
import type { DatabaseId } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { type CellType, type GridColumn, typeText } from '../../grid/cell-value.ts';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { binsOf, type CountedBin, readDistribution } from './column-distribution.ts';
import { type ColumnStatistics, readStatistics, shareText } from './column-statistics.ts';
import './statistics-dialog.css';
import { factsOf, type ValueText, valueTextOf } from './statistics-text.ts';

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
  const [bins, setBins] = useState<readonly CountedBin[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const place = { database, collection, where };
    const read = async () => {
      const statistics = await readStatistics(client, place, column, signal);
      setReading({ state: 'read', statistics });
      const empty = binsOf(column, statistics.min, statistics.max);
      setBins(await readDistribution(client, place, column, { bins: empty, signal }));
    };
    read().catch((error: unknown) => {
      if (!signal.aborted) setReading({ state: 'failed', error });
    });
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
        {reading.state === 'read' && (
          <Figures statistics={reading.statistics} bins={bins} type={column.type} />
        )}
      </div>
    </Dialog>
  );
}

function Figures(props: {
  readonly statistics: ColumnStatistics;
  readonly bins: readonly CountedBin[];
  readonly type: CellType;
}) {
  const { statistics, bins, type } = props;
  const { count, top } = statistics;
  const textOf = valueTextOf(statistics);
  const most = top[0]?.count ?? 0;
  return (
    <>
      <dl>
        {factsOf(statistics, type).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{text}</dd>
          </div>
        ))}
      </dl>
      {bins.length > 0 && <Distribution bins={bins} count={count} textOf={textOf} />}
      {top.length > 0 && (
        <>
          <h3>Most frequent</h3>
          <ol className="statistics-top">
            {top.map(({ value, count: each }) => (
              <li key={JSON.stringify(value)}>
                <span className="statistics-bar" style={{ width: `${(each / most) * 100}%` }} />
                <span className={classNames('mono', value === null && 'statistics-none')}>
                  {textOf(value)}
                </span>
                <span className="mono">{shareText(each, count)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

/** A bar for every bin; what one stands for is its title, and its words for those who do not see it. */
function Distribution(props: {
  readonly bins: readonly CountedBin[];
  readonly count: number;
  readonly textOf: ValueText;
}) {
  const { bins, count, textOf } = props;
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return (
    <>
      <h3>Distribution</h3>
      <ol className="statistics-bins">
        {bins.map((bin) => {
          const { from, to, isLast } = bin;
          const words = `${textOf(from)} ${isLast ? 'to' : 'to before'} ${textOf(to)}: ${shareText(bin.count, count)}`;
          return (
            <li key={JSON.stringify(from)} title={words}>
              <span className="visually-hidden">{words}</span>
              <span style={{ height: `${(bin.count / most) * 100}%` }} aria-hidden="true" />
            </li>
          );
        })}
      </ol>
      <p className="statistics-ends mono" aria-hidden="true">
        <span>{textOf(bins[0]?.from ?? null)}</span>
        <span>{textOf(bins.at(-1)?.to ?? null)}</span>
      </p>
    </>
  );
}
