/* The versions of a database as one line of time, from what is recorded and what a text or a folder has. */
import type { AppliedVersion, FailedVersion, MigrationsInfo, PlannedVersion } from '#contract';
import { durationText } from '../health/health-text.ts';

export type TimelineState = 'applied' | 'drifted' | 'missing' | 'pending' | 'late' | 'failed';

export interface TimelineEntry {
  readonly version: string;
  readonly state: TimelineState;
  /** Milliseconds since 1970; undefined for a version that was never run. */
  readonly at: number | undefined;
  readonly by: string | undefined;
  /** What it changed, or why it could not be applied. */
  readonly detail: string | undefined;
  /** The one that was applied last. */
  readonly isLast: boolean;
}

/** The versions of a folder, and those of a text that was tried beside it. */
export function withTried(
  folder: GivenVersions | undefined,
  tried: GivenVersions | undefined,
): GivenVersions | undefined {
  if (folder === undefined || tried === undefined) return folder ?? tried;
  const known = new Set(folder.versions.map(({ version }) => version));
  const others = tried.versions.filter(({ version }) => !known.has(version));
  const found = new Set(others.map(({ version }) => version));
  return {
    versions: [...folder.versions, ...others],
    missing: folder.missing.filter((version) => !found.has(version)),
  };
}

interface GivenVersions {
  readonly versions: readonly PlannedVersion[];
  readonly missing: readonly string[];
}

/** The newest first: what is still to come, then what is applied. `given` is absent while no text is known. */
export function timelineEntries(
  { applied, failed }: Pick<MigrationsInfo, 'applied' | 'failed'>,
  given: GivenVersions | undefined,
): readonly TimelineEntry[] {
  const versions = given?.versions ?? [];
  const pending = versions.filter(({ state }) => state === 'pending');
  const failures = new Map(failed.map((failure) => [failure.version, failure]));
  const others = failed.filter(({ version }) => !pending.some((each) => each.version === version));
  const states = new Map(versions.map(({ version, state }) => [version, state]));
  const missing = new Set(given?.missing);
  return [
    ...pending.map((each) => pendingEntry(each, failures.get(each.version))).toReversed(),
    ...others.map(failedEntry).toReversed(),
    ...applied
      .map((each, at): TimelineEntry => {
        const isDrifted = states.get(each.version) === 'drifted';
        const state = isDrifted ? 'drifted' : missing.has(each.version) ? 'missing' : 'applied';
        return { ...appliedEntry(each), state, isLast: at === applied.length - 1 };
      })
      .toReversed(),
  ];
}

function pendingEntry(
  { version, isOutOfOrder }: PlannedVersion,
  failure: FailedVersion | undefined,
): TimelineEntry {
  if (failure !== undefined) return failedEntry(failure);
  const state = isOutOfOrder ? 'late' : 'pending';
  return { version, state, at: undefined, by: undefined, detail: undefined, isLast: false };
}

function failedEntry({ version, failedAt, failedBy, error }: FailedVersion): TimelineEntry {
  const by = failedBy ?? undefined;
  return { version, state: 'failed', at: failedAt, by, detail: error, isLast: false };
}

function appliedEntry({
  version,
  appliedAt,
  appliedBy,
  documentsChanged,
  elapsedMs,
}: AppliedVersion): Omit<TimelineEntry, 'state' | 'isLast'> {
  const count = documentsChanged.toLocaleString('en-US');
  const noun = documentsChanged === 1 ? 'document' : 'documents';
  const detail = `${count} ${noun} changed in ${durationText(elapsedMs)}`;
  return { version, at: appliedAt, by: appliedBy ?? undefined, detail };
}
