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
}

export interface GridScroll extends View {
  readonly space: ScrollSpace;
  readonly attach: (element: HTMLDivElement | null) => void;
  readonly element: HTMLDivElement | null;
  /** Moves to a natural place and a left edge. */
  readonly moveTo: (naturalTop: number, left: number) => void;
}

const start: View = { naturalTop: 0, physicalTop: 0, left: 0, width: 0, height: 0 };
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
  const current = useRef({ space, naturalTop, left: view.left });
  current.current = { space, naturalTop, left: view.left };

  const moveTo = useCallback(
    (top: number, left: number) => {
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
      }));
    },
    [element],
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

  return { ...view, naturalTop, space, attach, element, moveTo };
}
