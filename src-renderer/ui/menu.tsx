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
      /** Present for what is on or off, or one of several. */
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
          <MenuEntries parts={DropdownMenu} entries={entries} onChoose={choice.take} />
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
          <MenuEntries parts={RadixContextMenu} entries={entries} onChoose={choice.take} />
        </RadixContextMenu.Content>
      </RadixContextMenu.Portal>
    </RadixContextMenu.Root>
  );
}

/** What both kinds of menu are made of. */
type MenuParts = Pick<typeof DropdownMenu, 'Item' | 'CheckboxItem' | 'Label' | 'Separator'>;

function MenuEntries(props: {
  readonly parts: MenuParts;
  readonly entries: readonly MenuEntry[];
  readonly onChoose: (run: () => void) => void;
}) {
  const { parts, entries, onChoose } = props;
  return entries.map((entry) => {
    if (entry.kind === 'separator') {
      return <parts.Separator key={entry.id} className="menu-separator" />;
    }
    if (entry.kind === 'label') {
      return (
        <parts.Label key={entry.id} className="menu-label">
          {entry.label}
        </parts.Label>
      );
    }
    const { id, isChecked, isDisabled = false } = entry;
    const item = { className: 'menu-item', disabled: isDisabled };
    const choose = () => onChoose(entry.onSelect);
    return isChecked === undefined ? (
      <parts.Item key={id} {...item} onSelect={choose}>
        <MenuItemBody entry={entry} />
      </parts.Item>
    ) : (
      <parts.CheckboxItem key={id} {...item} checked={isChecked} onSelect={choose}>
        <MenuItemBody entry={entry} />
      </parts.CheckboxItem>
    );
  });
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
        {entry.isChecked === true ? <Check size={14} aria-hidden /> : entry.icon}
      </span>
      <span className="menu-text">
        {entry.label}
        {entry.detail !== undefined && <span className="menu-detail">{entry.detail}</span>}
      </span>
      {entry.keys !== undefined && <Kbd keys={entry.keys} />}
    </>
  );
}
