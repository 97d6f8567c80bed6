/**
 * `paused`: what is shown stays, and what changes meanwhile is counted. `live`: changes are shown as they come.
 * `tail`: and the newest row is kept in view.
 */
export type LiveMode = 'paused' | 'live' | 'tail';
