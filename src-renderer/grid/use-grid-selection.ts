import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { findCell, hitUnder } from './grid-hit.ts';
import {
  allSelected,
  bounded,
  type CellPlace,
  type GridBounds,
  isRange,
  isSameSelection,
  type MoveKey,
  moved,
  rectangleOf,
  type Selection,
  selectionAt,
} from './selection.ts';

export interface GridSelection {
  readonly selection: Selection;
  /** True when the key was one of the selection's. */
  readonly press: (event: KeyboardEvent) => boolean;
  readonly point: (event: PointerEvent) => void;
  /** The cell that a double press is meant for: that of the first, whatever has moved under the second. */
  readonly doublePressed: () => CellPlace | undefined;
  /** Brings a cell into view and gives it the focus. */
  readonly goTo: (place: CellPlace) => void;
  /** Gives the page's focus to the focused cell at the next drawing, whatever element it is by then. */
  readonly takeFocus: () => void;
  /** Moves focus and selection with their rows, which stand elsewhere now. */
  readonly follow: (rowOf: (row: number) => number) => void;
}

/** Browsers take two presses for a double one up to about half of this. */
const doublePressMsMax = 1_000;

/** Focus and selection of a grid, moved by keys and pointer. The focused cell has the page's focus. */
export function useGridSelection(options: {
  readonly grid: HTMLElement | null;
  readonly bounds: GridBounds;
  /** True when no more rows follow the last one. */
  readonly isEndKnown: boolean;
  /** Asks for the rows up to the end: a key leads there. */
  readonly onWantEnd: () => void;
  /** Brings a place into view. */
  readonly reveal: (place: CellPlace) => void;
  readonly onChange: (selection: Selection) => void;
  /** The selected rows stand elsewhere now. */
  readonly onFollow: (selection: Selection) => void;
}): GridSelection {
  const { grid, bounds, isEndKnown, onWantEnd, reveal, onChange, onFollow } = options;
  const [chosen, setChosen] = useState<Selection>(() => selectionAt({ row: 0, column: 0 }));
  const selection = bounded(chosen, bounds);
  const wantsFocus = useRef(false);
  const presses = useRef<readonly { readonly place: CellPlace; readonly at: number }[]>([]);
  const endDrag = useRef<() => void>(undefined);
  // The key that leads to the last row once all rows are there; any other choice forgets it.
  const followedKey = useRef<MoveKey>(undefined);

  const told = useRef(selection);
  const choose = (next: Selection, isRevealed = true) => {
    setChosen(next);
    told.current = next;
    wantsFocus.current = true;
    followedKey.current = undefined;
    if (isRevealed) reveal(next.focus);
    onChange(next);
  };

  const focused = useFocused(grid);
  useLayoutEffect(() => {
    // A row that is loaded or drawn anew takes its cells away, and with them the focus.
    const isLost =
      focused.current?.isConnected === false && document.activeElement === document.body;
    if (!wantsFocus.current && !isLost) return;
    wantsFocus.current = false;
    findCell(grid, selection.focus)?.focus({ preventScroll: true });
  });
  useEffect(() => () => endDrag.current?.(), []);
  const { focus, anchor } = selection;
  const tellMoved = useEffectEvent(() => {
    if (isSameSelection(told.current, selection)) return;
    told.current = selection;
    onFollow(selection);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: this is about the moment when the selection stands elsewhere.
  useEffect(() => tellMoved(), [focus.row, focus.column, anchor.row, anchor.column]);
  const followEnd = useEffectEvent(() => {
    if (!isEndKnown || followedKey.current === undefined) return;
    const next = moved(selection, followedKey.current, bounds);
    followedKey.current = undefined;
    // Whoever went to another part of the page meanwhile is not called back.
    if (next !== undefined && grid?.contains(document.activeElement) === true) choose(next);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: this is about the moment when the end is known.
  useEffect(() => followEnd(), [isEndKnown]);

  const press = (event: KeyboardEvent): boolean => {
    if (event.altKey) return false;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'a') {
      choose(allSelected(bounds), false);
      return true;
    }
    if (event.key === 'Escape' && isRange(selection)) {
      choose(selectionAt(selection.focus), false);
      return true;
    }
    const key = { key: event.key, isCommand, isShift: event.shiftKey };
    const next = moved(selection, key, bounds);
    if (next !== undefined) choose(next);
    if (isCommand && !isEndKnown && (event.key === 'End' || event.key === 'ArrowDown')) {
      followedKey.current = key;
      onWantEnd();
    }
    return next !== undefined;
  };

  const point = (event: PointerEvent) => {
    const hit = hitUnder(event.target);
    if (hit?.kind === 'cell' && event.button === 2 && !isInside(selection, hit)) {
      choose(selectionAt({ row: hit.row, column: hit.column }));
    }
    if (event.button !== 0 || hit === undefined) return;
    event.preventDefault();
    if (hit.kind === 'corner') {
      choose(allSelected(bounds), false);
      return;
    }
    if (hit.kind === 'gutter') {
      const anchorRow = event.shiftKey ? Math.max(0, selection.anchor.row) : hit.row;
      const anchor = { row: anchorRow, column: Math.max(0, bounds.columnCount - 1) };
      choose({ anchor, focus: { row: hit.row, column: 0 } }, false);
      return;
    }
    const place = { row: hit.row, column: hit.column };
    presses.current = [...presses.current.slice(-1), { place, at: event.timeStamp }];
    const anchor = event.shiftKey && hit.row >= 0 ? selection.anchor : place;
    choose({ focus: place, anchor });
    endDrag.current?.();
    if (hit.row >= 0) endDrag.current = followDrag(anchor, (next) => choose(next, false));
  };

  const follow = useCallback((rowOf: (row: number) => number) => {
    setChosen(({ focus, anchor }) => ({
      focus: { ...focus, row: rowOf(focus.row) },
      anchor: { ...anchor, row: rowOf(anchor.row) },
    }));
  }, []);

  const doublePressed = () => {
    const [first, second] = presses.current;
    const isPair = first !== undefined && (second?.at ?? 0) - first.at < doublePressMsMax;
    return isPair ? first.place : second?.place;
  };
  const goTo = (place: CellPlace) => choose(selectionAt(place));

  const takeFocus = () => {
    wantsFocus.current = true;
  };

  return { selection, press, point, doublePressed, goTo, follow, takeFocus };
}

/** The cell that has the focus, or had it last when nothing else took it. */
function useFocused(grid: HTMLElement | null): { readonly current: Element | null } {
  const focused = useRef<Element | null>(null);
  // Before anything else may give it the focus.
  useLayoutEffect(() => {
    if (grid === null) return undefined;
    const take = ({ target }: FocusEvent) => {
      focused.current = target instanceof Element ? target : null;
    };
    const leave = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) focused.current = null;
    };
    grid.addEventListener('focusin', take);
    grid.addEventListener('focusout', leave);
    return () => {
      grid.removeEventListener('focusin', take);
      grid.removeEventListener('focusout', leave);
    };
  }, [grid]);
  return focused;
}

/** A menu at a cell of the selection is about all of it. */
function isInside(selection: Selection, { row, column }: CellPlace): boolean {
  const { top, bottom, left, right } = rectangleOf(selection);
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** Extends the selection while the pointer is held; the returned function ends it. */
function followDrag(anchor: CellPlace, extend: (selection: Selection) => void): () => void {
  const move = (event: globalThis.PointerEvent) => {
    const hit = hitUnder(document.elementFromPoint(event.clientX, event.clientY));
    if (hit?.kind === 'cell' && hit.row >= 0) {
      extend({ anchor, focus: { row: hit.row, column: hit.column } });
    }
  };
  const end = () => {
    document.removeEventListener('pointermove', move);
    document.removeEventListener('pointerup', end);
    document.removeEventListener('pointercancel', end);
  };
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerup', end);
  document.addEventListener('pointercancel', end);
  return end;
}
