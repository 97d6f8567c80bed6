import { ChevronDown } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import type { DatabaseInfo } from '#contract';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import type { Command } from '../commands/command.ts';
import { useCommands } from '../commands/command-context.tsx';
import { useDatabases } from '../workspace/workspace-context.tsx';
import { environments, useEnvironment, useSharedEnvironment } from './environment.ts';
import './environment-mark.css';

/** What the database in front is used for. The line under the title bar and the run button take its colour. */
export function EnvironmentMark() {
  const { current } = useDatabases();
  return current === undefined ? null : <Mark database={current} />;
}

function Mark({ database }: { readonly database: DatabaseInfo }) {
  useSharedEnvironment(database);
  const [environment, setEnvironment] = useEnvironment(database.path);
  const short = environments.find(({ id }) => id === environment)?.short ?? '';

  useEffect(() => {
    const { dataset } = document.documentElement;
    dataset['environment'] = environment;
    return () => {
      delete dataset['environment'];
    };
  }, [environment]);

  const commands = useMemo(
    (): readonly Command[] =>
      environments.map(({ id, title }) => ({
        id: `database.mark.${id}`,
        title: `Mark database as ${title.toLowerCase()}`,
        group: 'Database',
        keywords: ['environment'],
        isEnabled: () => id !== environment,
        run: () => setEnvironment(id),
      })),
    [environment, setEnvironment],
  );
  useCommands(commands);

  const entries: readonly MenuEntry[] = [
    { kind: 'label', id: 'head', label: `${database.name} is used for` },
    ...environments.map(({ id, title }) => ({
      kind: 'item' as const,
      id,
      label: title,
      detail: details[id],
      isChecked: id === environment,
      onSelect: () => setEnvironment(id),
    })),
  ];
  return (
    <Menu entries={entries}>
      <button
        type="button"
        className="environment-mark"
        data-environment={environment}
        title="What this database is used for"
      >
        <span className="visually-hidden">Environment </span>
        {short}
        <ChevronDown size={12} aria-hidden />
      </button>
    </Menu>
  );
}

const details = {
  development: 'Writes are shown before they run',
  staging: 'The same, with an amber line',
  production: 'Writes ask for the name of the collection',
} as const;
