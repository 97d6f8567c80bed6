import type { CellPlace } from './selection.ts';

/** What of a grid lies under a point or an event. */
export type GridHit =
  | ({ readonly kind: 'cell' } & CellPlace)
  | { readonly kind: 'gutter'; readonly row: number }
  | { readonly kind: 'corner' };

export function hitUnder(target: EventTarget | null): GridHit | undefined {
  if (!(target instanceof Element)) return undefined;
  const cell = target.closest<HTMLElement>('[data-row][data-col]');
  if (cell !== null) {
    return { kind: 'cell', row: Number(cell.dataset['row']), column: Number(cell.dataset['col']) };
  }
  const gutter = target.closest<HTMLElement>('[data-gutter]');
  if (gutter !== null) return { kind: 'gutter', row: Number(gutter.dataset['gutter']) };
  return target.closest('[data-corner]') === null ? undefined : { kind: 'corner' };
}

export function findCell(grid: HTMLElement | null, place: CellPlace): HTMLElement | undefined {
  return (
    grid?.querySelector<HTMLElement>(`[data-row="${place.row}"][data-col="${place.column}"]`) ??
    undefined
  );
}
