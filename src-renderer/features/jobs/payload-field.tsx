import { useId } from 'react';
import { focusOnce } from '../../ui/focus-once.ts';

/** JSON in several lines, with what is wrong with it. */
export function PayloadField(props: {
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
  readonly hasFocus?: boolean;
}) {
  const id = useId();
  const { value, problem, onChange } = props;
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        Payload
      </label>
      <textarea
        id={id}
        className="jobs-payload mono"
        rows={8}
        spellCheck={false}
        ref={props.hasFocus === true ? focusOnce : undefined}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p
        id={`${id}-note`}
        className={problem === undefined ? 'field-note' : 'field-note field-note-wrong'}
        aria-live="polite"
      >
        {problem ?? 'An object as JSON'}
      </p>
    </div>
  );
}
