/*
 * What the benchmarks measure inside a page: when something was painted, and how even the frames come. A painting is
 * over when the first task behind its animation frame runs.
 */

interface Probe {
  /** Milliseconds until rows are painted whose cells are all loaded; `isRight` may ask for more of them. */
  rowsPainted(startedAt: number, isRight?: (firstRow: number) => boolean): Promise<number>;
  /** Moves the scrollbar to a part of its way; milliseconds until the rows there are painted. */
  jump(part: number, rowCount: number): Promise<number>;
  startFrames(): void;
  /** Milliseconds between the frames since then. */
  frameGaps(): readonly number[];
  /** From now on, each cell of a column that is painted anew tells when its value was sent. */
  startStamps(column: number): void;
  /** Milliseconds from sending to painting, of all cells since then. */
  stampDelays(): readonly number[];
}

declare global {
  interface Window {
    probe: Probe;
  }
}

/** Runs in the page before its own scripts. It must use nothing from outside itself. */
export function installProbe(): void {
  const painted = () =>
    new Promise<number>((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(0);
      });
    });
  const grid = () => document.querySelector('[role="grid"]');
  const viewTop = () => (grid()?.getBoundingClientRect().top ?? 0) + 30;
  const isLoaded = () => {
    const pending = [...(grid()?.querySelectorAll('.is-pending') ?? [])];
    // The focused row stays in the document, above the view, when it is scrolled away.
    return pending.every((each) => each.getBoundingClientRect().bottom < viewTop());
  };
  const firstRow = (): number => {
    const top = viewTop();
    const gutters = [...(grid()?.querySelectorAll('[data-gutter]') ?? [])];
    const inView = gutters.filter((each) => each.getBoundingClientRect().bottom > top + 1);
    const rows = inView.map((each) => Number(each.getAttribute('data-gutter')));
    return rows.length === 0 ? -1 : Math.min(...rows);
  };
  let frames: number[] = [];
  let isCounting = false;
  const countFrame = (at: number) => {
    frames.push(at);
    if (isCounting) requestAnimationFrame(countFrame);
  };
  const delays: number[] = [];
  const readStamps = (column: number, seen: Map<string, string>) => {
    const now = performance.timeOrigin + performance.now();
    for (const cell of grid()?.querySelectorAll(`[role="gridcell"][data-col="${column}"]`) ?? []) {
      const row = cell.getAttribute('data-row') ?? '';
      const text = cell.textContent ?? '';
      const before = seen.get(row);
      seen.set(row, text);
      if (before !== undefined && before !== text) delays.push(now - Number(text));
    }
  };
  const probe: Probe = {
    async rowsPainted(startedAt, isRight = () => true) {
      for (;;) {
        const at = await painted();
        if (firstRow() >= 0 && isLoaded() && isRight(firstRow())) return at - startedAt;
        if (at - startedAt > 60_000) throw new Error('The rows do not come.');
      }
    },
    jump(part, rowCount) {
      const element = grid();
      if (element === null) throw new Error('There is no grid.');
      const startedAt = performance.now();
      element.scrollTop = part * (element.scrollHeight - element.clientHeight);
      // Half a per cent of a million rows is much, and far less than where it stood before.
      const isThere = (row: number) => Math.abs(row / rowCount - part) < 0.005;
      return probe.rowsPainted(startedAt, isThere);
    },
    startFrames() {
      frames = [];
      isCounting = true;
      requestAnimationFrame(countFrame);
    },
    frameGaps() {
      isCounting = false;
      return frames.slice(1).map((at, index) => at - (frames[index] ?? at));
    },
    startStamps(column) {
      const seen = new Map<string, string>();
      delays.length = 0;
      const look = async () => {
        for (;;) {
          await painted();
          readStamps(column, seen);
        }
      };
      void look();
    },
    stampDelays: () => delays.splice(0),
  };
  window.probe = probe;
}
