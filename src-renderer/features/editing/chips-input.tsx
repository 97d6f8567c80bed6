import { X } from 'lucide-react';
import type { KeyboardEvent, Ref } from 'react';

/** A list as chips: Enter or a comma adds what is typed, Backspace in the empty line takes the last one away. */
export function ChipsInput(props: {
  readonly input: Ref<HTMLInputElement>;
  readonly items: readonly string[];
  /** What stands in the line, not yet a chip. */
  readonly typed: string;
  readonly label: string;
  readonly noteId: string;
  readonly isWrong: boolean;
  readonly onItems: (items: readonly string[]) => void;
  readonly onTyped: (typed: string) => void;
}) {
  const { items, typed, onItems, onTyped } = props;
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const isAdding = event.key === 'Enter' && typed.trim() !== '' && !isCommand(event);
    if (isAdding || event.key === ',') {
      if (typed.trim() !== '') onItems([...items, typed.trim()]);
      onTyped('');
    } else if (event.key === 'Backspace' && typed === '') onItems(items.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="chips-input">
      {items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: elements of a list have no identity.
        <span className="chips-item" key={at}>
          {item}
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Remove ${item}`}
            onClick={() => onItems(items.filter((_, other) => other !== at))}
          >
            <X size={12} />
          </button>
        </span>
      ))}
      <input
        ref={props.input}
        value={typed}
        aria-label={props.label}
        aria-invalid={props.isWrong}
        aria-describedby={props.noteId}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onTyped(event.target.value)}
        onKeyDown={pressed}
      />
    </div>
  );
}

function isCommand({ ctrlKey, metaKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey;
}
