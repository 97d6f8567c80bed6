import { ArrowRight, Database, X } from 'lucide-react';
import type { RecentDatabase } from '#contract';
import { useHostInfo } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { useDatabases, useWorkspace } from '../workspace/workspace-context.tsx';
import { ageText } from './age-text.ts';
import { PathForm } from './path-form.tsx';
import './welcome.css';

/** The page without a database: the sample, a path, and what was open before. */
export function Welcome() {
  const host = useHostInfo();
  const { databases } = useWorkspace();
  const { list, work, failure } = useDatabases();
  // A failed path is told under its field, unless it was another path that failed.
  const isShownElsewhere = failure?.act === 'open' && !isListed(list?.recent, failure.path);
  return (
    <main className="welcome">
      <ProgressBar label={work?.label ?? ''} isActive={work !== undefined} />
      <div className="welcome-page">
        <header className="welcome-head">
          <BrandMark size={40} />
          <div>
            <h1 className="welcome-title">Aurora Studio</h1>
            <p className="welcome-version">{host === undefined ? '' : `Version ${host.version}`}</p>
          </div>
        </header>

        {failure !== undefined && !isShownElsewhere && (
          <ErrorNote {...errorText(failure.error)} onDismiss={() => databases.clearFailure()} />
        )}

        <button
          type="button"
          className="welcome-sample"
          disabled={work !== undefined}
          onClick={() => void databases.openSample()}
        >
          <span className="welcome-sample-text">
            <span className="welcome-sample-title">Open sample database</span>
            <span className="welcome-sample-detail">
              Real public data, and three query tabs that show the way
            </span>
          </span>
          <ArrowRight size={16} aria-hidden />
        </button>

        <section aria-labelledby="welcome-open">
          <h2 id="welcome-open" className="welcome-heading">
            Open or create
          </h2>
          <PathForm act="open" />
        </section>

        {list !== undefined && list.recent.length > 0 && (
          <section aria-labelledby="welcome-recent">
            <h2 id="welcome-recent" className="welcome-heading">
              Recent
            </h2>
            <ul className="welcome-recent">
              {list.recent.map((entry) => (
                <RecentRow key={entry.path} entry={entry} isBusy={work !== undefined} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  );
}

function RecentRow({
  entry,
  isBusy,
}: {
  readonly entry: RecentDatabase;
  readonly isBusy: boolean;
}) {
  const { databases } = useWorkspace();
  return (
    <li className="welcome-recent-row">
      <button
        type="button"
        className="welcome-recent-open"
        disabled={isBusy || !entry.exists}
        onClick={() => void databases.open({ path: entry.path })}
      >
        <Database size={16} aria-hidden className="welcome-recent-icon" />
        <span className="welcome-recent-name">{entry.name}</span>
        <span className="welcome-recent-path mono" title={entry.path}>
          <bdi>{entry.path}</bdi>
        </span>
        {entry.exists ? (
          <span className="welcome-recent-age">{ageText(entry.openedAt, Date.now())}</span>
        ) : (
          <Badge tone="warn">missing</Badge>
        )}
      </button>
      <IconButton
        label={`Forget ${entry.name}`}
        icon={<X size={14} />}
        onClick={() => void databases.forget(entry.path)}
      />
    </li>
  );
}

function isListed(recent: readonly RecentDatabase[] | undefined, path: string): boolean {
  return recent?.some((entry) => entry.path === path) === true;
}
