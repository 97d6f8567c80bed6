import { useEffect } from 'react';
import { useTopicEvents } from '../../client/use-topic.ts';
import { useCommandRegistry } from './command-context.tsx';
import { isMac } from './use-shown-keys.ts';

/** Lets key presses anywhere on the page, and the host's native menus, run commands. To be used once, at the root. */
export function useCommandKeys(): void {
  const registry = useCommandRegistry();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      // A dialog keeps the keys of the page behind it away; Radix marks its content so.
      if (document.querySelector('[role="dialog"][data-state="open"]') !== null) return;
      if (!registry.runKey(event, { isMac, isTyping: isTypingIn(event.target) })) return;
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
