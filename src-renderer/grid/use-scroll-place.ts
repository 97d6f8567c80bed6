import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { RowCount } from './row-model.ts';
import type { GridScroll } from './use-grid-scroll.ts';

/** What a grid shows first: a row, and pixels from the left. */
export interface ScrollPlace {
  readonly row: number;
  readonly left: number;
}

const restMs = 250;

/** Scrolls a grid to where it was, as soon as its rows reach so far, and tells where it is when scrolling has rested. */
export function useScrollPlace(
  scroll: GridScroll,
  options: {
    readonly count: RowCount;
    readonly firstPlace: ScrollPlace | undefined;
    readonly onPlace: ((place: ScrollPlace) => void) | undefined;
  },
): void {
  const { count, firstPlace, onPlace } = options;
  const isPlaced = useRef(firstPlace === undefined);
  const told = useRef(firstPlace);
  const { naturalTop, left, height, space, moveTo } = scroll;
  const row = Math.round(naturalTop / space.rowHeight);

  useLayoutEffect(() => {
    if (isPlaced.current || firstPlace === undefined || height === 0) return;
    if (!count.isKnown && count.rows <= firstPlace.row) return;
    isPlaced.current = true;
    // Whoever has scrolled meanwhile is not taken back.
    if (naturalTop === 0 && left === 0) moveTo(firstPlace.row * space.rowHeight, firstPlace.left);
  });

  const tell = useEffectEvent(() => {
    const before = told.current ?? { row: 0, left: 0 };
    if (!isPlaced.current || (before.row === row && before.left === left)) return;
    told.current = { row, left };
    onPlace?.({ row, left });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place begins another rest.
  useEffect(() => {
    const timer = setTimeout(tell, restMs);
    return () => clearTimeout(timer);
  }, [row, left]);
}
