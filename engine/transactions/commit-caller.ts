import type { CommitReport } from './snapshot.ts';

/** Who waits for a commit. To be told by a call spares promises, of which each is a turn of the microtasks too. */
export interface CommitCaller {
  /** It is durable and visible. */
  readonly resolve: (report: CommitReport) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise of what a commit tells its caller, or gives or throws at once. */
export function promised(
  begin: (caller: CommitCaller) => CommitReport | undefined,
): Promise<CommitReport> {
  return new Promise((resolve, reject) => {
    const report = begin({ resolve, reject });
    if (report !== undefined) resolve(report);
  });
}
