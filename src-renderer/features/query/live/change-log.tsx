import type { WireValue } from '#contract';
import { EmptyState } from '../../../ui/empty-state.tsx';
import './change-log.css';
import type { LiveQueryState, LoggedChange } from './live-query.ts';

const shownMax = 300;
const textMax = 120;

const signs = { added: '+', changed: '~', moved: '↕', removed: '−' } as const;

/** What has changed in a live result, newest first, with old and new values. */
export function ChangeLog({ state }: { readonly state: LiveQueryState | undefined }) {
  if (state === undefined) {
    return (
      <EmptyState
        title="This result is not live"
        hint="Choose Live above the rows: what changes from then on is listed here."
      />
    );
  }
  if (state.log.length === 0) {
    return <EmptyState title="Nothing has changed since the result became live" />;
  }
  const left = state.changeCount - Math.min(state.log.length, shownMax);
  return (
    <>
      <ol className="change-log" aria-label="Changes of this result">
        {state.log.slice(0, shownMax).map((change) => (
          <ChangeRow key={change.number} change={change} />
        ))}
      </ol>
      {left > 0 && (
        <p className="change-log-more">{`${left.toLocaleString('en-US')} earlier changes are not shown`}</p>
      )}
    </>
  );
}

function ChangeRow({ change }: { readonly change: LoggedChange }) {
  const { kind, fields, id, place } = change;
  return (
    <li className={`is-${kind}`}>
      <span className="change-sign" title={kind}>
        <span aria-hidden="true">{signs[kind]}</span>
        <span className="visually-hidden">{kind}</span>
      </span>
      <time className="mono" dateTime={new Date(change.at).toISOString()}>
        {new Date(change.at).toLocaleTimeString()}
      </time>
      <span className="change-place mono" title={id ?? place}>
        {place}
        {id === undefined ? '' : ` ${shortId(id)}`}
      </span>
      <span className="change-fields mono">
        {kind === 'moved' && <span>moved</span>}
        {fields.map((field) => (
          <span key={field.name}>
            <b>{field.name}</b> {field.old !== undefined && <del>{valueText(field.old)}</del>}
            {field.old !== undefined && field.new !== undefined && ' → '}
            {field.new !== undefined && <ins>{valueText(field.new)}</ins>}
          </span>
        ))}
      </span>
      <span className="change-lsn" title="The commit">{`#${change.lsn}`}</span>
    </li>
  );
}

function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`;
}

function valueText(value: WireValue): string {
  const text = JSON.stringify(value);
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text;
}
