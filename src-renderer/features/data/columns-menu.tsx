import { Columns3 } from 'lucide-react';
import { setHidden } from '../../grid/column-state.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { ColumnHeadOptions } from './column-head.tsx';

/** Shows and hides columns. */
export function ColumnsMenu(props: Pick<ColumnHeadOptions, 'names' | 'state' | 'update'>) {
  const { names, state, update } = props;
  const entries = names.map((name) => {
    const isHidden = state.hidden.includes(name);
    return {
      kind: 'item' as const,
      id: name,
      label: name,
      isChecked: !isHidden,
      onSelect: () => update((before) => setHidden(before, name, !isHidden)),
    };
  });
  return (
    <Menu align="end" entries={entries}>
      <IconButton label="Columns" icon={<Columns3 size={16} />} />
    </Menu>
  );
}
