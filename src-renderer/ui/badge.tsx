import type { ReactNode } from 'react';
import './badge.css';

export interface BadgeProps {
  readonly tone?: 'neutral' | 'accent' | 'warn' | 'danger';
  readonly children: ReactNode;
}

/** A word or number set apart: a count, a state. */
export function Badge({ tone = 'neutral', children }: BadgeProps) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
