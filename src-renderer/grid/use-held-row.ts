import { type PointerEvent, useCallback, useLayoutEffect, useRef } from 'react';
import type { RowModel } from './row-model.ts';
import type { Selection } from './selection.ts';
import type { GridScroll } from './use-grid-scroll.ts';
import type { Tail } from './use-tail.ts';

/*
 * Rows come, go and move under the eyes of a person. One of them stands still: the row under the pointer, else the one
 * with the focus when it is in view, else the first in view once the person has scrolled. Before each painting the view
 * moves by as much as that row did. Focus and selection stay with their rows as well.
 */

interface Held {
  readonly version: number;
  readonly key: string | undefined;
  readonly row: number;
  readonly focusKey: string | undefined;
  readonly focusRow: number;
  readonly anchorKey: string | undefined;
  readonly anchorRow: number;
}

/** Keeps a row in its place; the returned functions tell where the pointer is. */
export function useHeldRow(options: {
  readonly model: RowModel;
  readonly scroll: GridScroll;
  readonly headerHeight: number;
  readonly selection: Selection;
  /** While it follows the newest row, no other one stands still. */
  readonly tail: Tail;
  /** Moves focus and selection to where their rows stand now. */
  readonly follow: (rowOf: (row: number) => number) => void;
}): {
  readonly move: (event: PointerEvent<HTMLElement>) => void;
  readonly leave: () => void;
} {
  const { model, scroll, headerHeight, selection, follow, tail } = options;
  const pointerY = useRef<number>(undefined);
  const held = useRef<Held>(undefined);

  useLayoutEffect(() => {
    const before = held.current;
    const isChanged = before !== undefined && before.version !== model.version;
    const isTailFollowed = tail.settle(isChanged);
    if (isChanged) {
      const now = before.key === undefined ? undefined : model.rowOf(before.key);
      if (!isTailFollowed && now !== undefined && now !== before.row) {
        scroll.shiftBy((now - before.row) * scroll.space.rowHeight);
      }
      const moved = new Map<number, number>();
      for (const [key, rowBefore, row] of [
        [before.focusKey, before.focusRow, selection.focus.row],
        [before.anchorKey, before.anchorRow, selection.anchor.row],
      ] as const) {
        // Whoever has gone to another row at the same time is not taken back.
        if (key === undefined || row !== rowBefore) continue;
        const to = model.rowOf(key);
        if (to !== undefined && to !== row) moved.set(row, to);
      }
      if (moved.size > 0) follow((row) => moved.get(row) ?? row);
    }
    const row = heldRow({ scroll, headerHeight, selection, pointerY: pointerY.current });
    held.current = {
      version: model.version,
      row,
      key: row < 0 ? undefined : model.keyOf(row),
      focusKey: model.keyOf(selection.focus.row),
      focusRow: selection.focus.row,
      anchorKey: model.keyOf(selection.anchor.row),
      anchorRow: selection.anchor.row,
    };
  });

  const { release } = scroll;
  return {
    move: useCallback((event) => {
      const top = event.currentTarget.getBoundingClientRect().top;
      pointerY.current = event.clientY - top;
    }, []),
    leave: useCallback(() => {
      pointerY.current = undefined;
      release();
    }, [release]),
  };
}

/** The row that is to stand still; -1 when none need. */
function heldRow(view: {
  readonly scroll: GridScroll;
  readonly headerHeight: number;
  readonly selection: Selection;
  readonly pointerY: number | undefined;
}): number {
  const { scroll, headerHeight, selection, pointerY } = view;
  const { rowHeight } = scroll.space;
  const top = scroll.naturalTop + scroll.hold;
  if (pointerY !== undefined && pointerY >= headerHeight) {
    return Math.floor((top + pointerY - headerHeight) / rowHeight);
  }
  const focusTop = selection.focus.row * rowHeight;
  const isFocusInView = focusTop >= top && focusTop + rowHeight <= top + scroll.height;
  const hasFocus = scroll.element?.contains(document.activeElement) === true;
  if (hasFocus && isFocusInView) return selection.focus.row;
  return scroll.naturalTop > 0 ? Math.ceil(top / rowHeight) : -1;
}
