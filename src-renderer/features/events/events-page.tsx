import { Search, Trash2 } from 'lucide-react';
import {
  type Ref,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
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
import {
  type DocumentChange,
  type EventFilter,
  type EventList,
  eventLimits,
  everything,
  filtered,
  isSearchedInPart,
  type Transaction,
} from './event-list.ts';
import './events-page.css';
import { TransactionItem } from './transaction-item.tsx';

export interface EventsPageProps {
  readonly database: DatabaseInfo;
  /** Shows a document of a collection. */
  readonly onOpen: (collection: string, id: string) => void;
}

const shownStep = 200;
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
  const { transactions } = state.list;
  const [filter, setFilter] = useState(everything);
  const shown = useMemo(() => filtered(transactions, filter), [transactions, filter]);
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
          disabled={transactions.length === 0}
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
            transactions.length === 0
              ? 'Nothing has changed since this page was opened'
              : 'No event matches the filter'
          }
          hint="Every insert, update and delete appears here as soon as it is committed, from now on. What became of one document before is in the history of its row."
        />
      ) : (
        <Timeline {...{ filter, shown, onOpen }} list={state.list} since={state.since} ref={list} />
      )}
    </section>
  );
}

/** The transactions that the filter leaves, and what is not among them. */
function Timeline(props: {
  readonly list: EventList;
  readonly filter: EventFilter;
  readonly shown: readonly Transaction[];
  readonly since: number;
  readonly onOpen: EventsPageProps['onOpen'];
  readonly ref: Ref<HTMLOListElement>;
}) {
  const { list, filter, shown, since, onOpen, ref } = props;
  const [shownMax, setShownMax] = useState(shownStep);
  const { droppedCount, transactions } = list;
  return (
    <ol className="events-list" ref={ref} aria-label="Transactions, newest first">
      {shown.slice(0, shownMax).map((transaction) => (
        <TransactionItem
          key={`${transaction.kind} ${transaction.epoch} ${transaction.lsn}`}
          transaction={transaction}
          onOpen={onOpen}
        />
      ))}
      <li className="events-more">
        {shown.length > shownMax && (
          <button type="button" onClick={() => setShownMax(shownMax + shownStep)}>
            {`Show more of ${countOf(shown.length - shownMax, 'earlier transaction')}`}
          </button>
        )}
        {isSearchedInPart(transactions, filter) && (
          <p>Large transactions were searched in the documents that the list keeps of them.</p>
        )}
        <p>{beginningText(droppedCount, since)}</p>
      </li>
    </ol>
  );
}

/** Where the list begins, so that nobody takes it for all that ever was. */
function beginningText(droppedCount: number, since: number): string {
  const time = new Date(since).toLocaleTimeString();
  if (droppedCount === 0)
    return `The list began at ${time}; what was committed before is not in it.`;
  return `${countOf(droppedCount, 'transaction')} since ${time} had to leave the list, which keeps the last ${eventLimits.transactionsMax.toLocaleString('en-US')}.`;
}

function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
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
