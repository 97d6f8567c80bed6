import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import type { Position } from './commit-edits.ts';
import { type CommittedEdits, commitWords } from './commit-list.ts';

/** What this window has committed, the newest first, each to be taken back. */
export function CommitsDialog(props: {
  readonly commits: readonly CommittedEdits[];
  readonly isOpen: boolean;
  /** Gives the focus to something else than what had it before, and says whether it has. */
  readonly focusInstead: (isGone: boolean) => boolean;
  readonly onClose: () => void;
  readonly onChoose: (position: Position) => void;
}) {
  const { commits, isOpen, onClose, onChoose } = props;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      giveFocusBack={useFocusReturn(isOpen, props.focusInstead)}
      title="Commits of this window"
      description="Each can be taken back as long as the log holds it and nobody has written the same since."
      width={560}
    >
      {commits.length === 0 ? (
        <EmptyState title="Nothing was committed from this window" />
      ) : (
        <ol className="commit-list" aria-label="Commits, the newest first">
          {commits.map((commit) => {
            const { position, at } = commit;
            return (
              <li key={`${position.epoch} ${position.lsn}`}>
                <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleString()}</time>
                <span>{commitWords(commit)}</span>
                <Button
                  aria-label={`Take back commit ${position.lsn}`}
                  onClick={() => onChoose(position)}
                >
                  Take back
                </Button>
              </li>
            );
          })}
        </ol>
      )}
    </Dialog>
  );
}
