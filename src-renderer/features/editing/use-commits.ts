import { useCallback, useMemo } from 'react';
import { useSetting, useSettings } from '../../app/settings/settings-context.tsx';
import type { Committed } from './commit-edits.ts';
import { type CommittedEdits, decodeCommits, encodeCommits, withCommit } from './commit-list.ts';

/** The commits of this window to a database, the newest first; they are kept as long as its tabs are. */
export function useCommits(path: string): {
  readonly list: readonly CommittedEdits[];
  /** `names` are those of the collections, with spaces between them. */
  readonly add: (names: string, committed: Committed) => void;
} {
  const settings = useSettings();
  const [saved, save] = useSetting(settings.ofWindow(`commits:${path}`));
  const list = useMemo(() => decodeCommits(saved), [saved]);
  const add = useCallback(
    (names: string, { position, documentCount: count }: Committed) => {
      if (position === undefined) return;
      const collections = names.split(' ');
      save(encodeCommits(withCommit(list, { position, collections, count, at: Date.now() })));
    },
    [list, save],
  );
  return { list, add };
}
