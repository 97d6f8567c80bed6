import { useEffect, useState } from 'react';
import type { DatabaseInfo, DocumentChangeInfo, Result } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { shownPair } from './shown-pair.ts';
import { fieldValue } from './staged-document.ts';

type History = Result<'edits.history'>;

const changesMax = 100;

/** What commits have made of one document, as far as the log reaches. */
export function RowHistoryDialog(props: {
  readonly database: DatabaseInfo;
  readonly collection: string;
  /** The document; the dialog is open while there is one. */
  readonly id: string | undefined;
  /** Gives the focus to something else than what had it before, and says whether it has. */
  readonly focusInstead: (isGone: boolean) => boolean;
  readonly onClose: () => void;
}) {
  const { database, collection, id, onClose } = props;
  const giveFocusBack = useFocusReturn(id !== undefined, props.focusInstead);
  const { history, error } = useRowHistory(database, collection, id);
  return (
    <Dialog
      isOpen={id !== undefined}
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title="History of the document"
      description={`${collection} ${id ?? ''}`}
      width={760}
    >
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      {history === undefined && error === undefined && (
        <ProgressBar label="Reading the log" isActive />
      )}
      {history !== undefined && (
        <div className="review">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard. */}
          <ol className="review-list" aria-label="Changes, the newest first" tabIndex={0}>
            {history.changes.map((change) => (
              <HistoryItem key={`${change.epoch} ${change.lsn}`} change={change} />
            ))}
          </ol>
          <p className="review-note">{endText(history)}</p>
        </div>
      )}
    </Dialog>
  );
}

const words = { Insert: 'Inserted', Update: 'Changed', Delete: 'Deleted' } as const;
const kinds = { Insert: 'insert', Update: 'update', Delete: 'delete' } as const;

function HistoryItem({ change }: { readonly change: DocumentChangeInfo }) {
  const { changeType, before = {}, after = {}, changedFields, lsn } = change;
  const fields = changedFields.filter((field) => field !== 'id');
  return (
    <li className={`review-item is-${kinds[changeType]}`}>
      <header>
        <strong>{words[changeType]}</strong>
        <span className="review-id">{`in commit ${lsn.toLocaleString('en-US')}`}</span>
      </header>
      <table className="review-fields">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => {
            const pair = shownPair(fieldValue(before, field), fieldValue(after, field));
            return (
              <tr key={field}>
                <th scope="row" className="mono">
                  {field}
                </th>
                <td className="mono review-before">{changeType === 'Insert' ? '' : pair.before}</td>
                <td className="mono review-after">{changeType === 'Delete' ? '' : pair.after}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </li>
  );
}

function endText({ changes, isComplete }: History): string {
  if (isComplete) return 'This is all that ever happened to it.';
  if (changes.length === 0) return 'The log no longer holds any change of this document.';
  return 'Older changes are no longer in the log, or not shown.';
}

function useRowHistory(
  { database }: DatabaseInfo,
  collection: string,
  id: string | undefined,
): { readonly history: History | undefined; readonly error: unknown } {
  const client = useClient();
  const [found, setFound] = useState<{
    readonly id: string;
    readonly history?: History;
    readonly error?: unknown;
  }>();
  useEffect(() => {
    if (id === undefined) return undefined;
    const abort = new AbortController();
    const request = { database, collection, id, limit: changesMax };
    client.call('edits.history', request, { signal: abort.signal }).then(
      (history) => setFound({ id, history }),
      (error: unknown) => {
        if (!abort.signal.aborted) setFound({ id, error });
      },
    );
    return () => {
      abort.abort();
      setFound(undefined);
    };
  }, [client, database, collection, id]);
  const isCurrent = found !== undefined && found.id === id;
  return isCurrent
    ? { history: found.history, error: found.error }
    : { history: undefined, error: undefined };
}
