import type { DatabaseInfo, WireValue } from '#contract';
import { editText } from '#engine/aql/edits';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import type { Committed } from './commit-edits.ts';
import { CommitForm } from './commit-form.tsx';
import { changesText } from './commit-list.ts';
import { fieldValue, type MergedDocument, type Side } from './staged-document.ts';
import { discard, documentEdits, resolve } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';
import { useStaged } from './use-staged.ts';

export interface ReviewDialogProps {
  readonly database: DatabaseInfo;
  readonly stores: readonly StagedStore[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCommitted: (committed: Committed) => void;
}

/** All staged edits before they are committed: what was, what will be, what others did meanwhile, and the mutation. */
export function ReviewDialog({
  database,
  stores,
  isOpen,
  onClose,
  onCommitted,
}: ReviewDialogProps) {
  const giveFocusBack = useFocusReturn(isOpen);
  const documents = useStaged(stores);
  const edited = stores.filter((store) => store.merged().length > 0);
  const names = edited.map(({ collection }) => collection);
  const conflicts = documents.filter(({ conflict }) => conflict !== undefined).length;
  const count = documents.length;
  const changes = changesText(count);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title={`Review ${changes} to ${names.join(' and ')}`}
      width={860}
    >
      {count === 0 ? (
        <p>Nothing is staged.</p>
      ) : (
        <div className="review">
          <ul className="review-list" aria-label="Staged changes">
            {reviewed(edited).map(({ document, store }) => (
              <ReviewedDocument
                key={`${store.collection} ${document.id}`}
                document={document}
                store={store}
              />
            ))}
          </ul>
          {count > shownMax && <p className="review-note">{`The first ${shownMax} of them.`}</p>}
          <CommitForm
            database={database}
            collection={names.join(' ')}
            text={editText(
              edited.flatMap((store) => documentEdits(store.collection, store.merged())),
            )}
            act={`Commit ${changes}`}
            obstacle={obstacleOf(conflicts, edited)}
            onCancel={onClose}
            onFailed={() => {
              for (const store of edited) store.readAnew();
            }}
            ownNote="What it leaves out stays staged."
            onCommitted={(committed, isOwn) => {
              for (const store of edited) isOwn ? store.readAnew() : store.commit();
              onCommitted(committed);
            }}
          />
        </div>
      )}
    </Dialog>
  );
}

const shownMax = 200;

/** The first documents of all that is edited. */
function reviewed(stores: readonly StagedStore[]) {
  return stores
    .flatMap((store) => store.merged().map((document) => ({ document, store })))
    .slice(0, shownMax);
}

function obstacleOf(conflicts: number, stores: readonly StagedStore[]): string | undefined {
  if (conflicts > 0)
    return `${conflicts === 1 ? 'A conflict is' : `${conflicts} conflicts are`} to be decided.`;
  const isCurrent = stores.every((store) => store.isCurrent);
  return isCurrent ? undefined : 'The host is being asked what the documents are now.';
}

const signs = { insert: '+', update: '~', delete: '−' } as const;
const words = { insert: 'Insert', update: 'Change', delete: 'Delete' } as const;

function ReviewedDocument(props: {
  readonly document: MergedDocument;
  readonly store: StagedStore;
}) {
  const { document, store } = props;
  const { id, kind, conflict } = document;
  const decide = (side: Side, field?: string) =>
    store.apply((state) => resolve(state, id, side, field));
  return (
    <li className={`review-item is-${kind}`}>
      <header>
        <span className="review-sign" aria-hidden="true">
          {signs[kind]}
        </span>
        <strong>{words[kind]}</strong>
        <span className="mono review-id">{`${store.collection} ${id}`}</span>
        <Button look="quiet" onClick={() => store.apply((state) => discard(state, [id]))}>
          Discard
        </Button>
      </header>
      {conflict !== undefined && conflict.kind !== 'fields' && (
        <p className="review-conflict">
          {conflict.kind === 'gone'
            ? 'It was deleted while you edited it.'
            : `Others changed it meanwhile: ${conflict.fields.join(', ')}.`}
          <Button onClick={() => decide('mine')}>
            {conflict.kind === 'gone' ? 'Insert mine again' : 'Keep mine'}
          </Button>
          <Button onClick={() => decide('theirs')}>Take theirs</Button>
        </p>
      )}
      <ChangedFields document={document} onDecide={decide} />
    </li>
  );
}

function ChangedFields(props: {
  readonly document: MergedDocument;
  readonly onDecide: (side: Side, field: string) => void;
}) {
  const { document, onDecide } = props;
  const { base = {}, mine = {}, theirs = {}, conflict } = document;
  const conflicting = conflict?.kind === 'fields' ? conflict.fields : [];
  const hasConflict = conflict !== undefined && conflict.kind !== 'gone';
  return (
    <table className="review-fields">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">{hasConflict ? 'Base' : 'Before'}</th>
          {hasConflict && <th scope="col">Theirs</th>}
          <th scope="col">{hasConflict ? 'Mine' : 'After'}</th>
        </tr>
      </thead>
      <tbody>
        {(document.kind === 'delete' ? Object.keys(base) : document.changedFields)
          .filter((field) => field !== 'id')
          .map((field) => (
            <tr key={field}>
              <th scope="row" className="mono">
                {field}
              </th>
              <td className="mono review-before">
                {document.kind === 'insert' ? '' : valueText(fieldValue(base, field))}
              </td>
              {hasConflict && (
                <td className="mono">
                  {valueText(fieldValue(theirs, field))}
                  {conflicting.includes(field) && (
                    <Button
                      aria-label={`Take theirs for ${field}`}
                      onClick={() => onDecide('theirs', field)}
                    >
                      Take theirs
                    </Button>
                  )}
                </td>
              )}
              <td className="mono review-after">
                {document.kind === 'delete' ? '' : valueText(fieldValue(mine, field))}
                {conflicting.includes(field) && (
                  <Button
                    aria-label={`Keep mine for ${field}`}
                    onClick={() => onDecide('mine', field)}
                  >
                    Keep mine
                  </Button>
                )}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

export function valueText(value: WireValue | undefined): string {
  if (value === undefined) return '— not set';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '""';
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
