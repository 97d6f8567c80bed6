import { type RefObject, useCallback, useRef } from 'react';
import { flushSync } from 'react-dom';
import type { GridHandle } from '../../grid/grid.tsx';
import { type CellPlace, type Selection, selectionAt } from '../../grid/selection.ts';

/** Leads the focus to the grid when what had it is gone, so that it is never nowhere. */
export function useFocusToGrid(handle: RefObject<GridHandle | null>): {
  readonly selected: RefObject<Selection>;
  readonly onSelect: (selection: Selection) => void;
  /** Goes to a cell when the dialog that is open has gone. */
  readonly goLater: (place: CellPlace) => void;
  /** For `useFocusReturn`: goes where a dialog led, or to the focused cell where what had the focus is gone. */
  readonly toGrid: (isGone: boolean) => boolean;
  /** Does what a button is for that may be gone then, or of no use. */
  readonly byButton: (act: () => void) => void;
} {
  const selected = useRef(selectionAt({ row: 0, column: 0 }));
  const onSelect = useCallback((selection: Selection) => {
    selected.current = selection;
  }, []);
  const goingTo = useRef<CellPlace>(undefined);
  const goLater = useCallback((place: CellPlace) => {
    goingTo.current = place;
  }, []);
  const toGrid = useCallback(
    (isGone: boolean) => {
      const to = goingTo.current ?? (isGone ? selected.current.focus : undefined);
      goingTo.current = undefined;
      const grid = handle.current;
      if (to === undefined || grid === null) return false;
      flushSync(() => grid.goTo(to));
      return true;
    },
    [handle],
  );
  const byButton = useCallback(
    (act: () => void) => {
      flushSync(act);
      const active = document.activeElement;
      if (active === document.body || active?.matches(':disabled') === true) toGrid(true);
    },
    [toGrid],
  );
  return { selected, onSelect, goLater, toGrid, byButton };
}
