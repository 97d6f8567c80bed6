import { Search, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { DatabaseInfo } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { LiveSwitch } from '../../grid/live-switch.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { EventFeed } from './event-feed.ts';
import { type DocumentChange, type EventFilter, everything, filtered } from './event-list.ts';
import './events-page.css';
import { TransactionItem } from './transaction-item.tsx';

export interface EventsPageProps {
  readonly database: DatabaseInfo;
  /** Shows a document of a collection. */
  readonly onOpen: (collection: string, id: string) => void;
}

const shownMax = 200;
const kinds: readonly { readonly kind: DocumentChange['changeType']; readonly word: string }[] = [
  { kind: 'Insert', word: '+ Inserts' },
  { kind: 'Update', word: '~ Updates' },
  { kind: 'Delete', word: '− Deletes' },
];

/** What changes in a database, as it changes: a timeline of transactions. */
export function EventsPage({ database, onOpen }: EventsPageProps) {
  const client = useClient();
  const feed = useMemo(() => new EventFeed(client), [client]);
  useEffect(() => feed.follow(database.database), [feed, database.database]);
  const state = useSyncExternalStore(
    useCallback((listener: () => void) => feed.subscribe(listener), [feed]),
    () => feed.state(),
  );
  const [filter, setFilter] = useState(everything);
  const shown = useMemo(() => filtered(state.transactions, filter), [state.transactions, filter]);
  const list = useRef<HTMLOListElement>(null);
  const newest = shown[0]?.lsn;
  useEffect(() => {
    if (state.mode === 'tail' && newest !== undefined) list.current?.scrollTo({ top: 0 });
  }, [state.mode, newest]);
  return (
    <section className="events" aria-label="Events">
      <div className="events-toolbar" role="toolbar" aria-label="Events">
        <EventFilters database={database} filter={filter} onFilter={setFilter} />
        <IconButton
          label="Clear the list"
          icon={<Trash2 size={16} />}
          disabled={state.transactions.length === 0}
          onClick={() => feed.clear()}
        />
        <LiveSwitch
          mode={state.mode}
          onMode={(mode) => feed.setMode(mode)}
          pendingCount={state.pendingCount}
          isHeld={false}
          isLost={state.isLost}
        />
      </div>
      {state.error !== undefined && <ErrorNote {...errorText(state.error)} />}
      {shown.length === 0 ? (
        <EmptyState
          title={
            state.transactions.length === 0
              ? 'Nothing has changed since this page was opened'
              : 'No event matches the filter'
          }
          hint="Every insert, update and delete appears here as soon as it is committed."
        />
      ) : (
        <ol className="events-list" ref={list} aria-label="Transactions, newest first">
          {shown.slice(0, shownMax).map((transaction) => (
            <TransactionItem
              key={`${transaction.kind} ${transaction.epoch} ${transaction.lsn}`}
              transaction={transaction}
              onOpen={onOpen}
            />
          ))}
          {shown.length > shownMax && (
            <li className="events-more">{`${(shown.length - shownMax).toLocaleString('en-US')} earlier transactions; narrow the filter to see them`}</li>
          )}
        </ol>
      )}
    </section>
  );
}

function EventFilters(props: {
  readonly database: DatabaseInfo;
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
}) {
  const { database, filter, onFilter } = props;
  const { catalog } = useCatalog(database.database);
  const names = catalog?.collections.map(({ name }) => name).sort() ?? [];
  return (
    <>
      <TextField
        className="events-search"
        label="Search events"
        isLabelHidden
        placeholder="Id, field or value"
        icon={<Search size={14} />}
        value={filter.search}
        onChange={(event) => onFilter({ ...filter, search: event.target.value })}
      />
      <select
        aria-label="Collection"
        className="events-collection"
        value={filter.collection}
        onChange={(event) => onFilter({ ...filter, collection: event.target.value })}
      >
        <option value="">All collections</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      {kinds.map(({ kind, word }) => {
        const isOn = filter.kinds.has(kind);
        const others = [...filter.kinds].filter((each) => each !== kind);
        return (
          <button
            key={kind}
            type="button"
            className={`events-kind is-${kind}`}
            aria-pressed={isOn}
            onClick={() =>
              onFilter({ ...filter, kinds: new Set(isOn ? others : [...others, kind]) })
            }
          >
            {word}
          </button>
        );
      })}
    </>
  );
}
