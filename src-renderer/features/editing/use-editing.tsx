import {
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { DatabaseInfo } from '#contract';
import type { CatalogSamples } from '#engine/aql';
import { useWorkspace } from '../../app/workspace/workspace-context.tsx';
import { useCatalog } from '../../client/use-catalog.ts';
import { useValueSamples } from '../../client/use-value-samples.ts';
import type { GridEditing, GridHandle } from '../../grid/grid.tsx';
import type { CellPlace, Selection } from '../../grid/selection.ts';
import { Button } from '../../ui/button.tsx';
import { cellKnowledge } from './cell-knowledge.ts';
import type { Committed, Position } from './commit-edits.ts';
import { changesText } from './commit-list.ts';
import { CommitsDialog } from './commits-dialog.tsx';
import { actIdsOf } from './edit-acts.ts';
import { EditBar } from './edit-bar.tsx';
import type { EditableCell, GridActions } from './grid-actions.ts';
import { ReviewDialog } from './review-dialog.tsx';
import { RowHistoryDialog } from './row-history-dialog.tsx';
import { isSame, type MergedDocument } from './staged-document.ts';
import { discard } from './staged-edits.ts';
import type { StagedPlace } from './staged-place.ts';
import type { StagedStore } from './staged-store.ts';
import { TakeBackDialog } from './take-back-dialog.tsx';
import { useCommits } from './use-commits.ts';
import { useEditCommands } from './use-edit-commands.ts';
import { useFocusToGrid } from './use-focus-to-grid.ts';
import { type CellKnowledge, type NoteAct, useGridEditing } from './use-grid-editing.tsx';

interface Note {
  readonly text: string;
  /** A commit that can be taken back. */
  readonly position?: Position | undefined;
  readonly act?: NoteAct | undefined;
}

/** A document that a row shows. */
export interface RowDocument {
  readonly collection: string;
  readonly id: string;
}

export interface Editing {
  readonly bar: ReactNode;
  readonly overlays: ReactNode;
  readonly editing: GridEditing | undefined;
  readonly handle: RefObject<GridHandle | null>;
  readonly onSelect: (selection: Selection) => void;
  /** The column that has the focus, as the grid shows it. */
  readonly focusColumn: () => number;
  readonly openHistory: () => void;
  /** Values that the documents hold. */
  readonly samples: CatalogSamples;
  /** Shows a line about what was done. */
  readonly say: (text: string) => void;
  /** What is known of a cell beyond its value. */
  readonly knowledgeOf: (cell: EditableCell) => CellKnowledge;
}

/** The staged edits of collections, while they are shown. */
export function useStagedStores(
  database: DatabaseInfo,
  collections: readonly string[],
): readonly StagedStore[] {
  const workspace = useWorkspace();
  const key = collections.join(' ');
  const stores = useMemo(
    () =>
      key.split(' ').flatMap((name) => (name === '' ? [] : [workspace.stagedOf(database, name)])),
    [workspace, database, key],
  );
  useFollowing(stores);
  return stores;
}

/** The staged edits of a collection, while it is shown; alone and in a list. */
export function useStagedStore(
  database: DatabaseInfo,
  collection: string,
): { readonly store: StagedStore; readonly stores: readonly StagedStore[] } {
  const store = useWorkspace().stagedOf(database, collection);
  const stores = useMemo(() => [store], [store]);
  useFollowing(stores);
  return { store, stores };
}

function useFollowing(stores: readonly StagedStore[]): void {
  useEffect(() => {
    const stops = stores.map((store) => store.start());
    return () => {
      for (const stop of stops) stop();
    };
  }, [stores]);
}

/** Editing for a grid: its bar, its keys, and what comes over it. */
export function useEditing(options: {
  readonly database: DatabaseInfo;
  readonly stores: readonly StagedStore[];
  /** What can be done, given where to say what could not. */
  readonly actionsFor: (onNote: (note: string) => void) => GridActions;
  readonly documentAt: (row: number) => RowDocument | undefined;
  /** The cell of a document in the grid; `undefined` while its row is not loaded. */
  readonly placeOf: (place: StagedPlace) => CellPlace | undefined;
  /** Shows a document whose row is not loaded. Absent where that cannot be done. */
  readonly onShow?: (document: RowDocument) => void;
  readonly isActive: boolean;
  /** True when the keys of the review are for it only in the grid, while something is staged. */
  readonly sharesKeys: boolean;
}): Editing {
  const { database, stores, actionsFor, documentAt, placeOf, onShow, isActive, sharesKeys } =
    options;
  const [isReviewing, setIsReviewing] = useState(false);
  const [note, setNote] = useState<Note>();
  const [isTakingBack, setIsTakingBack] = useState(false);
  const [takingBack, setTakingBack] = useState<Position>();
  const [historyOf, setHistoryOf] = useState<RowDocument>();
  const { catalog } = useCatalog(database.database);
  const names = stores.map(({ collection }) => collection).join(' ');
  const { samples } = useValueSamples(database.database, catalog, names);
  const isReadOnly = database.readOnly;
  const say = useCallback((text: string, act?: NoteAct) => setNote({ text, act }), []);
  const actions = useMemo(() => {
    const made = actionsFor(say);
    const turn = (act: () => void) => () => {
      const before = stores.map((store) => ({ state: store.state(), merged: store.merged() }));
      // What was said of a paste does not hold any more.
      setNote(undefined);
      act();
      const isTurned = stores.some((store, at) => store.state() !== before[at]?.state);
      const isShown = stores.some((store, at) => isOther(store.merged(), before[at]?.merged ?? []));
      if (isTurned && !isShown) say('That is stored already: others have written the same.');
    };
    return { ...made, undo: turn(made.undo), redo: turn(made.redo) };
  }, [actionsFor, say, stores]);

  const knowledgeOf = useCallback(
    (cell: EditableCell) => cellKnowledge(cell, catalog, samples),
    [catalog, samples],
  );
  const { editing, handle, editor, insert, act } = useGridEditing(actions, {
    isReadOnly,
    database: database.database,
    knowledgeOf,
    onNote: say,
  });
  const { selected, onSelect, goLater, toGrid, byButton } = useFocusToGrid(handle);
  const go = useCallback(
    (place: StagedPlace) => {
      setIsReviewing(false);
      const at = placeOf(place);
      if (at === undefined) {
        if (onShow !== undefined) onShow(place);
        else say('Its row is not loaded: scroll to it, or run a query that finds it.');
      } else if (isReviewing) goLater(at);
      else handle.current?.goTo(at);
    },
    [placeOf, onShow, handle, say, isReviewing, goLater],
  );
  const endReview = useCallback(() => setIsReviewing(false), []);
  const rowOf = useCallback((place: StagedPlace) => placeOf(place)?.row, [placeOf]);
  const focusColumn = useCallback(() => selected.current.focus.column, [selected]);
  const review = useCallback(() => setIsReviewing(true), []);
  const commits = useCommits(database.path);
  const showCommits = useCallback(() => setIsTakingBack(true), []);
  const openHistory = useCallback(
    () => setHistoryOf(documentAt(Math.max(0, selected.current.focus.row))),
    [documentAt, selected],
  );
  const acts = useMemo(() => actIdsOf(actions), [actions]);
  const actNow = useRef(act);
  useEffect(() => {
    actNow.current = act;
  });
  useEditCommands({
    ...{ stores, isActive, sharesKeys, isReadOnly },
    ...{ openHistory, review, showCommits, acts },
    act: useCallback((id) => actNow.current(id, selected.current), [selected]),
  });

  const bar = !isReadOnly && (
    <EditBar
      stores={stores}
      onInsert={insert}
      onUndo={() => byButton(actions.undo)}
      onRedo={() => byButton(actions.redo)}
      onReview={review}
      onDiscard={() => {
        setNote(undefined);
        byButton(() => discardAll(stores));
      }}
      onGo={go}
    />
  );
  const overlays = (
    <>
      {note !== undefined && (
        <EditNote note={note} onTakeBack={setTakingBack} onDismiss={() => setNote(undefined)} />
      )}
      {editor}
      <ReviewDialog
        focusInstead={toGrid}
        database={database}
        stores={stores}
        isOpen={isReviewing}
        onClose={endReview}
        rowOf={rowOf}
        onGo={go}
        onCommitted={(committed) => {
          endReview();
          commits.add(committed);
          setNote({ text: committedText(committed), position: committed.position });
        }}
      />
      <TakeBackDialog
        focusInstead={toGrid}
        database={database}
        collection={names}
        position={takingBack}
        onClose={() => setTakingBack(undefined)}
        onCommitted={(committed, isOwn) => {
          setTakingBack(undefined);
          commits.add(committed, { isTakingBack: !isOwn });
          const text = isOwn ? committedText(committed) : 'The commit was taken back.';
          setNote({ text, position: committed.position });
        }}
      />
      <CommitsDialog
        focusInstead={toGrid}
        commits={commits.list}
        isOpen={isTakingBack}
        onClose={() => setIsTakingBack(false)}
        onChoose={(position) => {
          setIsTakingBack(false);
          setTakingBack(position);
        }}
      />
      <RowHistoryDialog
        focusInstead={toGrid}
        database={database}
        collection={historyOf?.collection ?? ''}
        id={historyOf?.id}
        onClose={() => setHistoryOf(undefined)}
      />
    </>
  );
  return {
    ...{ bar, overlays, editing, handle, onSelect, focusColumn, openHistory, samples },
    ...{ say, knowledgeOf },
  };
}

function discardAll(stores: readonly StagedStore[]): void {
  for (const store of stores) store.apply(discard);
}

/** True when other documents are going to be committed than before, or these as something else. */
function isOther(now: readonly MergedDocument[], before: readonly MergedDocument[]): boolean {
  return (
    now.length !== before.length ||
    now.some(({ id, kind, mine }, at) => {
      const was = before[at];
      return was === undefined || was.id !== id || was.kind !== kind || !isSame(was.mine, mine);
    })
  );
}

function committedText({ position, documentCount }: Committed): string {
  return position === undefined
    ? 'The mutation changed nothing.'
    : `Committed ${changesText(documentCount)}.`;
}

function EditNote(props: {
  readonly note: Note;
  readonly onTakeBack: (position: Position) => void;
  readonly onDismiss: () => void;
}) {
  const { text, position, act } = props.note;
  return (
    <div className="edit-note" role="status">
      <span>{text}</span>
      {position !== undefined && (
        <Button look="quiet" onClick={() => props.onTakeBack(position)}>
          Take it back
        </Button>
      )}
      {act !== undefined && (
        <Button look="quiet" onClick={act.run}>
          {act.label}
        </Button>
      )}
      <Button look="quiet" onClick={props.onDismiss}>
        Dismiss
      </Button>
    </div>
  );
}
