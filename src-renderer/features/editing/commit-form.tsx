import { type FormEvent, useEffect, useState } from 'react';
import type { DatabaseInfo, Environment, Result } from '#contract';
import { useEnvironment } from '../../app/environment/environment.ts';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { writeClipboard } from '../../grid/write-clipboard.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { DanglingNote } from '../guard/dangling-note.tsx';
import { type Committed, commitText } from './commit-edits.ts';
import { ownText, writtenNames } from './commit-words.ts';

type Preview = Result<'query.preview'>;

/** Laying out more than this takes seconds. */
const shownCharactersMax = 200_000;

export interface CommitFormProps {
  readonly database: DatabaseInfo;
  readonly collection: string;
  readonly text: string;
  /** What the button says: `Commit 3 changes`. */
  readonly act: string;
  /** Why it cannot be committed yet, in one sentence. */
  readonly obstacle: string | undefined;
  /** What is wrong with what is staged, as a part of a sentence; a text written by hand may do without it. */
  readonly hold?: string | undefined;
  /** What is to be known of a mutation written by hand in place of this one. */
  readonly ownNote?: string;
  /** `isOwn`: what ran was written by hand, and need not be what was given. */
  readonly onCommitted: (committed: Committed, isOwn: boolean) => void;
  readonly onFailed: (error: unknown) => void;
  readonly onCancel: () => void;
}

/** The mutation that is going to run, open to be changed; what the host says of it; and the button that runs it. */
export function CommitForm(props: CommitFormProps) {
  const { database, collection, act, obstacle } = props;
  const client = useClient();
  const [text, setText] = useState(props.text);
  const [given, setGiven] = useState(props.text);
  if (given !== props.text) {
    // What is known of the documents has come, or others have changed them: the text follows unless it was written by hand.
    setGiven(props.text);
    if (text === given) setText(props.text);
  }
  const [name, setName] = useState('');
  const [error, setError] = useState<unknown>();
  const [isRunning, setIsRunning] = useState(false);
  const { preview, problem } = usePreview(database, text);
  const isProduction = preview?.confirmation === 'typed';
  const nameToType = (preview && writtenNames(preview)) ?? collection;
  const isOwn = text !== props.text;
  const hold = isOwn ? undefined : props.hold;
  // What is wrong with what is staged is told already, all of it and by its cells.
  const foreseen = hold === undefined ? preview?.previews.find(isFailing)?.error : undefined;
  const isReady =
    obstacle === undefined &&
    hold === undefined &&
    preview !== undefined &&
    foreseen === undefined &&
    !isRunning &&
    (!isProduction || name.trim() === nameToType);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    setIsRunning(true);
    setError(undefined);
    commitText(client, database.database, { text, token: preview.token })
      .then((committed) => props.onCommitted(committed, isOwn))
      .catch((reason: unknown) => {
        setError(reason);
        props.onFailed(reason);
      })
      .finally(() => setIsRunning(false));
  };
  const shown = error ?? (hold === undefined ? problem : undefined);
  return (
    <form className="commit-form" onSubmit={submit}>
      <details className="commit-text" open>
        <summary>The mutation that runs</summary>
        {text.length > shownCharactersMax ? (
          <p>{`It has ${text.length.toLocaleString('en-US')} characters, too many to be shown. Copy it to read it.`}</p>
        ) : (
          <textarea
            className="mono"
            aria-label="The mutation that runs"
            rows={Math.min(10, text.split('\n').length + 1)}
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              // What was refused was another text.
              setError(undefined);
            }}
          />
        )}
      </details>
      <DanglingNote previews={preview?.previews ?? []} />
      <footer className="dialog-foot">
        {isOwn && (
          <p className="commit-own" role="status">
            {['This is not what was proposed any more.', preview && ownText(preview), props.ownNote]
              .filter(Boolean)
              .join(' ')}
          </p>
        )}
        {foreseen !== undefined && <ErrorNote message={foreseen.message} hint={foreseen.hint} />}
        {shown !== undefined && <ErrorNote {...errorText(shown)} />}
        {isProduction && (
          <TextField
            label={`This is a production database. Type ${nameToType} to go on.`}
            value={name}
            isMono
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <div className="dialog-acts">
          {(obstacle ?? hold) !== undefined && (
            <span className="commit-obstacle">{obstacle ?? `${hold}.`}</span>
          )}
          <Button look="quiet" onClick={() => writeClipboard(text)}>
            Copy the mutation
          </Button>
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button type="submit" look="primary" disabled={!isReady}>
            {isOwn ? 'Run the mutation' : act}
          </Button>
        </div>
      </footer>
    </form>
  );
}

function isFailing({ error }: Preview['previews'][number]): boolean {
  return error !== undefined;
}

/** What the host says that the text would do; it looks again when the text has rested. */
function usePreview(
  { database, path }: DatabaseInfo,
  text: string,
): { readonly preview: Preview | undefined; readonly problem: unknown } {
  const client = useClient();
  // Another window may mark the database as production: then more has to be asked.
  const [environment] = useEnvironment(path);
  const [seen, setSeen] = useState<{
    readonly text: string;
    readonly environment: Environment;
    readonly preview?: Preview;
    readonly problem?: unknown;
  }>();
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client
        .call('query.preview', { database, text, isForCommit: true }, { signal: abort.signal })
        .then(
          (preview) => setSeen({ text, environment, preview }),
          (problem: unknown) => {
            if (!abort.signal.aborted) setSeen({ text, environment, problem });
          },
        );
    }, 80);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, database, text, environment]);
  const isCurrent = seen?.text === text && seen.environment === environment;
  return {
    preview: isCurrent ? seen.preview : undefined,
    problem: isCurrent ? seen.problem : undefined,
  };
}
