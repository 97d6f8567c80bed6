import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useRef } from 'react';
import { Kbd } from '../../ui/kbd.tsx';
import type { Command as PageCommand } from '../commands/command.ts';
import { useCommandList, useCommandRegistry } from '../commands/command-context.tsx';
import { byGroup } from '../commands/command-groups.ts';
import { useShownKeys } from '../commands/use-shown-keys.ts';
import './palette.css';
import { paletteScore } from './palette-score.ts';

/** A thing to go to that is no command: a collection, a tab. */
export interface PaletteTarget {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  readonly run: () => void;
}

export interface PaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Called when the palette has gone: from `useFocusReturn`. */
  readonly giveFocusBack: (event: Event) => void;
  readonly targets: readonly PaletteTarget[];
}

/** Everything that can be done and gone to, found by typing. */
export function Palette({ isOpen, onClose, giveFocusBack, targets }: PaletteProps) {
  const chosen = useRef<() => void>(undefined);
  // What was chosen runs after the focus has been given back, so that it may move the focus on.
  const leave = (event: Event) => {
    giveFocusBack(event);
    const run = chosen.current;
    chosen.current = undefined;
    run?.();
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-veil" />
        <Dialog.Content className="palette" aria-describedby={undefined} onCloseAutoFocus={leave}>
          <Dialog.Title className="visually-hidden">Search or run a command</Dialog.Title>
          <PaletteBody
            targets={targets}
            onChoose={(run) => {
              chosen.current = run;
              onClose();
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody(props: {
  readonly targets: readonly PaletteTarget[];
  readonly onChoose: (run: () => void) => void;
}) {
  const { targets, onChoose: choose } = props;
  const registry = useCommandRegistry();
  const commands = useCommandList().filter(
    (command) => command.isHidden !== true && command.id !== 'palette.open',
  );
  const shownKeys = useShownKeys();
  return (
    <Command
      label="Search or run a command"
      loop
      className="palette-command"
      filter={(_, search, [title = '', ...others] = []) => paletteScore(title, others, search)}
    >
      <div className="palette-field">
        <Search size={16} aria-hidden />
        <Command.Input className="palette-input" placeholder="Search or run a command" />
      </div>
      <Command.List className="palette-list">
        <Command.Empty className="palette-empty">
          Nothing is called that. Try a collection, a tab or a verb such as “open”.
        </Command.Empty>
        {byGroup(targets).map(([group, entries]) => (
          <Command.Group key={group} heading={group}>
            {entries.map((target) => (
              <Command.Item
                key={target.id}
                value={target.id}
                keywords={[target.title, target.group]}
                className="palette-item"
                onSelect={() => choose(target.run)}
              >
                <span className="palette-title">{target.title}</span>
                {target.detail !== undefined && (
                  <span className="palette-detail">{target.detail}</span>
                )}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
        {byGroup(commands).map(([group, entries]) => (
          <Command.Group key={group} heading={group}>
            {entries.map((command: PageCommand) => {
              const keys = shownKeys(command.keys);
              return (
                <Command.Item
                  key={command.id}
                  value={command.id}
                  keywords={[command.title, command.group, ...(command.keywords ?? [])]}
                  disabled={command.isEnabled?.() === false}
                  className="palette-item"
                  onSelect={() => choose(() => registry.run(command.id))}
                >
                  <span className="palette-title">{command.title}</span>
                  {keys !== undefined && <Kbd keys={keys} />}
                </Command.Item>
              );
            })}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
