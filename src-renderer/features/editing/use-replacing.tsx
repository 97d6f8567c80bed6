import { Replace } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ReplaceDialog } from './replace-dialog.tsx';
import type { ReplaceSource } from './replace-in-column.ts';

interface ReplacingUse {
  /** Opens find and replace, at a column. */
  readonly open: (column: string) => void;
  /** Absent when nothing can be replaced. */
  readonly button: ReactNode;
  readonly dialog: ReactNode;
}

/** Find and replace for a grid: its command, its button and its dialog. */
export function useReplacing(options: {
  readonly source: ReplaceSource;
  /** The column that has the focus. */
  readonly columnNow: () => string | undefined;
  /** False when the database is read-only, or the result holds nothing that could be replaced. */
  readonly isPossible: boolean;
  readonly isActive: boolean;
  readonly buttonSize?: 'small';
  readonly say: (text: string) => void;
}): ReplacingUse {
  const { source, columnNow, isPossible, isActive, buttonSize, say } = options;
  const [column, setColumn] = useState<string>();
  const openHere = useCallback(() => setColumn(columnNow() ?? ''), [columnNow]);
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        isActive && isPossible
          ? [
              {
                id: 'data.replace',
                title: 'Find and replace in a column',
                group: 'Data',
                keys: ['Alt+R'],
                run: openHere,
              },
            ]
          : [],
      [isActive, isPossible, openHere],
    ),
  );
  return {
    open: setColumn,
    button: isPossible && (
      <IconButton
        label="Find and replace in a column"
        keys={['Alt', 'R']}
        icon={<Replace size={buttonSize === 'small' ? 14 : 16} />}
        {...(buttonSize === undefined ? {} : { size: buttonSize })}
        onClick={openHere}
      />
    ),
    dialog: (
      <ReplaceDialog
        source={source}
        column={isPossible ? column : undefined}
        onClose={() => setColumn(undefined)}
        onReplaced={(count) => {
          setColumn(undefined);
          say(`Staged ${count === 1 ? '1 replacement' : `${count} replacements`}.`);
        }}
      />
    ),
  };
}
