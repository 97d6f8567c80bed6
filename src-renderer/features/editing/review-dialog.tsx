import type { DatabaseInfo } from '#contract';
import { editText } from '#engine/aql/edits';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { type Committed, editsOfOneCommit } from './commit-edits.ts';
import { CommitForm } from './commit-form.tsx';
import { changesText } from './commit-list.ts';
import { ReviewProblems } from './review-problems.tsx';
import { ReviewedDocument } from './reviewed-document.tsx';
import type { MergedDocument } from './staged-document.ts';
import { discard, documentEdits } from './staged-edits.ts';
import { blockingProblems, holdText, problemText, type StagedPlace } from './staged-place.ts';
import type { StagedStore } from './staged-store.ts';
import { useStaged } from './use-staged.ts';

export interface ReviewDialogProps {
  readonly database: DatabaseInfo;
  readonly stores: readonly StagedStore[];
  readonly isOpen: boolean;
  /** Gives the focus to something else than what had it before, and says whether it has. */
  readonly focusInstead: (isGone: boolean) => boolean;
  readonly onClose: () => void;
  readonly onCommitted: (committed: Committed) => void;
  /** The row of a document as the grid counts them, from 0. */
  readonly rowOf: (place: StagedPlace) => number | undefined;
  /** Closes the review, and goes to a cell of the grid. */
  readonly onGo: (place: StagedPlace) => void;
}

/** All staged edits before they are committed: what was, what will be, what others did meanwhile, and the mutation. */
export function ReviewDialog(props: ReviewDialogProps) {
  const { stores, isOpen, onClose } = props;
  const giveFocusBack = useFocusReturn(isOpen, props.focusInstead);
  const documents = useStaged(stores);
  const names = editedIn(stores).map(({ collection }) => collection);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title={
        documents.length === 0
          ? 'Nothing to commit'
          : `Review ${changesText(documents.length)} to ${names.join(' and ')}`
      }
      width={860}
    >
      {!isOpen ? null : documents.length === 0 ? (
        <NothingLeft {...{ stores, onClose }} />
      ) : (
        <Review {...props} documents={documents} />
      )}
    </Dialog>
  );
}

/** Nothing was staged, or others have written all of it as well. */
function NothingLeft({ stores, onClose }: Pick<ReviewDialogProps, 'stores' | 'onClose'>) {
  const kept = stores.filter((store) => store.state().documents.size > 0);
  const names = kept.map(({ collection }) => collection).join(' and ');
  const forget = () => {
    for (const store of kept) store.apply((state) => discard(state));
    onClose();
  };
  return (
    <div className="review">
      <p>
        {kept.length === 0
          ? 'Nothing is staged.'
          : `Others have written to ${names} what is staged here: it is stored already.`}
      </p>
      <div className="dialog-acts">
        {kept.length > 0 && <Button onClick={forget}>Forget it</Button>}
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}

const shownMax = 200;

function Review(props: ReviewDialogProps & { readonly documents: readonly MergedDocument[] }) {
  const { stores, documents, onCommitted } = props;
  const edited = editedIn(stores);
  const count = documents.length;
  const problems = blockingProblems(edited);
  const edits = edited.flatMap((store) => documentEdits(store.collection, store.merged()));
  const taken = editsOfOneCommit(edits);
  const isPart = taken.length < edits.length;
  const missing = problems.filter(({ kind }) => kind === 'missing').length;
  return (
    <div className="review">
      <ReviewProblems problems={problems} rowOf={props.rowOf} onGo={props.onGo} />
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
        database={props.database}
        collection={edited.map(({ collection }) => collection).join(' ')}
        text={editText(taken)}
        act={`Commit ${isPart ? `the first ${taken.length.toLocaleString('en-US')} of ` : ''}${changesText(count)}${missing === 0 ? '' : ` (${problemText('missing', missing)})`}`}
        obstacle={obstacleOf(documents, edited)}
        hold={holdText(problems)}
        onCancel={props.onClose}
        onFailed={() => {
          for (const store of edited) store.readAnew();
        }}
        ownNote="What it leaves out stays staged."
        onCommitted={(committed, isOwn) => {
          // What it has left out stays staged.
          for (const store of edited) isOwn || isPart ? store.readAnew() : store.commit();
          onCommitted(committed);
        }}
      />
    </div>
  );
}

function editedIn(stores: readonly StagedStore[]): readonly StagedStore[] {
  return stores.filter((store) => store.merged().length > 0);
}

/** The first documents of all that is edited; those that wait for a decision come before the others. */
function reviewed(stores: readonly StagedStore[]) {
  const all = stores.flatMap((store) => store.merged().map((document) => ({ document, store })));
  const weight = ({ document, store }: (typeof all)[number]) =>
    document.conflict !== undefined ? 0 : store.problems().has(document.id) ? 1 : 2;
  return all.sort((left, right) => weight(left) - weight(right)).slice(0, shownMax);
}

function obstacleOf(
  documents: readonly MergedDocument[],
  stores: readonly StagedStore[],
): string | undefined {
  const conflicts = documents.filter(({ conflict }) => conflict !== undefined).length;
  if (conflicts > 0)
    return `${conflicts === 1 ? 'A conflict is' : `${conflicts} conflicts are`} to be decided.`;
  const isCurrent = stores.every((store) => store.isCurrent);
  return isCurrent ? undefined : 'The host is being asked what the documents are now.';
}
