import { ArrowRightLeft } from 'lucide-react';
import { useCallback, useMemo, useRef } from 'react';
import type { CollectionInfo } from '#contract';
import type { Command } from '../../app/commands/command.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import type { TabPlace } from '../../app/tabs/query-tab-props.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { referencesOf } from './references.ts';

/** Follows the references of the row with the focus, away from it and to it. */
export function FollowMenu(props: {
  readonly model: RowModel;
  readonly info: CollectionInfo;
  readonly row: number;
  readonly collections: readonly CollectionInfo[];
  readonly isActive: boolean;
  readonly onFollow: (place: TabPlace) => void;
}) {
  const { model, info, row, collections, isActive, onFollow } = props;
  const button = useRef<HTMLButtonElement>(null);
  const names = ['id', ...info.fields.map(({ name }) => name)];
  const references = referencesOf(info, collections, (name) => {
    const cell = row < 0 ? undefined : model.cell(row, names.indexOf(name));
    return cell?.state === 'value' ? cell.value : undefined;
  });
  const open = useCallback(() => {
    button.current?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  }, []);
  useCommands(
    useMemo<readonly Command[]>(
      () =>
        isActive
          ? [
              {
                id: 'data.follow',
                title: 'Follow a reference of this row',
                group: 'Data',
                keys: ['Mod+G'],
                keywords: ['relation', 'referring'],
                run: open,
              },
            ]
          : [],
      [isActive, open],
    ),
  );
  const entries: readonly MenuEntry[] =
    references.length === 0
      ? [{ kind: 'label', id: 'none', label: 'This row has no references' }]
      : references.map(({ label, place }) => ({
          ...{ kind: 'item', id: label, label },
          onSelect: () => onFollow(place),
        }));
  return (
    <Menu entries={entries}>
      <IconButton
        ref={button}
        label="Follow a reference"
        keys={['Ctrl', 'G']}
        icon={<ArrowRightLeft size={16} />}
      />
    </Menu>
  );
}
