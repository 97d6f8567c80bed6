import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { decodeSnippets, type UserSnippet } from '../../editor/user-snippet.ts';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { SnippetsDialog } from './snippets-dialog.tsx';

export interface Snippets {
  readonly snippets: readonly UserSnippet[];
  /** The dialog that edits them, while it is open. */
  readonly dialog: ReactNode;
}

const settingKey = 'editor.snippets';

/** The person's own snippets, and the commands that edit them. `selectedText` gives what is selected in the text. */
export function useSnippets(isActive: boolean, selectedText: () => string): Snippets {
  const [saved, setSaved] = useSetting(settingKey);
  const snippets = useMemo(() => decodeSnippets(saved), [saved]);
  const [firstText, setFirstText] = useState<string>();
  const giveFocusBack = useFocusReturn(firstText !== undefined);
  const close = useCallback(() => setFirstText(undefined), []);
  const change = useCallback(
    (next: readonly UserSnippet[]) => setSaved(next.map((snippet) => ({ ...snippet }))),
    [setSaved],
  );
  const commands = useMemo(
    (): readonly Command[] =>
      isActive
        ? [
            {
              id: 'snippets.open',
              title: 'Write and edit snippets…',
              group: 'Query',
              keys: ['Alt+Shift+S'],
              keywords: ['template', 'live template', 'prefix'],
              run: () => setFirstText(''),
            },
            {
              id: 'snippets.fromSelection',
              title: 'Make a snippet of the selection…',
              group: 'Query',
              keywords: ['template', 'save as live template'],
              isEnabled: () => selectedText().trim() !== '',
              run: () => setFirstText(selectedText()),
            },
          ]
        : [],
    [isActive, selectedText],
  );
  useCommands(commands);
  const dialog = firstText !== undefined && (
    <SnippetsDialog
      snippets={snippets}
      firstText={firstText}
      onChange={change}
      onClose={close}
      giveFocusBack={giveFocusBack}
    />
  );
  return { snippets, dialog };
}
