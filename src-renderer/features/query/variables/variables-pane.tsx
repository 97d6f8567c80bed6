import { Tabs } from 'radix-ui';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { WireValue } from '#contract';
import type { DeclaredVariable } from '../../../editor/declared-variables.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { VariableField } from './variable-field.tsx';
import { formatValues, parseValues, problemsOfValues } from './variable-values.ts';
import './variables-pane.css';

export interface VariablesPaneProps {
  /** The variables of the operation at the cursor. */
  readonly declared: readonly DeclaredVariable[];
  /** The values of the tab, as the text of one JSON object. */
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  /** What the last run said about a variable, by its name. */
  readonly runProblems: ReadonlyMap<string, string>;
  /** Told while a field holds what is no value of its type. */
  readonly onWrong: (name: string, message: string | undefined) => void;
  /** True once a run was tried: only then is a missing value a mistake. */
  readonly wasTried: boolean;
  /** True while the focus is asked to come here: to the first wrong field, else the first. */
  readonly wantsFocus: boolean;
  readonly onFocused: () => void;
}

/** The values that a run takes: a form made of the operation's declaration, or the JSON itself. */
export function VariablesPane(props: VariablesPaneProps) {
  const { text, onTextChange } = props;
  const parsed = parseValues(text);
  const [view, setView] = useState('form');
  // A text that is no JSON can only be mended where it stands.
  const shown = parsed.kind === 'wrong' ? 'json' : view;
  const root = useRef<HTMLDivElement>(null);
  useWantedFocus(root, props);
  return (
    <Tabs.Root ref={root} className="variables" value={shown} onValueChange={setView}>
      <header className="variables-head">
        <h2 className="side-title">Variables</h2>
        <Tabs.List className="variables-views" aria-label="Ways to edit the variables">
          <Tabs.Trigger value="form" disabled={parsed.kind === 'wrong'}>
            Form
          </Tabs.Trigger>
          <Tabs.Trigger value="json">JSON</Tabs.Trigger>
        </Tabs.List>
      </header>
      <Tabs.Content value="form" className="variables-body" tabIndex={-1}>
        {parsed.kind === 'right' && <Form {...props} values={parsed.value} />}
      </Tabs.Content>
      <Tabs.Content value="json" className="variables-body" tabIndex={-1}>
        <textarea
          className="variables-json mono"
          aria-label="Variables as JSON"
          aria-invalid={parsed.kind === 'wrong'}
          spellCheck={false}
          placeholder='{ "name": value }'
          value={text}
          onChange={(event) => onTextChange(event.target.value)}
        />
        <p className="field-note field-note-wrong" aria-live="polite">
          {parsed.kind === 'wrong' && parsed.message}
        </p>
        {parsed.kind === 'right' && <JsonProblems {...props} values={parsed.value} />}
      </Tabs.Content>
    </Tabs.Root>
  );
}

/** Takes the focus when there is a field: what the text declares may be known only a moment later. */
function useWantedFocus(
  root: RefObject<HTMLDivElement | null>,
  { wantsFocus, onFocused, declared }: VariablesPaneProps,
): void {
  const hasFields = declared.length > 0;
  useEffect(() => {
    if (!wantsFocus || !hasFields) return;
    onFocused();
    const fields = 'input, select, textarea';
    const wrong = root.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    (wrong ?? root.current?.querySelector<HTMLElement>(fields))?.focus();
  }, [root, wantsFocus, onFocused, hasFields]);
}

type Values = { readonly [name: string]: WireValue };

function Form(props: VariablesPaneProps & { readonly values: Values }) {
  const { declared, values, runProblems, wasTried } = props;
  if (declared.length === 0) {
    return (
      <EmptyState
        title="The operation at the cursor takes no variables"
        hint={<span className="mono">{'query Name($min: Int = 18) { … }'}</span>}
      />
    );
  }
  const problems = problemsOfValues(declared, values);
  const set = (name: string, value: WireValue | undefined) => {
    const { [name]: _before, ...others } = values;
    props.onTextChange(formatValues(value === undefined ? others : { ...others, [name]: value }));
  };
  return (
    <div className="variables-form">
      {declared.map((variable) => {
        const isSet = Object.hasOwn(values, variable.name);
        const own = isSet || wasTried ? problems.get(variable.name) : undefined;
        return (
          <VariableField
            // A new declaration makes a new field: what was typed for another type means nothing to it.
            key={`${variable.name} ${variable.typeText}`}
            variable={variable}
            value={values[variable.name]}
            problem={own ?? runProblems.get(variable.name)}
            onChange={(value) => set(variable.name, value)}
            onWrong={(message) => props.onWrong(variable.name, message)}
          />
        );
      })}
    </div>
  );
}

/** In the JSON view, what the form would say at its fields. */
function JsonProblems(props: VariablesPaneProps & { readonly values: Values }) {
  const { declared, values, wasTried } = props;
  const problems = [...problemsOfValues(declared, values)].filter(
    ([name]) => wasTried || Object.hasOwn(values, name),
  );
  if (problems.length === 0) return null;
  return (
    <ul className="variables-problems">
      {problems.map(([name, message]) => (
        <li key={name} className="field-note field-note-wrong">
          <span className="mono">{`$${name}`}</span> {message}
        </li>
      ))}
    </ul>
  );
}
