import { X } from 'lucide-react';
import { type KeyboardEvent, type Ref, useState } from 'react';

/** A list as chips: Enter or a comma adds what is typed, Backspace in the empty line takes the last one away. */
export function ChipsInput(props: {
  readonly input: Ref<HTMLInputElement>;
  readonly items: readonly string[];
  readonly label: string;
  readonly noteId: string;
  readonly isWrong: boolean;
  /** What was typed to open it. */
  readonly initialText: string | undefined;
  readonly onItems: (items: readonly string[]) => void;
  readonly onTake: (items: readonly string[], move: 'down' | 'right' | 'left') => void;
}) {
  const { items, onItems, onTake } = props;
  const [typed, setTyped] = useState(props.initialText ?? '');
  const withTyped = () => (typed.trim() === '' ? items : [...items, typed.trim()]);
  const pressed = (event: KeyboardEvent) => {
    const isTaking = event.key === 'Enter' && (typed === '' || event.ctrlKey || event.metaKey);
    if (isTaking) onTake(withTyped(), 'down');
    else if (event.key === 'Tab') onTake(withTyped(), event.shiftKey ? 'left' : 'right');
    else if (event.key === 'Enter' || event.key === ',') {
      onItems(withTyped());
      setTyped('');
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
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={pressed}
      />
    </div>
  );
}
