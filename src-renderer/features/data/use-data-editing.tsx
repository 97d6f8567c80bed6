import { History } from 'lucide-react';
import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import type { DatabaseInfo } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { useCatalog } from '../../client/use-catalog.ts';
import { useValueSamples } from '../../client/use-value-samples.ts';
import type { GridEditing, GridHandle } from '../../grid/grid.tsx';
import { type Selection, selectionAt } from '../../grid/selection.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import type { Position } from '../editing/commit-edits.ts';
import type { EditPlace } from '../editing/edit-actions.ts';
import { EditBar } from '../editing/edit-bar.tsx';
import { ReviewDialog } from '../editing/review-dialog.tsx';
import { RowHistoryDialog } from '../editing/row-history-dialog.tsx';
import { TakeBackDialog } from '../editing/take-back-dialog.tsx';
import { useGridEditing } from '../editing/use-grid-editing.tsx';

interface Note {
  readonly text: string;
  /** A commit that can be taken back. */
  readonly position?: Position | undefined;
}

/** Editing for the grid of a collection: its bar, its keys, and what comes over the grid. */
export function useDataEditing(
  place: EditPlace & { readonly database: DatabaseInfo; readonly isActive: boolean },
): {
  readonly bar: ReactNode;
  readonly overlays: ReactNode;
  readonly editing: GridEditing | undefined;
  readonly handle: RefObject<GridHandle | null>;
  readonly onSelect: (selection: Selection) => void;
} {
  const { database, info, store, rows, isActive } = place;
  const [isReviewing, setIsReviewing] = useState(false);
  const [note, setNote] = useState<Note>();
  const [takingBack, setTakingBack] = useState<Position>();
  const [historyOf, setHistoryOf] = useState<string>();
  const selected = useRef(selectionAt({ row: 0, column: 0 }));
  const { catalog } = useCatalog(database.database);
  const samples = useValueSamples(database.database, catalog, info.name);
  const isReadOnly = database.readOnly;

  const { editing, handle, editor, insert } = useGridEditing(place, {
    isReadOnly,
    suggestions: (field) =>
      (samples[`${info.name}.${field}`] ?? []).map(({ value }) => String(value)),
    onNote: (text) => setNote({ text }),
  });
  const onSelect = useCallback((selection: Selection) => {
    selected.current = selection;
  }, []);
  const review = useCallback(() => setIsReviewing(true), []);
  const openHistory = useCallback(
    () => setHistoryOf(rows.keyOf(Math.max(0, selected.current.focus.row))),
    [rows],
  );
  useCommands(
    useMemo<readonly Command[]>(() => {
      const history: Command = {
        id: 'data.history',
        title: 'Show the history of this row',
        group: 'Data',
        keys: ['Alt+H'],
        run: openHistory,
      };
      const committing: Command = {
        id: 'data.review',
        title: 'Review staged edits',
        group: 'Data',
        keys: ['Mod+S', 'Mod+Shift+S'],
        keywords: ['commit', 'save'],
        run: review,
      };
      if (!isActive) return [];
      return isReadOnly ? [history] : [history, committing];
    }, [openHistory, review, isReadOnly, isActive]),
  );

  const bar = (
    <>
      <IconButton
        label="History of the row"
        keys={['Alt', 'H']}
        icon={<History size={16} />}
        onClick={openHistory}
      />
      {!isReadOnly && <EditBar store={store} onInsert={insert} onReview={review} />}
    </>
  );
  const overlays = (
    <>
      {note !== undefined && (
        <div className="edit-note" role="status">
          <span>{note.text}</span>
          {note.position !== undefined && (
            <Button look="quiet" onClick={() => setTakingBack(note.position)}>
              Take it back
            </Button>
          )}
          <Button look="quiet" onClick={() => setNote(undefined)}>
            Dismiss
          </Button>
        </div>
      )}
      {editor}
      <ReviewDialog
        database={database}
        store={store}
        isOpen={isReviewing}
        onClose={() => setIsReviewing(false)}
        onCommitted={(position, count) => {
          setIsReviewing(false);
          setNote({
            text: `Committed ${count === 1 ? '1 change' : `${count} changes`}.`,
            position,
          });
        }}
      />
      <TakeBackDialog
        database={database}
        collection={info.name}
        position={takingBack}
        onClose={() => setTakingBack(undefined)}
        onCommitted={(position) => {
          setTakingBack(undefined);
          setNote({ text: 'The commit was taken back.', position });
        }}
      />
      <RowHistoryDialog
        database={database}
        collection={info.name}
        id={historyOf}
        onClose={() => setHistoryOf(undefined)}
      />
    </>
  );
  return { bar, overlays, editing, handle, onSelect };
}
