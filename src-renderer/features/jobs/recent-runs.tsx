import { Sparkline } from '../../ui/charts/sparkline.tsx';

export interface RecentRunsProps {
  /** The attempts of each minute, the oldest first. */
  readonly recent: readonly { readonly completed: number; readonly failed: number }[];
  /** Whose attempts. */
  readonly label: string;
}

/** Runs of the last minutes in a line of a table. */
export function RecentRuns({ recent, label }: RecentRunsProps) {
  const failed = recent.reduce((sum, each) => sum + each.failed, 0);
  const ended = recent.reduce((sum, each) => sum + each.completed, failed);
  return (
    <Sparkline
      bars={recent.map((minute) => ({ good: minute.completed, bad: minute.failed }))}
      told={`${label}: ${ended} attempts in ${recent.length} minutes, ${failed} failed`}
    />
  );
}
