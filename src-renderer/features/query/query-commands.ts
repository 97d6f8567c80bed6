import { useMemo } from 'react';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { editorCommands } from './editor-commands.ts';
import type { QueryRun } from './query-run.ts';

export const runKeyChords = ['Mod+Enter'];
export const formatKeyChords = ['Shift+Alt+F'];
export const explainKeyChords = ['Alt+Shift+X'];
export const variableKeyChords = ['Alt+Shift+V'];

/** What a person can do with the tab in front, for palette, menus and keys. */
export function useQueryCommands(options: {
  readonly isActive: boolean;
  readonly runAtCursor: () => void;
  readonly runAll: () => void;
  readonly explain: () => void;
  readonly cancel: () => void;
  readonly format: () => void;
  readonly toggleVariables: () => void;
  readonly queryRun: QueryRun;
  readonly toEditor: () => void;
  readonly toOther: () => void;
  readonly switchTab: () => void;
  readonly switchHints: () => void;
  /** Does something that the editor knows by Monaco's name. */
  readonly act: (action: string) => void;
}): void {
  const { isActive, runAtCursor, runAll, cancel, format, toggleVariables, queryRun } = options;
  const { explain, toEditor, toOther, switchTab, switchHints, act } = options;
  const commands = useMemo((): readonly Command[] => {
    if (!isActive) return [];
    const isUnderWay = () => ['running', 'waiting'].includes(queryRun.snapshot().state);
    return [
      {
        id: 'query.run',
        title: 'Run statement',
        group: 'Query',
        keys: runKeyChords,
        keywords: ['execute'],
        run: runAtCursor,
      },
      {
        id: 'query.runAll',
        title: 'Run all statements',
        group: 'Query',
        keys: ['Mod+Shift+Enter'],
        run: runAll,
      },
      {
        id: 'query.explain',
        title: 'Explain statement',
        group: 'Query',
        keys: explainKeyChords,
        keywords: ['plan', 'index', 'slow', 'analyze'],
        run: explain,
      },
      {
        id: 'query.cancel',
        title: 'Cancel the run',
        group: 'Query',
        keys: ['Escape+Escape'],
        hasOwnKeys: true,
        keywords: ['stop', 'abort'],
        isEnabled: isUnderWay,
        run: cancel,
      },
      {
        id: 'query.format',
        title: 'Format the text',
        group: 'Query',
        keys: formatKeyChords,
        run: format,
      },
      {
        id: 'query.variables',
        title: 'Show or hide the variables',
        group: 'Query',
        keys: variableKeyChords,
        run: toggleVariables,
      },
      {
        id: 'query.switch',
        title: 'Switch between text and results',
        group: 'Query',
        keys: ['F6'],
        keywords: ['focus', 'grid', 'editor'],
        run: toOther,
      },
      {
        id: 'query.editor',
        title: 'Go to the text',
        group: 'Query',
        keywords: ['focus', 'editor'],
        run: toEditor,
      },
      {
        id: 'editor.tab',
        title: 'Let Tab leave the editor',
        group: 'Query',
        keys: ['Ctrl+M'],
        keywords: ['focus', 'keyboard', 'accessibility'],
        run: switchTab,
      },
      {
        id: 'editor.planHints',
        title: 'Show or hide how queries find their documents',
        group: 'Query',
        keywords: ['plan', 'index', 'hints', 'inlay'],
        run: switchHints,
      },
      ...editorCommands(act),
    ];
  }, [
    isActive,
    runAtCursor,
    runAll,
    explain,
    cancel,
    format,
    toggleVariables,
    queryRun,
    toEditor,
    toOther,
    switchTab,
    switchHints,
    act,
  ]);
  useCommands(commands);
}
