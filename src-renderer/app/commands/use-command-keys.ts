import { useEffect } from 'react';
import { useTopicEvents } from '../../client/use-topic.ts';
import { useCommandRegistry } from './command-context.tsx';
import { matchesChord } from './key-chord.ts';
import { isMac } from './use-shown-keys.ts';

/** Lets key presses anywhere on the page, and the host's native menus, run commands. To be used once, at the root. */
export function useCommandKeys(): void {
  const registry = useCommandRegistry();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      // A dialog keeps the keys of the page behind it away; Radix marks its content so.
      if (document.querySelector('[role="dialog"][data-state="open"]') !== null) return;
      // With the focus nowhere, the browser would select the whole page, its bars and buttons included.
      const isSelectAll = matchesChord('Mod+A', event, isMac) && event.target === document.body;
      const isTyping = isTypingIn(event.target);
      if (!registry.runKey(event, { isMac, isTyping }) && !isSelectAll) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Capturing, so that the editor does not take the page's keys for itself.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [registry]);
  useTopicEvents('host.command', {}, ({ command }) => {
    registry.run(command);
  });
}

function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
