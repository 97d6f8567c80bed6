import { X } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useState } from 'react';
import type { WireValue } from '#contract';
import type { DeclaredVariable } from '../../../editor/declared-variables.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { fieldText, parseField } from './variable-values.ts';

export interface VariableFieldProps {
  readonly variable: DeclaredVariable;
  /** `undefined` when it is not set. */
  readonly value: WireValue | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: WireValue | undefined) => void;
  /** Told while something is typed that is no value of the type; `undefined` when that is over. */
  readonly onWrong: (message: string | undefined) => void;
}

/** One variable: a choice for a Boolean, else a line that is read by the variable's type. */
export function VariableField(props: VariableFieldProps) {
  const { type } = props.variable;
  const isBoolean = type?.kind === 'scalar' && type.name === 'Boolean';
  return isBoolean ? <Choice {...props} /> : <Line {...props} />;
}

function Line({ variable, value, problem, onChange, onWrong }: VariableFieldProps) {
  // What is typed but no value yet stands here, until it is one or the value is changed elsewhere.
  const [draft, setDraft] = useState<{
    readonly text: string;
    readonly of: WireValue | undefined;
  }>();
  const isDrafting = draft !== undefined && sameValue(draft.of, value);
  const shown = isDrafting ? draft.text : value === undefined ? '' : fieldText(variable, value);
  const checked = isDrafting ? parseField(variable, draft.text) : undefined;
  const wrong = checked?.kind === 'wrong' ? checked.message : undefined;
  const tell = useEffectEvent(onWrong);
  useEffect(() => {
    if (wrong === undefined) return undefined;
    tell(wrong);
    return () => tell(undefined);
  }, [wrong]);
  const type = (text: string) => {
    const read = parseField(variable, text);
    // A text may be empty; of any other type, nothing typed is nothing set.
    const isUnset = text === '' && !isString(variable);
    const next = isUnset || read.kind === 'wrong' ? undefined : read.value;
    setDraft(isUnset ? undefined : { text, of: next });
    if (!sameValue(next, value)) onChange(next);
  };
  return (
    <TextField
      className="variable-field"
      label={labelOf(variable)}
      isMono
      value={shown}
      placeholder={placeholderOf(variable)}
      inputMode={isNumber(variable) ? 'decimal' : 'text'}
      error={wrong ?? problem}
      onChange={(event) => type(event.target.value)}
      end={
        (value !== undefined || isDrafting) && (
          <IconButton
            label={`Unset ${variable.name}`}
            size="small"
            icon={<X size={12} />}
            onClick={() => {
              setDraft(undefined);
              onChange(undefined);
            }}
          />
        )
      }
    />
  );
}

function Choice({ variable, value, problem, onChange }: VariableFieldProps) {
  const id = useId();
  return (
    <div className="field variable-field">
      <label htmlFor={id} className="field-label">
        {labelOf(variable)}
      </label>
      <select
        id={id}
        className="variable-choice"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-note`}
        value={value === undefined ? 'unset' : JSON.stringify(value)}
        onChange={(event) => onChange(choices[event.target.value])}
      >
        <option value="unset">{placeholderOf(variable)}</option>
        <option value="true">true</option>
        <option value="false">false</option>
        {variable.isNullable && <option value="null">null</option>}
      </select>
      {problem !== undefined && (
        <p id={`${id}-note`} className="field-note field-note-wrong">
          {problem}
        </p>
      )}
    </div>
  );
}

const choices: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

function labelOf({ name, typeText }: DeclaredVariable): string {
  return `$${name}: ${typeText}`;
}

function placeholderOf({ defaultText, isRequired }: DeclaredVariable): string {
  if (defaultText !== undefined) return `${defaultText} by default`;
  return isRequired ? 'needed' : 'not set';
}

function isString({ type }: DeclaredVariable): boolean {
  return type?.kind === 'scalar' && type.name === 'String';
}

function isNumber({ type }: DeclaredVariable): boolean {
  return type?.kind === 'scalar' && (type.name === 'Int' || type.name === 'Float');
}

function sameValue(left: WireValue | undefined, right: WireValue | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
