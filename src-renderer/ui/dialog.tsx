import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import './dialog.css';
import { IconButton } from './icon-button.tsx';

export interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Called when the dialog has gone: from `useFocusReturn`. */
  readonly giveFocusBack: (event: Event) => void;
  readonly title: string;
  /** One sentence under the title, read to screen readers with it. */
  readonly description?: string;
  readonly width?: number;
  readonly children: ReactNode;
}

/** A dialog over the page, with a title and a close button. Escape and a click outside close it. */
export function Dialog({
  isOpen,
  onClose,
  giveFocusBack,
  title,
  description,
  width = 520,
  children,
}: DialogProps) {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="dialog-veil" />
        <RadixDialog.Content
          className="dialog"
          style={{ width }}
          onOpenAutoFocus={keepOwnFocus}
          onCloseAutoFocus={giveFocusBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className="dialog-head">
            <RadixDialog.Title className="dialog-title">{title}</RadixDialog.Title>
            <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
          </header>
          {description !== undefined && (
            <RadixDialog.Description className="dialog-description">
              {description}
            </RadixDialog.Description>
          )}
          <div className="dialog-body">{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Focus goes to what the content itself focused, else to the dialog: never to its close button, as if to be pressed. */
function keepOwnFocus(event: Event): void {
  event.preventDefault();
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement) || content.contains(document.activeElement)) return;
  content.focus();
}
