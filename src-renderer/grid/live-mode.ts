/**
 * `paused`: what is shown stays, and what changes meanwhile is counted. `live`: changes are shown as they come.
 * `tail`: and the newest row is kept in view, until the person scrolls away from it.
 */
export type LiveMode = 'paused' | 'live' | 'tail';

/** What a grid is given as its tail; `undefined` while the newest row is not to be kept in view. */
export function askedTail(
  state:
    | { readonly mode: LiveMode; readonly isHeld: boolean; readonly tailAsked: number }
    | undefined,
): number | undefined {
  return state?.mode === 'tail' && !state.isHeld ? state.tailAsked : undefined;
}
