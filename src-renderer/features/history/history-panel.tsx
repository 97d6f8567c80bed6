import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, Search, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { HistoryEntry } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import './history-panel.css';
import { dayText, factsText, gistOf, outcomeText, timeText } from './history-text.ts';
import { useHistory } from './use-history.ts';

export interface HistoryPanelProps {
  /** Opens a run's text, with its variables, in a new tab. */
  readonly onOpen: (entry: HistoryEntry) => void;
}

/** Every run of this person, newest first, to be searched and opened again. */
export function HistoryPanel({ onOpen }: HistoryPanelProps) {
  const client = useClient();
  const [search, setSearch] = useState('');
  const { entries, error, hasMore, loadMore } = useHistory(search);
  const [isClearing, setClearing] = useState(false);
  const [clearError, setClearError] = useState<unknown>();
  const list = useRef<HTMLDivElement>(null);
  const clear = async () => {
    setClearing(false);
    try {
      await client.call('history.clear', {});
      setClearError(undefined);
    } catch (failure) {
      setClearError(failure);
    }
  };
  const failure = error ?? clearError;
  return (
    <section className="history" aria-label="History">
      <header className="side-head">
        <h2 className="side-title">History</h2>
        <IconButton
          label="Clear the history"
          icon={<Trash2 size={16} />}
          disabled={entries === undefined || entries.length === 0}
          onClick={() => setClearing(true)}
        />
      </header>
      <div className="history-search">
        <TextField
          label="Search the history"
          isLabelHidden
          placeholder="Words, or a database"
          icon={<Search size={14} />}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setSearch('');
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              list.current?.querySelector('button')?.focus();
            }
          }}
        />
      </div>
      {isClearing && (
        <div className="history-clear" role="alertdialog" aria-label="Clear the history">
          <p>Forget all runs of all databases?</p>
          <Button look="danger" autoFocus onClick={() => void clear()}>
            Forget them
          </Button>
          <Button onClick={() => setClearing(false)}>Cancel</Button>
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go from row to row, and the rows are buttons. */}
      <div
        className="history-body"
        ref={list}
        onKeyDown={(event) => moveFocus(event, list.current)}
      >
        {failure !== undefined && <ErrorNote {...errorText(failure)} />}
        {entries?.length === 0 && <Nothing isSearch={search !== ''} />}
        {daysOf(entries ?? []).map(([day, runs]) => (
          <div key={day}>
            <h3 className="history-day">{day}</h3>
            <ul>
              {runs.map((entry) => (
                <li key={entry.id}>
                  <Row entry={entry} onOpen={onOpen} />
                </li>
              ))}
            </ul>
          </div>
        ))}
        {hasMore && (
          <div className="history-more">
            <Button look="quiet" onClick={loadMore}>
              Show older runs
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

function Nothing({ isSearch }: { readonly isSearch: boolean }) {
  return isSearch ? (
    <EmptyState title="No run holds these words" />
  ) : (
    <EmptyState title="Nothing has run yet" hint="Every run is kept here." />
  );
}

function Row({ entry, onOpen }: { readonly entry: HistoryEntry } & HistoryPanelProps) {
  return (
    <button
      type="button"
      className="history-row"
      title={entry.message ?? entry.text.slice(0, 2000)}
      onClick={() => onOpen(entry)}
    >
      <OutcomeIcon entry={entry} />
      <span className="history-text">
        <span className="history-gist mono">{gistOf(entry.text)}</span>
        <span className="history-facts">
          {`${timeText(entry.startedAt)} · ${entry.databaseName} · ${factsText(entry)}`}
        </span>
      </span>
    </button>
  );
}

function OutcomeIcon({ entry }: { readonly entry: HistoryEntry }) {
  const label = outcomeText(entry);
  switch (entry.outcome) {
    case 'done':
      return <CircleCheck size={14} className="history-icon is-done" aria-label={label} />;
    case 'failed':
      return <CircleAlert size={14} className="history-icon is-failed" aria-label={label} />;
    case 'running':
      return <CircleDashed size={14} className="history-icon" aria-label={label} />;
    default:
      return <CircleSlash size={14} className="history-icon" aria-label={label} />;
  }
}

function daysOf(entries: readonly HistoryEntry[]): readonly [string, readonly HistoryEntry[]][] {
  const days = new Map<string, HistoryEntry[]>();
  const now = Date.now();
  for (const entry of entries) {
    const day = dayText(entry.startedAt, now);
    const runs = days.get(day);
    if (runs === undefined) days.set(day, [entry]);
    else runs.push(entry);
  }
  return [...days];
}

/** Arrow keys move through the runs, Home and End to the first and last. */
function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>('.history-row') ?? [])];
  const at = rows.findIndex((row) => row.matches(':focus'));
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: rows.length - 1,
  };
  const to = steps[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
}
