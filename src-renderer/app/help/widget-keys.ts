/** Keys that a part of the page has for itself, because they mean something only inside it. */
export const widgetKeys: readonly {
  readonly group: string;
  readonly entries: readonly { readonly title: string; readonly keys: string }[];
}[] = [
  {
    group: 'In the grid',
    entries: [
      { title: 'Show the whole value', keys: 'Space' },
      { title: 'Copy what is selected', keys: 'Mod+C' },
      { title: 'Select everything', keys: 'Mod+A' },
      { title: 'Extend the selection', keys: 'Shift+ArrowDown' },
      { title: 'Last row', keys: 'Mod+End' },
      { title: 'Widen a column, from its head', keys: 'Alt+ArrowRight' },
    ],
  },
  {
    group: 'Editing documents in the grid',
    entries: [
      { title: 'Edit the cell; typing begins anew', keys: 'Enter' },
      { title: 'Take the value and go to the right', keys: 'Tab' },
      { title: 'Set to null', keys: 'Backspace' },
      { title: 'Unset the field', keys: 'Shift+Backspace' },
      { title: 'Delete the rows', keys: 'Delete' },
      { title: 'Insert a row', keys: 'Mod+I' },
      { title: 'Duplicate the row; fill down a selection', keys: 'Mod+D' },
      { title: 'Paste over cells', keys: 'Mod+V' },
      { title: 'Paste as new rows', keys: 'Mod+Shift+V' },
      { title: 'Find and replace in the column', keys: 'Alt+R' },
      { title: 'History of the row', keys: 'Alt+H' },
      { title: 'Take a commit back', keys: 'Alt+U' },
      { title: 'Undo', keys: 'Mod+Z' },
      { title: 'Redo', keys: 'Mod+Shift+Z' },
    ],
  },
  {
    group: 'In the editor of a cell',
    entries: [
      { title: 'Take the value and go down', keys: 'Enter' },
      { title: 'Take the value and go to the left', keys: 'Shift+Tab' },
      { title: 'Take JSON', keys: 'Mod+Enter' },
      { title: 'Begin another line of a text', keys: 'Shift+Enter' },
      { title: 'Throw away what was typed', keys: 'Escape' },
      { title: 'Null', keys: 'Alt+N' },
      { title: 'Not set', keys: 'Alt+U' },
      { title: 'The default of the schema', keys: 'Alt+D' },
      { title: 'Type a date in UTC, or in local time', keys: 'Alt+Z' },
    ],
  },
];
