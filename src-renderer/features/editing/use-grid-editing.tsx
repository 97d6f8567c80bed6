import { ArrowDownToLine, CircleSlash, CopyPlus, Eraser, Pencil, Plus, Trash2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { DatabaseId } from '#contract';
import { useShownKeys } from '../../app/commands/use-shown-keys.ts';
import type { GridEditing, GridHandle } from '../../grid/grid.tsx';
import type { CellPlace, Selection } from '../../grid/selection.ts';
import type { MenuEntry } from '../../ui/menu.tsx';
import { CellEditor, type CellEditorProps, type Move } from './cell-editor.tsx';
import { type EditAct, type EditActId, editActs } from './edit-acts.ts';
import type { EditableCell, GridActions, PasteOutcome } from './grid-actions.ts';
import { counted, pasteText } from './paste-text.ts';

/** What is known of a cell beyond its value. */
export type CellKnowledge = Pick<CellEditorProps, 'suggestions' | 'target' | 'hints'>;

/** What can be done about what a note says. */
export interface NoteAct {
  readonly label: string;
  readonly run: () => void;
}

interface Editing {
  readonly place: CellPlace;
  readonly cell: EditableCell;
  readonly anchor: HTMLElement;
  readonly text: string | undefined;
}

/** What is clicked takes the focus within this time, or not at all. */
const awayPauseMs = 60;
const firstNew: CellPlace = { row: 0, column: 1 };
const nowhere: CellPlace = { row: -1, column: 0 };
const asNewRows = { selection: { focus: nowhere, anchor: nowhere }, asRows: true };

/** Editing for a grid: what its keys do, and the editor that is open. Nothing when the database is read-only. */
export function useGridEditing(
  actions: GridActions,
  options: {
    readonly isReadOnly: boolean;
    readonly database: DatabaseId;
    readonly knowledgeOf: (cell: EditableCell) => CellKnowledge;
    readonly onNote: (note: string, act?: NoteAct) => void;
  },
): {
  readonly editing: GridEditing | undefined;
  readonly handle: React.RefObject<GridHandle | null>;
  readonly editor: ReactNode;
  /** Absent where no rows can be inserted. */
  readonly insert: (() => void) | undefined;
  readonly act: (id: EditActId, selection: Selection) => void;
} {
  const [open, setOpen] = useState<Editing>();
  const handle = useRef<GridHandle>(null);
  const pastesRows = useRef(false);
  const shownKeys = useShownKeys();

  const toGridIfLost = (to: CellPlace) => {
    if (document.activeElement === document.body) handle.current?.goTo(to);
  };
  const { insertRow, duplicateRows, unset } = actions;
  const insert =
    insertRow &&
    (() => {
      drawn(insertRow);
      handle.current?.goTo(firstNew);
    });
  const edit = (at: CellPlace, anchor: HTMLElement | undefined, text: string | undefined) => {
    if (anchor === undefined || open !== undefined) return; // One that stays open holds what was typed.
    const cell = actions.cellAt(at);
    if (typeof cell === 'string') options.onNote(cell);
    else setOpen({ place: at, cell, anchor, text });
  };
  const sayIfAny = (note: string | undefined) => note !== undefined && options.onNote(note);
  const act = (id: EditActId, selection: Selection) => {
    switch (id) {
      case 'null':
        return sayIfAny(actions.setNull(selection));
      case 'unset':
        return sayIfAny(unset(selection));
      case 'fill':
        if (selection.focus.row !== selection.anchor.row) actions.fillDown(selection);
        else options.onNote('Select a value and the cells below it to fill them.');
        return undefined;
      case 'insert':
        return insert?.();
      case 'duplicate':
        return duplicateRows?.(selection);
      case 'delete':
        drawn(() => actions.deleteRows(selection));
        return toGridIfLost(selection.focus);
    }
  };
  const press = (event: KeyboardEvent, selection: Selection, cell: HTMLElement | undefined) => {
    const isCommand = event.ctrlKey || event.metaKey;
    pastesRows.current = isCommand && event.shiftKey;
    if (selection.focus.row < 0 || event.altKey) return false;
    if (isCommand) return pressCommand(event, selection);
    switch (event.key) {
      case 'Enter':
      case 'F2':
        edit(selection.focus, cell, undefined);
        return true;
      case 'Delete':
        act('delete', selection);
        return true;
      case 'Backspace':
        act(event.shiftKey ? 'unset' : 'null', selection);
        return true;
      default:
        if (event.key.length !== 1 || event.key === ' ') return false;
        edit(selection.focus, cell, event.key);
        return true;
    }
  };
  const pressCommand = (event: KeyboardEvent, selection: Selection): boolean => {
    switch (`${event.shiftKey ? 'Shift+' : ''}${event.key.toLowerCase()}`) {
      case 'z':
        drawn(actions.undo);
        toGridIfLost(selection.focus);
        return true;
      case 'Shift+z':
      case 'y':
        drawn(actions.redo);
        toGridIfLost(selection.focus);
        return true;
      case 'i':
        act('insert', selection);
        return true;
      case 'd':
        act(selection.focus.row === selection.anchor.row ? 'duplicate' : 'fill', selection);
        return true;
      default:
        return false;
    }
  };
  const tell = (outcome: PasteOutcome) => {
    const { beyond } = outcome;
    if (outcome.rows > 0) handle.current?.goTo(firstNew);
    options.onNote(
      pasteText(outcome),
      beyond && {
        label: `Insert ${counted(beyond.rows, 'row')}`,
        run: () => tell(drawn(beyond.insert)),
      },
    );
  };
  const editing: GridEditing = {
    press,
    paste: (text, selection, cells) => {
      const asRows = pastesRows.current;
      pastesRows.current = false;
      tell(drawn(() => actions.paste(text, { selection, asRows, cells })));
    },
    pasteRows: (text, cells) => tell(drawn(() => actions.paste(text, { ...asNewRows, cells }))),
    open: (at, cell) => edit(at, cell, undefined),
    entries: (selection, cell) => {
      if (selection.focus.row < 0) return [];
      const first: MenuEntry = {
        ...{ kind: 'item', id: 'edit', label: 'Edit', icon: <Pencil size={14} /> },
        ...{ keys: shownKeys(['Enter']), onSelect: () => edit(selection.focus, cell(), undefined) },
      };
      const acts = editActs(actions, selection);
      return [
        first,
        ...acts.map((each) => entryOf(each, shownKeys, () => act(each.id, selection))),
      ];
    },
  };
  const close = (from: CellPlace, move: Move) => {
    setOpen(undefined);
    // What was clicked may have been nothing that takes the focus.
    if (move === 'away') setTimeout(() => toGridIfLost(from), awayPauseMs);
    else handle.current?.goTo(movedBy(from, move));
  };
  const editor = open !== undefined && (
    <CellEditor
      key={`${open.place.row} ${open.place.column} ${open.text ?? ''}`}
      anchor={open.anchor}
      cell={open.cell}
      initialText={open.text}
      database={options.database}
      {...options.knowledgeOf(open.cell)}
      onCancel={(move) => close(placeNow(open), move)}
      onTake={(value, move) => {
        open.cell.set(value);
        close(placeNow(open), move);
      }}
    />
  );
  return { editing: options.isReadOnly ? undefined : editing, handle, editor, insert, act };
}

/** Does something to the rows and draws them, so that the next key comes to the cell that is there by then. */
function drawn<Outcome>(act: () => Outcome): Outcome {
  return flushSync(act);
}

function entryOf(
  { id, label, key, isPossible }: EditAct,
  keysOf: ReturnType<typeof useShownKeys>,
  onSelect: () => void,
): MenuEntry {
  return {
    ...{ kind: 'item', id, label, isDisabled: !isPossible, icon: actIcons[id] },
    ...{ keys: keysOf(key === undefined ? undefined : [key]), onSelect },
  };
}

/** The cell of the document, wherever its row is by now. */
function placeNow({ cell, place }: Editing): CellPlace {
  return { ...place, row: cell.rowNow() ?? place.row };
}

const actIcons: Readonly<Record<EditActId, ReactNode>> = {
  null: <CircleSlash size={14} />,
  unset: <Eraser size={14} />,
  fill: <ArrowDownToLine size={14} />,
  insert: <Plus size={14} />,
  duplicate: <CopyPlus size={14} />,
  delete: <Trash2 size={14} />,
};

function movedBy({ row, column }: CellPlace, move: Move): CellPlace {
  switch (move) {
    case 'stay':
    case 'away':
      return { row, column };
    case 'down':
      return { row: row + 1, column };
    case 'right':
      return { row, column: column + 1 };
    case 'left':
      return { row, column: Math.max(0, column - 1) };
  }
}
