import type { Curve } from './chart-curves.ts';

/* Looks of curves, the same in a chart, in its keys and in its tip. */

/** Values of stroke-dasharray. */
export const dashes: Readonly<Record<Curve['stroke'], string>> = {
  solid: 'none',
  dashed: '4 2',
  dotted: '1 2',
};

export const colours: Readonly<Record<Curve['tone'], string>> = {
  accent: 'var(--accent)',
  info: 'var(--info)',
  warn: 'var(--warn)',
  danger: 'var(--danger)',
  quiet: 'var(--fg-2)',
};
