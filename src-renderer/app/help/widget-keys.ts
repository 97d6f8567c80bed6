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
];
