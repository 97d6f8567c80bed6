import { useCallback, useMemo } from 'react';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { actTitles, type EditActId } from './edit-acts.ts';
import type { StagedStore } from './staged-store.ts';

/** The commands of a grid that is edited, while it is in front. */
export function useEditCommands(options: {
  readonly stores: readonly StagedStore[];
  readonly isActive: boolean;
  /** True when the keys of the review are for it only in the grid, while something is staged. */
  readonly sharesKeys: boolean;
  readonly isReadOnly: boolean;
  readonly openHistory: () => void;
  readonly review: () => void;
  readonly showCommits: () => void;
  /** What can be done to what is selected. */
  readonly acts: readonly EditActId[];
  readonly act: (id: EditActId) => void;
}): void {
  const { stores, isActive, sharesKeys, isReadOnly, openHistory, review, showCommits } = options;
  const { acts, act } = options;
  const hasKeysNow = useCallback(() => {
    const isInGrid = document.activeElement?.closest('[role="grid"]') != null;
    return isInGrid && stores.some((store) => store.merged().length > 0);
  }, [stores]);
  useCommands(
    useMemo<readonly Command[]>(() => {
      if (!isActive) return [];
      const history: Command = {
        ...{ id: 'data.history', title: 'Show the history of this row', group: 'Data' },
        ...{ keys: ['Alt+H'], run: openHistory },
      };
      const committing: Command = {
        ...{ id: 'data.review', title: 'Review staged edits', group: 'Data' },
        ...{ keys: ['Mod+S', 'Mod+Shift+S'], keywords: ['commit', 'save'], run: review },
        ...(sharesKeys ? { hasKeysNow } : {}),
      };
      const takingBack: Command = {
        ...{ id: 'data.commits', title: 'Take a commit of this window back', group: 'Data' },
        ...{ keys: ['Alt+U'], keywords: ['undo', 'revert'], run: showCommits },
      };
      if (isReadOnly) return [history];
      return [...acts.map((id) => commandOf(id, act)), history, committing, takingBack];
    }, [openHistory, review, showCommits, isReadOnly, isActive, sharesKeys, hasKeysNow, acts, act]),
  );
}

/** The command for an act on whatever is selected when it runs. */
function commandOf(id: EditActId, act: (id: EditActId) => void): Command {
  const { title, key, words } = actTitles[id];
  return {
    ...{ id: `data.${id}`, title, group: 'Data', keywords: words, run: () => act(id) },
    ...(key === undefined ? {} : { keys: [key], hasOwnKeys: true }),
  };
}
