/*
 * What the editor does by keys of its own, for the palette and the list of all keys. The editor hears these keys while
 * it has the focus; elsewhere they mean other things.
 */
import type { Command } from '../../app/commands/command.ts';
import { isMac } from '../../app/commands/use-shown-keys.ts';

interface EditorAct {
  /** Monaco's name of it. */
  readonly action: string;
  readonly title: string;
  readonly keys: string;
  readonly keysOnMac?: string;
  readonly keywords?: readonly string[];
}

const acts: readonly EditorAct[] = [
  {
    action: 'editor.action.triggerSuggest',
    title: 'Complete at the cursor',
    keys: 'Ctrl+Space',
    keywords: ['suggest', 'autocomplete', 'snippet', 'value'],
  },
  {
    action: 'editor.action.triggerParameterHints',
    title: 'Show the arguments',
    keys: 'Mod+Shift+Space',
    keywords: ['signature', 'parameter info'],
  },
  {
    action: 'editor.action.showHover',
    title: 'Explain what is at the cursor',
    keys: 'Alt+Q',
    keywords: ['hover', 'documentation', 'type'],
  },
  {
    action: 'editor.action.quickFix',
    title: 'Quick fix and refactor',
    keys: 'Mod+.',
    keywords: ['intention', 'extract fragment', 'light bulb'],
  },
  {
    action: 'editor.action.rename',
    title: 'Rename everywhere',
    keys: 'F2',
    keywords: ['refactor', 'fragment', 'variable', 'alias'],
  },
  {
    action: 'editor.action.revealDefinition',
    title: 'Go to the definition',
    keys: 'F12',
    keywords: ['declaration', 'fragment'],
  },
  {
    action: 'editor.action.goToReferences',
    title: 'Find the references',
    keys: 'Shift+F12',
    keywords: ['usages'],
  },
  {
    action: 'editor.action.quickOutline',
    title: 'Go to a statement',
    keys: 'Mod+Shift+O',
    keywords: ['symbol', 'outline'],
  },
  { action: 'editor.action.marker.nextInFiles', title: 'Next problem', keys: 'F8' },
  { action: 'editor.action.marker.prevInFiles', title: 'Previous problem', keys: 'Shift+F8' },
  { action: 'actions.find', title: 'Find', keys: 'Mod+F', keywords: ['search'] },
  {
    action: 'editor.action.startFindReplaceAction',
    title: 'Find and replace',
    keys: 'Mod+H',
    keysOnMac: 'Alt+Mod+F',
  },
  { action: 'editor.action.commentLine', title: 'Comment lines', keys: 'Mod+/' },
  {
    action: 'editor.action.smartSelect.expand',
    title: 'Select more',
    keys: 'Shift+Alt+ArrowRight',
    keysOnMac: 'Ctrl+Shift+Mod+ArrowRight',
    keywords: ['expand selection', 'extend'],
  },
  {
    action: 'editor.action.addSelectionToNextFindMatch',
    title: 'Select the next same word too',
    keys: 'Mod+D',
    keywords: ['multiple cursors', 'occurrence'],
  },
  { action: 'editor.action.moveLinesUpAction', title: 'Move lines up', keys: 'Alt+ArrowUp' },
  { action: 'editor.action.moveLinesDownAction', title: 'Move lines down', keys: 'Alt+ArrowDown' },
  {
    action: 'editor.action.copyLinesDownAction',
    title: 'Duplicate lines',
    keys: 'Shift+Alt+ArrowDown',
  },
  {
    action: 'editor.fold',
    title: 'Fold',
    keys: 'Mod+Shift+[',
    keysOnMac: 'Alt+Mod+[',
    keywords: ['collapse'],
  },
  {
    action: 'editor.unfold',
    title: 'Unfold',
    keys: 'Mod+Shift+]',
    keysOnMac: 'Alt+Mod+]',
    keywords: ['expand'],
  },
];

/** The commands of the editor in front; `act` does what Monaco knows by a name. */
export function editorCommands(act: (action: string) => void): readonly Command[] {
  return acts.map(
    ({ action, title, keys, keysOnMac, keywords = [] }): Command => ({
      id: action,
      title,
      group: 'Editor',
      keys: [isMac ? (keysOnMac ?? keys) : keys],
      hasOwnKeys: true,
      keywords,
      run: () => act(action),
    }),
  );
}
