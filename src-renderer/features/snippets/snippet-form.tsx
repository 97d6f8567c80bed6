import { type FormEvent, type Ref, useId } from 'react';
import type { SnippetProblems, UserSnippet } from '../../editor/user-snippet.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { TextField } from '../../ui/text-field.tsx';

export interface SnippetFormProps {
  readonly snippet: UserSnippet;
  readonly problems: SnippetProblems;
  readonly isNew: boolean;
  readonly isChanged: boolean;
  /** True once the person wanted to leave what is not saved. */
  readonly isLeaving: boolean;
  readonly nameRef: Ref<HTMLInputElement>;
  readonly onWrite: (snippet: UserSnippet) => void;
  readonly onSave: (event: FormEvent) => void;
  readonly onDiscard: () => void;
  readonly onDelete: () => void;
}

/** One snippet as it is written. */
export function SnippetForm(props: SnippetFormProps) {
  const { snippet, problems, isNew, isChanged, isLeaving, onWrite } = props;
  return (
    <form className="snippets-form" onSubmit={props.onSave}>
      <div className="snippets-words">
        <TextField
          ref={props.nameRef}
          label="Name"
          autoFocus
          value={snippet.name}
          placeholder="Best of a collection"
          error={problems.name}
          onChange={(event) => onWrite({ ...snippet, name: event.target.value })}
        />
        <TextField
          label="Prefix, the word to type"
          isMono
          value={snippet.prefix}
          placeholder="best"
          error={problems.prefix}
          onChange={(event) => onWrite({ ...snippet, prefix: event.target.value })}
        />
      </div>
      <SnippetText
        text={snippet.text}
        problem={problems.text}
        onWrite={(text) => onWrite({ ...snippet, text })}
      />
      <div className="snippets-acts">
        {isLeaving && (
          <p className="snippets-leaving" role="alert">
            This snippet is not saved.
          </p>
        )}
        {isChanged && (
          <Button onClick={props.onDiscard}>{isNew ? 'Discard it' : 'Discard the changes'}</Button>
        )}
        {!isNew && (
          <Button look="danger" onClick={props.onDelete}>
            Delete
          </Button>
        )}
        <Button type="submit" look="primary" disabled={!isChanged}>
          Save snippet
        </Button>
      </div>
    </form>
  );
}

function SnippetText(props: {
  readonly text: string;
  readonly problem: string | undefined;
  readonly onWrite: (text: string) => void;
}) {
  const { text, problem, onWrite } = props;
  const id = useId();
  return (
    <div className="field snippets-text">
      <label htmlFor={id} className="field-label">
        Text
      </label>
      <textarea
        id={id}
        className={classNames('snippets-area', 'mono', problem !== undefined && 'is-wrong')}
        aria-describedby={`${id}-note`}
        aria-invalid={problem !== undefined}
        spellCheck={false}
        rows={10}
        placeholder={`query {\n    $1(orderBy: { $2: DESC }, limit: $\{3:10}) {\n        $0\n    }\n}`}
        value={text}
        onChange={(event) => onWrite(event.target.value)}
      />
      <p
        id={`${id}-note`}
        className={problem === undefined ? 'field-note' : 'field-note field-note-wrong'}
        aria-live="polite"
      >
        {problem ??
          `Tab goes to $1, then $\{2:text}, and ends at $0. A variable such as $from stays as it is.`}
      </p>
    </div>
  );
}
