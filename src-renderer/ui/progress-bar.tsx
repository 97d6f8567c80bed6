import './progress-bar.css';

export interface ProgressBarProps {
  /** What is under way, for screen readers. */
  readonly label: string;
  readonly isActive: boolean;
}

/** A thin bar at the top of the panel that works. It appears only after 150 ms, so that quick work shows nothing. */
export function ProgressBar({ label, isActive }: ProgressBarProps) {
  if (!isActive) return null;
  return (
    <div className="progress-bar" role="progressbar" aria-label={label}>
      <div className="progress-bar-run" />
    </div>
  );
}
