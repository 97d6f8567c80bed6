import { useEffect, useState } from 'react';
import type { DatabaseInfo, Result } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import type { Committed, Position } from './commit-edits.ts';
import { CommitForm } from './commit-form.tsx';
import { changesText } from './commit-list.ts';

type Inverse = Result<'edits.inverse'>;

/** Takes a commit of this page back, or says what stands in the way. */
export function TakeBackDialog(props: {
  readonly database: DatabaseInfo;
  readonly collection: string;
  /** The commit; the dialog is open while there is one. */
  readonly position: Position | undefined;
  /** Gives the focus to something else than what had it before, and says whether it has. */
  readonly focusInstead: (isGone: boolean) => boolean;
  readonly onClose: () => void;
  readonly onCommitted: (committed: Committed, isOwn: boolean) => void;
}) {
  const { database, collection, position, onClose, onCommitted } = props;
  const giveFocusBack = useFocusReturn(position !== undefined, props.focusInstead);
  const { inverse, error } = useInverse(database, position);
  return (
    <Dialog
      isOpen={position !== undefined}
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title="Take a commit back"
      width={760}
    >
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      {inverse === undefined && error === undefined && (
        <ProgressBar label="Reading the log" isActive />
      )}
      {inverse !== undefined && inverse.text === undefined && (
        <div className="review">
          <p>It cannot be taken back: others have written what it changed.</p>
          <ul className="review-obstacles">
            {inverse.obstacles.slice(0, 20).map(({ id, message }) => (
              <li key={id}>{message}</li>
            ))}
          </ul>
          <footer className="dialog-foot dialog-acts">
            <Button onClick={onClose}>Close</Button>
          </footer>
        </div>
      )}
      {inverse?.text !== undefined && (
        <CommitForm
          database={database}
          collection={collection}
          text={inverse.text}
          act={`Take back ${changesText(inverse.documentCount)}`}
          obstacle={undefined}
          onCancel={onClose}
          onFailed={() => undefined}
          onCommitted={onCommitted}
        />
      )}
    </Dialog>
  );
}

function useInverse(
  { database }: DatabaseInfo,
  position: Position | undefined,
): { readonly inverse: Inverse | undefined; readonly error: unknown } {
  const client = useClient();
  const [found, setFound] = useState<{
    readonly position: Position;
    readonly inverse?: Inverse;
    readonly error?: unknown;
  }>();
  useEffect(() => {
    if (position === undefined) return undefined;
    const abort = new AbortController();
    client.call('edits.inverse', { database, position }, { signal: abort.signal }).then(
      (inverse) => setFound({ position, inverse }),
      (error: unknown) => {
        if (!abort.signal.aborted) setFound({ position, error });
      },
    );
    return () => abort.abort();
  }, [client, database, position]);
  const isCurrent = found !== undefined && found.position === position;
  return isCurrent
    ? { inverse: found.inverse, error: found.error }
    : { inverse: undefined, error: undefined };
}
