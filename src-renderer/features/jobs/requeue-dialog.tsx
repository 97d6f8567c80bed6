import { type FormEvent, useState } from 'react';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { PayloadField } from './payload-field.tsx';
import { payloadOf, payloadText } from './payload-text.ts';
import type { JobOrders } from './use-job-orders.ts';

/** A job whose payload is edited before it runs again. */
export interface EditedJob {
  readonly id: string;
  readonly payload: unknown;
}

export interface RequeueDialogProps {
  readonly edited: EditedJob | undefined;
  readonly onClose: () => void;
  readonly orders: JobOrders;
}

export function RequeueDialog({ edited, onClose, orders }: RequeueDialogProps) {
  const giveFocusBack = useFocusReturn(edited !== undefined);
  return (
    <Dialog
      isOpen={edited !== undefined}
      onClose={onClose}
      giveFocusBack={giveFocusBack}
      title="Edit and requeue"
      description="The job becomes ready again, with this payload and all its attempts."
      width={560}
    >
      {edited !== undefined && (
        <RequeueForm key={edited.id} edited={edited} onClose={onClose} orders={orders} />
      )}
    </Dialog>
  );
}

function RequeueForm({
  edited,
  onClose,
  orders,
}: RequeueDialogProps & { readonly edited: EditedJob }) {
  const [text, setText] = useState(() => payloadText(edited.payload));
  const parsed = payloadOf(text);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('problem' in parsed) return;
    void orders
      .give({ kind: 'requeue', id: edited.id, payload: parsed.payload })
      .then((answer) => answer !== undefined && onClose());
  };
  return (
    <form className="jobs-form" onSubmit={submit}>
      <PayloadField value={text} problem={problem} onChange={setText} hasFocus />
      {orders.error !== undefined && <ErrorNote {...errorText(orders.error)} />}
      <div className="jobs-form-acts">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={problem !== undefined}>
          Requeue
        </Button>
      </div>
    </form>
  );
}
