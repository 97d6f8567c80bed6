import { type KeyboardEvent, type Ref, useId } from 'react';
import { classNames } from '../../ui/class-names.ts';
import type { Choice } from './choices.ts';
import type { MarkedChoice } from './use-marked-choice.ts';

/** A line of text over a list of what may be chosen: arrows go through the list; what is marked there is taken. */
export function ChoiceInput(props: {
  readonly input: Ref<HTMLInputElement>;
  readonly text: string;
  readonly label: string;
  readonly noteId: string;
  readonly isWrong: boolean;
  readonly choices: readonly Choice[];
  readonly marked: MarkedChoice;
  readonly onText: (text: string) => void;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { text, choices, marked, onText, onChoose } = props;
  const listId = useId();
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : undefined;
    if (step === undefined || choices.length === 0 || event.nativeEvent.isComposing) return;
    marked.move(step);
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
        aria-activedescendant={marked.choice === undefined ? undefined : `${listId}-${marked.at}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          marked.typed();
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
            aria-selected={index === marked.at}
            className={classNames('choice', index === marked.at && 'is-marked')}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(choice)}
          >
            <span>{choice.label}</span>
            {choice.detail !== undefined && <span className="choice-detail">{choice.detail}</span>}
          </div>
        ))}
      </div>
    </>
  );
}
