// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Dialog } from './dialog.tsx';
import { useFocusReturn } from './focus-return.ts';
import { TooltipProvider } from './tooltip.tsx';

afterEach(cleanup);

/** A page whose dialogs are opened by a key, without a trigger: pressing a letter in the field opens that dialog. */
function Page() {
  const [open, setOpen] = useState<string>();
  const giveFocusBack = useFocusReturn(open !== undefined);
  const over = (name: string) => ({
    isOpen: open === name,
    onClose: () => setOpen(undefined),
    giveFocusBack,
    title: name,
  });
  return (
    <TooltipProvider>
      <input aria-label="Text" onKeyDown={(event) => setOpen(event.key)} />
      <button type="button">Other</button>
      <Dialog {...over('a')}>
        <button type="button" onClick={() => setOpen('b')}>
          Next
        </button>
      </Dialog>
      <Dialog {...over('b')}>
        <p>Second</p>
      </Dialog>
    </TooltipProvider>
  );
}

describe('a dialog that a key opened', () => {
  // Radix gives the focus back only to a trigger: after Escape the focus fell to the page, and keys went nowhere.
  it('gives the focus back to where it was', async () => {
    render(<Page />);
    const text = screen.getByRole('textbox');
    text.focus();
    fireEvent.keyDown(text, { key: 'a' });
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(text));
  });

  it('gives it back to the page when it led to another dialog', async () => {
    render(<Page />);
    const text = screen.getByRole('textbox');
    text.focus();
    fireEvent.keyDown(text, { key: 'a' });
    screen.getByRole('button', { name: 'Next' }).focus();
    fireEvent.click(screen.getByRole('button', { name: 'Next' }));
    fireEvent.keyDown(screen.getByRole('dialog', { name: 'b' }), { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(text));
  });

  // Radix gives it back by a timer: the key that came before that went nowhere, and moved the focus back from elsewhere.
  it('gives it back before the next key, and to nobody who is elsewhere by then', async () => {
    render(<Page />);
    const text = screen.getByRole('textbox');
    text.focus();
    fireEvent.keyDown(text, { key: 'a' });
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    await Promise.resolve();
    expect(document.activeElement).toBe(text);
    const other = screen.getByRole('button', { name: 'Other' });
    other.focus();
    await new Promise((resolve) => setTimeout(resolve));
    await new Promise((resolve) => setTimeout(resolve));
    expect(document.activeElement).toBe(other);
  });
});
