import { CircleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import './error-note.css';
import { IconButton } from './icon-button.tsx';

export interface ErrorNoteProps {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly code?: string;
  /** All facts as text, shown behind a disclosure and copied whole. */
  readonly details?: string;
  readonly onDismiss?: () => void;
}

/** A failure in the place where it happened: what happened, what to do, and the facts to copy. */
export function ErrorNote({ message, hint, code, details, onDismiss }: ErrorNoteProps) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const copy = () => {
    navigator.clipboard.writeText(details ?? message).then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  };
  return (
    <div className="error-note" role="alert">
      <CircleAlert size={16} className="error-note-icon" aria-hidden />
      <div className="error-note-body">
        <p className="error-note-message">{message}</p>
        {hint !== undefined && <p className="error-note-hint">{hint}</p>}
        {details !== undefined && (
          <details className="error-note-details">
            <summary>Details{code === undefined ? '' : ` · ${code}`}</summary>
            <pre className="mono">{details}</pre>
            <Button onClick={copy}>{copyLabels[copied]}</Button>
          </details>
        )}
      </div>
      {onDismiss !== undefined && (
        <IconButton label="Dismiss" size="small" icon={<X size={14} />} onClick={onDismiss} />
      )}
    </div>
  );
}

const copyLabels = {
  no: 'Copy details',
  yes: 'Copied',
  refused: 'The clipboard refused; select the text',
} as const;
