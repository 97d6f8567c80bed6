import './progress-bar.css';

export interface ProgressBarProps {
  /** What is under way, for screen readers. */
  readonly label: string;
  readonly isActive: boolean;
  /** How much is done, from 0 to 1, where that is known. */
  readonly share?: number | undefined;
}

/** A thin bar at the top of the panel that works. It appears only after 150 ms, so that quick work shows nothing. */
export function ProgressBar({ label, isActive, share }: ProgressBarProps) {
  if (!isActive) return null;
  if (share !== undefined) {
    const percent = Math.round(100 * Math.min(1, share));
    return (
      <div
        className="progress-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div className="progress-bar-done" style={{ width: `${percent}%` }} />
      </div>
    );
  }
  return (
    <div className="progress-bar" role="progressbar" aria-label={label}>
      <div className="progress-bar-run" />
    </div>
  );
}
