import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import {
  isCompressed,
  movedBy,
  naturalFromPhysical,
  naturalTopMax,
  physicalFromNatural,
  type ScrollSpace,
  scrollSpace,
} from './scroll-space.ts';

/** Where the grid looks: natural and physical place, and the size of the view below the header. */
interface View {
  readonly naturalTop: number;
  readonly physicalTop: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /**
   * Pixels that the rows are drawn further up than the place says. Holds a row under the pointer still where the view
   * itself cannot follow it, beyond the first or the last row; ends with the next scrolling.
   */
  readonly hold: number;
}

export interface GridScroll extends View {
  readonly space: ScrollSpace;
  readonly attach: (element: HTMLDivElement | null) => void;
  readonly element: HTMLDivElement | null;
  /** Moves to a natural place and a left edge. */
  readonly moveTo: (naturalTop: number, left: number) => void;
  /** Moves by as much as rows above came or went, so that the rows in view stay where they are on the screen. */
  readonly shiftBy: (pixels: number) => void;
  /** Ends `hold`. */
  readonly release: () => void;
}

const start: View = { naturalTop: 0, physicalTop: 0, left: 0, width: 0, height: 0, hold: 0 };
const wheelLinePixels = 40;

/** Binds a scroll space to a scrolled element: sizes, scrollbar, and the wheel where the space is compressed. */
export function useGridScroll(sizes: {
  readonly rowCount: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
}): GridScroll {
  const { rowCount, rowHeight, headerHeight } = sizes;
  const [element, attach] = useState<HTMLDivElement | null>(null);
  const [view, setView] = useState(start);
  // The physical place that we set ourselves: a scroll event that reports it is an echo, not the person.
  const ownPhysicalTop = useRef(0);
  const space = scrollSpace({ rowCount, rowHeight, viewportHeight: view.height });
  const naturalTop = Math.min(view.naturalTop, naturalTopMax(space));
  const current = useRef({ space, naturalTop, left: view.left, hold: view.hold });
  current.current = { space, naturalTop, left: view.left, hold: view.hold };

  const place = useCallback(
    (top: number, left: number, hold: number) => {
      if (element === null) return;
      const target = movedBy(current.current.space, top, 0);
      element.scrollTop = physicalFromNatural(current.current.space, target);
      element.scrollLeft = left;
      ownPhysicalTop.current = element.scrollTop;
      setView((old) => ({
        ...old,
        naturalTop: target,
        physicalTop: element.scrollTop,
        left: element.scrollLeft,
        hold,
      }));
    },
    [element],
  );
  const moveTo = useCallback((top: number, left: number) => place(top, left, 0), [place]);
  const shiftBy = useCallback(
    (pixels: number) => {
      const now = current.current;
      const wanted = now.naturalTop + now.hold + pixels;
      place(wanted, now.left, wanted - movedBy(now.space, wanted, 0));
    },
    [place],
  );
  const release = useCallback(
    () => setView((old) => (old.hold === 0 ? old : { ...old, hold: 0 })),
    [],
  );

  useLayoutEffect(() => {
    if (element === null) return;
    const measure = () => {
      // An element that was taken out of the page, as a hidden tab is, comes back scrolled to its beginning.
      if (element.clientHeight > 0 && element.scrollTop !== ownPhysicalTop.current) {
        element.scrollTop = ownPhysicalTop.current;
        element.scrollLeft = current.current.left;
        ownPhysicalTop.current = element.scrollTop;
      }
      setView((old) => ({
        ...old,
        physicalTop: ownPhysicalTop.current,
        width: element.clientWidth,
        height: Math.max(0, element.clientHeight - headerHeight),
      }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [element, headerHeight]);

  useLayoutEffect(() => {
    if (element === null) return;
    const scrolled = () => {
      const physicalTop = element.scrollTop;
      const isEcho = Math.abs(physicalTop - ownPhysicalTop.current) < 1;
      ownPhysicalTop.current = physicalTop;
      setView((old) => ({
        ...old,
        left: element.scrollLeft,
        physicalTop,
        hold: isEcho ? old.hold : 0,
        naturalTop:
          isEcho && isCompressed(current.current.space)
            ? old.naturalTop
            : naturalFromPhysical(current.current.space, physicalTop),
      }));
    };
    const wheeled = (event: WheelEvent) => {
      // Below the cap the browser's own scrolling is natural already, and smoother.
      if (!isCompressed(current.current.space) || event.ctrlKey || event.shiftKey) return;
      if (event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : wheelLinePixels;
      moveTo(current.current.naturalTop + event.deltaY * unit, element.scrollLeft + event.deltaX);
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    element.addEventListener('wheel', wheeled, { passive: false });
    return () => {
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('wheel', wheeled);
    };
  }, [element, moveTo]);

  return { ...view, naturalTop, space, attach, element, moveTo, shiftBy, release };
}
