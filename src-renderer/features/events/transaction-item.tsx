import { Table2 } from 'lucide-react';
import { memo, useState } from 'react';
import type { WireValue } from '#contract';
import { IconButton } from '../../ui/icon-button.tsx';
import {
  type ChangeCount,
  type DocumentChange,
  type FieldChange,
  fieldChanges,
  leftOutCount,
  type Transaction,
} from './event-list.ts';

const shownMax = 20;
const textMax = 200;
const signs = { Insert: '+', Update: '~', Delete: '−' } as const;
const words = { Insert: 'inserted', Update: 'updated', Delete: 'deleted' } as const;

/** One transaction with its changes, each to be opened to what it was and is. */
export const TransactionItem = memo(function TransactionItem(props: {
  readonly transaction: Transaction;
  readonly onOpen: (collection: string, id: string) => void;
}) {
  const { transaction, onOpen } = props;
  const [isWhole, setWhole] = useState(false);
  const time = new Date(transaction.at);
  const head = (
    <>
      <time dateTime={time.toISOString()} title={time.toISOString()}>
        {time.toLocaleTimeString()}
      </time>
      <span title="The commit">{`#${transaction.lsn.toLocaleString('en-US')}`}</span>
    </>
  );
  if (transaction.kind === 'gap') {
    const { missedCount } = transaction;
    const count = missedCount === undefined ? 'Some' : missedCount.toLocaleString('en-US');
    return (
      <li className="transaction is-gap">
        <header>
          {head}
          <strong>{`${count} events are missing here: the page did not take them, or the log no longer has them`}</strong>
        </header>
      </li>
    );
  }
  const { changes, counts } = transaction;
  const leftOut = leftOutCount(transaction);
  const shown = isWhole ? changes : changes.slice(0, shownMax);
  return (
    <li className="transaction">
      <header>
        {head}
        <strong>{summaryOf(counts)}</strong>
      </header>
      <ul>
        {shown.map((change) => (
          <ChangeItem key={`${change.collection} ${change.id}`} change={change} onOpen={onOpen} />
        ))}
      </ul>
      {changes.length > shown.length && (
        <button type="button" className="transaction-more" onClick={() => setWhole(true)}>
          {`Show ${(changes.length - shown.length).toLocaleString('en-US')} more`}
        </button>
      )}
      {leftOut > 0 && changes.length === shown.length && (
        <p className="transaction-rest">{restText(leftOut, changes.length)}</p>
      )}
    </li>
  );
});

function ChangeItem(props: {
  readonly change: DocumentChange;
  readonly onOpen: (collection: string, id: string) => void;
}) {
  const { change, onOpen } = props;
  const { changeType, collection, id } = change;
  const fields = fieldChanges(change);
  return (
    <li className={`change is-${changeType}`}>
      <details>
        <summary>
          <span className="change-kind" title={words[changeType]}>
            <span aria-hidden="true">{signs[changeType]}</span>
            <span className="visually-hidden">{words[changeType]}</span>
          </span>
          <span className="change-collection">{collection}</span>
          <span className="mono change-id" title={id}>
            {`${id.slice(0, 8)}…${id.slice(-6)}`}
          </span>
          <span className="change-names mono">{fields.map(({ name }) => name).join(', ')}</span>
        </summary>
        {fields.length === 0 ? (
          <p className="change-same">It was written as it was: no field is different.</p>
        ) : (
          <FieldTable fields={fields} />
        )}
      </details>
      {changeType !== 'Delete' && (
        <IconButton
          label={`Open the document in ${collection}`}
          size="small"
          icon={<Table2 size={14} />}
          onClick={() => onOpen(collection, id)}
        />
      )}
    </li>
  );
}

function FieldTable({ fields }: { readonly fields: readonly FieldChange[] }) {
  return (
    <table className="mono">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">{field.name}</th>
            <td className={field.old === undefined ? 'is-none' : 'is-old'}>
              {shownValue(field.old)}
            </td>
            <td className={field.new === undefined ? 'is-none' : 'is-new'}>
              {shownValue(field.new)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `3 updates in films, 1 insert in cars`. */
function summaryOf(counts: readonly ChangeCount[]): string {
  return counts
    .map(({ changeType, collection, count }) => {
      const noun = `${changeType.toLowerCase()}${count === 1 ? '' : 's'}`;
      return `${count.toLocaleString('en-US')} ${noun} in ${collection}`;
    })
    .join(', ');
}

function restText(leftOut: number, kept: number): string {
  const count = leftOut.toLocaleString('en-US');
  const noun = leftOut === 1 ? 'document' : 'documents';
  return kept === 0
    ? `${count} ${noun}, which this list has only counted`
    : `${count} more ${noun}: this list keeps the first of a large transaction and counts the others`;
}

function shownValue(value: WireValue | undefined): string {
  if (value === undefined) return '—';
  const text = JSON.stringify(value);
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text;
}
