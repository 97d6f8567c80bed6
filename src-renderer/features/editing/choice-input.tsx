import { type KeyboardEvent, type Ref, useId, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';
import type { Choice } from './choices.ts';

/** A line of text over a list of what may be chosen: arrows go through the list, Enter takes what is marked there. */
export function ChoiceInput(props: {
  readonly input: Ref<HTMLInputElement>;
  readonly text: string;
  readonly label: string;
  readonly noteId: string;
  readonly isWrong: boolean;
  readonly choices: readonly Choice[];
  /** True when one of the list must be chosen: the first is marked as soon as something is typed. */
  readonly isStrict: boolean;
  readonly onText: (text: string) => void;
  readonly onChoose: (choice: Choice, move: 'down' | 'right' | 'left') => void;
}) {
  const { text, choices, isStrict, onText, onChoose } = props;
  const listId = useId();
  const [marked, setMarked] = useState(-1);
  const [hasTyped, setTyped] = useState(false);
  const at = marked >= 0 ? Math.min(marked, choices.length - 1) : isStrict && hasTyped ? 0 : -1;
  const chosen = choices[at];
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      setMarked((at + step + choices.length) % choices.length);
    } else if (chosen !== undefined && event.key === 'Enter' && !event.shiftKey) {
      onChoose(chosen, 'down');
    } else if (chosen !== undefined && event.key === 'Tab') {
      onChoose(chosen, event.shiftKey ? 'left' : 'right');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input
        ref={props.input}
        value={text}
        role="combobox"
        aria-label={props.label}
        aria-invalid={props.isWrong}
        aria-describedby={props.noteId}
        aria-expanded={choices.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen === undefined ? undefined : `${listId}-${at}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setTyped(true);
          setMarked(-1);
          onText(event.target.value);
        }}
        onKeyDown={pressed}
      />
      <div
        id={listId}
        role="listbox"
        className="choice-list"
        aria-label={`Values of ${props.label}`}
      >
        {choices.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the line above.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the line, as the pattern wants it.
          <div
            key={JSON.stringify(choice.value)}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className={classNames('choice', index === at && 'is-marked')}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(choice, 'down')}
          >
            <span>{choice.label}</span>
            {choice.detail !== undefined && <span className="choice-detail">{choice.detail}</span>}
          </div>
        ))}
      </div>
    </>
  );
}
