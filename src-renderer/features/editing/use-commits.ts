import { useCallback, useMemo } from 'react';
import { useSetting, useSettings } from '../../app/settings/settings-context.tsx';
import type { Committed } from './commit-edits.ts';
import { type CommittedEdits, decodeCommits, encodeCommits, withCommit } from './commit-list.ts';

/** The commits of this window to a database, the newest first; they are kept as long as its tabs are. */
export function useCommits(path: string): {
  readonly list: readonly CommittedEdits[];
  readonly add: (committed: Committed, options?: { readonly isTakingBack: boolean }) => void;
} {
  const settings = useSettings();
  const [saved, save] = useSetting(settings.ofWindow(`commits:${path}`));
  const list = useMemo(() => decodeCommits(saved), [saved]);
  const add = useCallback(
    (
      { position, documentCount: count, collections }: Committed,
      { isTakingBack } = { isTakingBack: false },
    ) => {
      if (position === undefined) return;
      const added = { position, collections, count, at: Date.now(), isTakingBack };
      save(encodeCommits(withCommit(list, added)));
    },
    [list, save],
  );
  return { list, add };
}
