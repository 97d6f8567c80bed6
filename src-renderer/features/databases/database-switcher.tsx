import { ChevronDown, Database, FilePlus2, FlaskConical, FolderOpen, Lock, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCommandRegistry } from '../../app/commands/command-context.tsx';
import { useShownKeys } from '../../app/commands/use-shown-keys.ts';
import { useDatabases, useWorkspace } from '../../app/workspace/workspace-context.tsx';
import { Badge } from '../../ui/badge.tsx';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import './database-switcher.css';

const recentMax = 8;

/** Names the database in front, and leads to the others. */
export function DatabaseSwitcher() {
  const { current } = useDatabases();
  const entries = useSwitcherEntries();
  return (
    <Menu entries={entries}>
      <button type="button" className="database-switcher">
        <BrandMark size={18} />
        <span className="visually-hidden">{current === undefined ? 'Databases' : 'Database'} </span>
        <span className="database-switcher-name">{current?.name ?? 'Aurora Studio'}</span>
        {current?.isSample === true && <Badge>sample</Badge>}
        {current?.readOnly === true && <Badge tone="warn">read-only</Badge>}
        <ChevronDown size={14} aria-hidden className="database-switcher-arrow" />
      </button>
    </Menu>
  );
}

function useSwitcherEntries(): readonly MenuEntry[] {
  const { databases } = useWorkspace();
  const { list, current } = useDatabases();
  const registry = useCommandRegistry();
  const shownKeys = useShownKeys();
  const open = list?.open ?? [];
  const openPaths = new Set(open.map((database) => database.path));
  const recent = (list?.recent ?? [])
    .filter((entry) => entry.exists && !openPaths.has(entry.path))
    .slice(0, recentMax);
  const command = (id: string, icon: ReactNode): readonly MenuEntry[] => {
    const found = registry.find(id);
    if (found === undefined) return [];
    return [
      {
        kind: 'item',
        id,
        label: found.title,
        icon,
        keys: shownKeys(found.keys),
        isDisabled: found.isEnabled?.() === false,
        onSelect: () => registry.run(id),
      },
    ];
  };
  return [
    ...(open.length === 0 ? [] : [{ kind: 'label' as const, id: 'open', label: 'Open' }]),
    ...open.map((database) => ({
      kind: 'item' as const,
      id: `open:${database.path}`,
      label: database.name,
      detail: database.path,
      icon: database.readOnly ? <Lock size={14} /> : <Database size={14} />,
      isChecked: database.path === current?.path,
      onSelect: () => databases.select(database),
    })),
    ...(recent.length === 0 ? [] : [{ kind: 'label' as const, id: 'recent', label: 'Recent' }]),
    ...recent.map((entry) => ({
      kind: 'item' as const,
      id: `recent:${entry.path}`,
      label: entry.name,
      detail: entry.path,
      icon: <Database size={14} />,
      onSelect: () => void databases.open({ path: entry.path }),
    })),
    ...(open.length + recent.length === 0 ? [] : [{ kind: 'separator' as const, id: 'acts' }]),
    ...command('database.open', <FolderOpen size={14} />),
    ...command('database.create', <FilePlus2 size={14} />),
    ...command('database.openSample', <FlaskConical size={14} />),
    ...(current === undefined
      ? []
      : [{ kind: 'separator' as const, id: 'end' }, ...command('database.close', <X size={14} />)]),
  ];
}
