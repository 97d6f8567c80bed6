import { type FormEvent, useState } from 'react';
import { WireError } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, type DialogProps } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { typedPath } from './saved-tree.ts';
import './saved-queries.css';

export interface NameDialogProps extends Pick<DialogProps, 'onClose' | 'giveFocusBack'> {
  readonly title: string;
  /** The verb of the button. */
  readonly act: string;
  readonly first: string;
  /** The folder that names are inside of. */
  readonly folder: string;
  /** True when an existing query may be replaced after a second question. */
  readonly canReplace: boolean;
  /** Does it; what it throws is said under the field. */
  readonly onName: (path: string, overwrite: boolean) => Promise<void>;
}

/** Asks where a query is to be kept. */
export function NameDialog(props: NameDialogProps) {
  const [typed, setTyped] = useState(props.first);
  const [failure, setFailure] = useState<unknown>();
  const exists = failure instanceof WireError && failure.code === 'FileExists';
  const path = typedPath(typed);
  const submit = async (overwrite: boolean) => {
    if (path === '') return;
    try {
      await props.onName(path, overwrite);
      props.onClose();
    } catch (error) {
      setFailure(error);
    }
  };
  const text = failure === undefined ? undefined : errorText(failure);
  return (
    <Dialog isOpen onClose={props.onClose} giveFocusBack={props.giveFocusBack} title={props.title}>
      <form
        className="saved-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit(false);
        }}
      >
        <TextField
          label="Name, with folders before it if you like"
          isMono
          autoFocus
          value={typed}
          placeholder="reports/best films"
          hint={`${props.folder}/${path === '' ? '…' : path}`}
          error={
            text === undefined ? undefined : [text.message, text.hint].filter(Boolean).join(' ')
          }
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            setTyped(event.target.value);
            setFailure(undefined);
          }}
        />
        <div className="saved-acts">
          <Button onClick={props.onClose}>Cancel</Button>
          {exists && props.canReplace && (
            <Button look="danger" onClick={() => void submit(true)}>
              Replace it
            </Button>
          )}
          <Button type="submit" look="primary" disabled={path === ''}>
            {props.act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
