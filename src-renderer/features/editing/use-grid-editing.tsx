import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { DatabaseInfo, WireValue } from '#contract';
import { useSettings } from '../../app/settings/settings-context.tsx';
import { stagedSetting } from '../../app/settings/staged-setting.ts';
import { useClient } from '../../client/client-context.tsx';
import type { GridEditing, GridHandle } from '../../grid/grid.tsx';
import type { CellPlace, Selection } from '../../grid/selection.ts';
import { CellEditor } from './cell-editor.tsx';
import {
  deleteRows,
  duplicateRows,
  type EditPlace,
  fieldAt,
  fillDown,
  insertRow,
  paste,
  setCell,
  setNull,
} from './edit-actions.ts';
import { redo, undo } from './staged-edits.ts';
import { StagedStore } from './staged-store.ts';

/** The staged edits of a collection, while it is shown. */
export function useStagedStore(database: DatabaseInfo, collection: string): StagedStore {
  const client = useClient();
  const settings = useSettings();
  const { database: id, path } = database;
  const store = useMemo(() => {
    const key = stagedSetting(collection, path);
    const journal = {
      load: () => settings.get(key),
      save: (value: WireValue) => settings.set(key, value),
    };
    return new StagedStore(client, { database: id, collection }, journal);
  }, [client, settings, id, path, collection]);
  useEffect(() => store.start(), [store]);
  return store;
}

interface Editing {
  readonly place: CellPlace;
  readonly anchor: HTMLElement;
  readonly text: string | undefined;
}

/** Editing for a grid: what its keys do, and the editor that is open. Nothing when the database is read-only. */
export function useGridEditing(
  place: EditPlace,
  options: {
    readonly isReadOnly: boolean;
    readonly suggestions: (field: string) => readonly string[];
    readonly onNote: (note: string) => void;
  },
): {
  readonly editing: GridEditing | undefined;
  readonly handle: React.RefObject<GridHandle | null>;
  readonly editor: ReactNode;
  readonly insert: () => void;
} {
  const [open, setOpen] = useState<Editing>();
  const handle = useRef<GridHandle>(null);
  const pastesRows = useRef(false);

  /** Rows that come or go may take the focus with them; it goes to a cell when they are drawn. */
  const goSoon = (to: CellPlace, when: 'always' | 'whenLost' = 'always') => {
    setTimeout(() => {
      if (when === 'always' || document.activeElement === document.body) handle.current?.goTo(to);
    }, 60);
  };
  const insert = () => {
    insertRow(place);
    goSoon({ row: 0, column: 1 });
  };
  const edit = (at: CellPlace, anchor: HTMLElement | undefined, text: string | undefined) => {
    if (anchor === undefined) return;
    if (fieldAt(place, at.column) === undefined) {
      options.onNote('The id of a document never changes.');
      return;
    }
    if (place.rows.rowMark(at.row) === 'deleted') {
      options.onNote('This document is going to be deleted: undo that first.');
      return;
    }
    setOpen({ place: at, anchor, text });
  };
  const press = (event: KeyboardEvent, selection: Selection, cell: HTMLElement | undefined) => {
    if (selection.focus.row < 0 || event.altKey) return false;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand) return pressCommand(event, selection);
    switch (event.key) {
      case 'Enter':
      case 'F2':
        edit(selection.focus, cell, undefined);
        return true;
      case 'Delete':
        deleteRows(place, selection);
        goSoon(selection.focus, 'whenLost');
        return true;
      case 'Backspace':
        setNull(place, selection);
        return true;
      default:
        if (event.key.length !== 1 || event.key === ' ') return false;
        edit(selection.focus, cell, event.key);
        return true;
    }
  };
  const pressCommand = (event: KeyboardEvent, selection: Selection): boolean => {
    const { store } = place;
    pastesRows.current = event.shiftKey;
    switch (`${event.shiftKey ? 'Shift+' : ''}${event.key.toLowerCase()}`) {
      case 'z':
        store.apply(undo);
        goSoon(selection.focus, 'whenLost');
        return true;
      case 'Shift+z':
      case 'y':
        store.apply(redo);
        goSoon(selection.focus, 'whenLost');
        return true;
      case 'i':
        insert();
        return true;
      case 'd':
        if (selection.focus.row === selection.anchor.row) duplicateRows(place, selection);
        else fillDown(place, selection);
        return true;
      default:
        return false;
    }
  };
  const editing: GridEditing = {
    press,
    paste: (text, selection) => {
      const { cells, rows, refused } = paste(place, text, {
        selection,
        asRows: pastesRows.current,
      });
      pastesRows.current = false;
      if (rows > 0) goSoon({ row: 0, column: 1 });
      const what = rows > 0 ? `${rows} rows` : `${cells} cells`;
      options.onNote(`Pasted ${what}${refused > 0 ? `; ${refused} did not fit their field` : ''}.`);
    },
    open: (at, cell) => edit(at, cell, undefined),
  };
  const close = () => {
    open?.anchor.focus({ preventScroll: true });
    setOpen(undefined);
  };
  const field = open && fieldAt(place, open.place.column);
  const cell = open && place.model.cell(open.place.row, open.place.column);
  const editor = open !== undefined && field !== undefined && cell !== undefined && (
    <CellEditor
      key={`${open.place.row} ${open.place.column} ${open.text ?? ''}`}
      anchor={open.anchor}
      field={field}
      value={cell.state === 'value' ? cell.value : undefined}
      initialText={open.text}
      suggestions={options.suggestions(field.name)}
      onCancel={close}
      onTake={(value, move) => {
        setCell(place, open.place, value);
        setOpen(undefined);
        handle.current?.goTo(movedBy(open.place, move));
      }}
    />
  );
  return { editing: options.isReadOnly ? undefined : editing, handle, editor, insert };
}

function movedBy({ row, column }: CellPlace, move: 'stay' | 'down' | 'right' | 'left'): CellPlace {
  switch (move) {
    case 'stay':
      return { row, column };
    case 'down':
      return { row: row + 1, column };
    case 'right':
      return { row, column: column + 1 };
    case 'left':
      return { row, column: Math.max(0, column - 1) };
  }
}
