import type { ReactNode } from 'react';
import './empty-state.css';

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  /** Why there is nothing, in one line. */
  readonly title: string;
  readonly hint?: ReactNode;
  /** At most one button: what to do next. */
  readonly action?: ReactNode;
}

/** What stands where data would: why there is none, and what to do. */
export function EmptyState({ icon, title, hint, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      {icon !== undefined && <span className="empty-state-icon">{icon}</span>}
      <p className="empty-state-title">{title}</p>
      {hint !== undefined && <p className="empty-state-hint">{hint}</p>}
      {action !== undefined && <div className="empty-state-action">{action}</div>}
    </div>
  );
}
