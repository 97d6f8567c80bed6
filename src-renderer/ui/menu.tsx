import { Check } from 'lucide-react';
import { DropdownMenu, ContextMenu as RadixContextMenu } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { Kbd } from './kbd.tsx';
import './menu.css';

/** What a menu shows, as data: the same list makes a drop-down and a context menu. */
export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly detail?: string;
      readonly icon?: ReactNode;
      readonly keys?: readonly string[] | undefined;
      readonly isChecked?: boolean;
      readonly isDisabled?: boolean;
      readonly onSelect: () => void;
    }
  | { readonly kind: 'label'; readonly id: string; readonly label: string }
  | { readonly kind: 'separator'; readonly id: string };

export interface MenuProps {
  readonly entries: readonly MenuEntry[];
  /** The element that opens it; takes a ref. */
  readonly children: ReactNode;
  readonly align?: 'start' | 'center' | 'end';
}

/** A menu under a button. */
export function Menu({ entries, children, align = 'start' }: MenuProps) {
  const choice = useChoice();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={choice.runLater}
        >
          {entries.map((entry) => {
            if (entry.kind === 'separator') {
              return <DropdownMenu.Separator key={entry.id} className="menu-separator" />;
            }
            if (entry.kind === 'label') {
              return (
                <DropdownMenu.Label key={entry.id} className="menu-label">
                  {entry.label}
                </DropdownMenu.Label>
              );
            }
            return (
              <DropdownMenu.Item
                key={entry.id}
                className="menu-item"
                disabled={entry.isDisabled === true}
                onSelect={() => choice.take(entry.onSelect)}
              >
                <MenuItemBody entry={entry} />
              </DropdownMenu.Item>
            );
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A menu at the pointer, or at the focused element by the menu key. */
export function ContextMenu({ entries, children }: Omit<MenuProps, 'align'>) {
  const choice = useChoice();
  return (
    <RadixContextMenu.Root>
      <RadixContextMenu.Trigger asChild>{children}</RadixContextMenu.Trigger>
      <RadixContextMenu.Portal>
        <RadixContextMenu.Content
          className="menu"
          collisionPadding={8}
          onCloseAutoFocus={choice.runLater}
        >
          {entries.map((entry) => {
            if (entry.kind === 'separator') {
              return <RadixContextMenu.Separator key={entry.id} className="menu-separator" />;
            }
            if (entry.kind === 'label') {
              return (
                <RadixContextMenu.Label key={entry.id} className="menu-label">
                  {entry.label}
                </RadixContextMenu.Label>
              );
            }
            return (
              <RadixContextMenu.Item
                key={entry.id}
                className="menu-item"
                disabled={entry.isDisabled === true}
                onSelect={() => choice.take(entry.onSelect)}
              >
                <MenuItemBody entry={entry} />
              </RadixContextMenu.Item>
            );
          })}
        </RadixContextMenu.Content>
      </RadixContextMenu.Portal>
    </RadixContextMenu.Root>
  );
}

/** Keeps what was chosen until the menu has given the focus back, so that what runs may move the focus on. */
function useChoice(): {
  readonly take: (run: () => void) => void;
  readonly runLater: () => void;
} {
  const chosen = useRef<() => void>(undefined);
  return {
    take: (run) => {
      chosen.current = run;
    },
    runLater: () => {
      const run = chosen.current;
      chosen.current = undefined;
      // Radix moves the focus when this handler returns.
      if (run !== undefined) queueMicrotask(run);
    },
  };
}

function MenuItemBody({ entry }: { readonly entry: Extract<MenuEntry, { kind: 'item' }> }) {
  return (
    <>
      <span className="menu-icon">
        {entry.isChecked === true ? <Check size={14} aria-label="current" /> : entry.icon}
      </span>
      <span className="menu-text">
        {entry.label}
        {entry.detail !== undefined && <span className="menu-detail">{entry.detail}</span>}
      </span>
      {entry.keys !== undefined && <Kbd keys={entry.keys} />}
    </>
  );
}
