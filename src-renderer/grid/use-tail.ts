import { useCallback, useRef, useState } from 'react';
import type { RowModel } from './row-model.ts';
import { revealing } from './scroll-space.ts';
import type { GridScroll } from './use-grid-scroll.ts';

/*
 * The newest row is kept in view until the person scrolls away from it: then nothing moves them, what came is counted,
 * and it is followed again when they come back to it, or ask for it. Whether they are there is told by the place alone,
 * so that wheel, keys, scrollbar and touch are all the same.
 */

export interface Tail {
  /** For each drawing: true while the newest row is followed, so that no other row need stand still. */
  readonly settle: (isChanged: boolean) => boolean;
  /** Rows that came since the person went away from the newest; `undefined` while it is followed, or is not to be. */
  readonly newCount: number | undefined;
  /** Goes to the newest row and follows it. */
  readonly again: () => void;
}

interface Followed {
  readonly asked: number | undefined;
  readonly isFollowing: boolean;
  readonly naturalTop: number;
  readonly tailRow: number;
}

const start: Followed = { asked: undefined, isFollowing: true, naturalTop: 0, tailRow: -1 };

/** Follows the newest row while `asked` is given; another number asks for it again. */
export function useTail(model: RowModel, scroll: GridScroll, asked: number | undefined): Tail {
  const followed = useRef(start);
  /** How many rows there were when the person went away. */
  const [leftAt, setLeftAt] = useState<number>();

  const show = () => {
    const { tailRow } = model;
    if (tailRow < 0) return;
    scroll.moveTo(revealing(scroll.space, scroll.naturalTop, tailRow), scroll.left);
  };
  const settle = (isChanged: boolean): boolean => {
    if (asked === undefined) return false;
    const before = followed.current;
    const { naturalTop } = scroll;
    const isAsked = before.asked !== asked;
    const isElsewhere = Math.abs(naturalTop - before.naturalTop) >= 1;
    let { isFollowing } = before;
    if (isAsked) isFollowing = true;
    // Rows may have gone, and the last one with them.
    else if (isElsewhere)
      isFollowing = isWhole(scroll, Math.min(before.tailRow, model.count.rows - 1));
    followed.current = { asked, isFollowing, naturalTop, tailRow: model.tailRow };
    if (isFollowing !== before.isFollowing || isAsked) {
      setLeftAt(isFollowing ? undefined : model.count.rows);
    }
    if (isFollowing && (isChanged || isAsked)) show();
    return isFollowing;
  };
  const isAway = asked !== undefined && leftAt !== undefined;
  return {
    settle,
    newCount: isAway ? Math.max(0, model.count.rows - leftAt) : undefined,
    again: useCallback(() => {
      followed.current = { ...followed.current, asked: undefined };
      setLeftAt(undefined);
    }, []),
  };
}

function isWhole({ space, naturalTop }: GridScroll, row: number): boolean {
  if (row < 0) return false;
  const top = row * space.rowHeight - naturalTop;
  return top > -1 && top + space.rowHeight < space.viewportHeight + 1;
}
