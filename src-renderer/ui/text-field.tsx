import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';
import { classNames } from './class-names.ts';
import './text-field.css';

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly label: string;
  /** Keeps the label for screen readers only, where the place makes it plain. */
  readonly isLabelHidden?: boolean;
  readonly hint?: ReactNode;
  /** What is wrong with the value; shown in place and announced. */
  readonly error?: string | undefined;
  /** Something before the text, such as a magnifying glass. */
  readonly icon?: ReactNode;
  /** Something after the text, such as a button that picks a folder. */
  readonly end?: ReactNode;
  readonly isMono?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of text with its label, hint and error. */
export function TextField({
  label,
  isLabelHidden = false,
  hint,
  error,
  icon,
  end,
  isMono = false,
  className,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={classNames('field', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      <div className={classNames('field-box', error !== undefined && 'field-box-wrong')}>
        {icon !== undefined && <span className="field-icon">{icon}</span>}
        <input
          {...rest}
          id={id}
          className={classNames('field-input', isMono && 'mono')}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : noteId}
          autoComplete="off"
          spellCheck={false}
        />
        {end}
      </div>
      {note !== undefined && (
        <p
          id={noteId}
          className={error === undefined ? 'field-note' : 'field-note field-note-wrong'}
          aria-live="polite"
        >
          {note}
        </p>
      )}
    </div>
  );
}
