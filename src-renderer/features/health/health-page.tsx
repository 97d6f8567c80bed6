import type { DatabaseInfo, HealthInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import './health-page.css';
import { type Fact, factGroups } from './health-text.ts';
import { MaintenancePanel } from './maintenance-panel.tsx';
import { SizeCurve } from './size-curve.tsx';

export interface HealthPageProps {
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
}

/** The state of a database in figures, and the tasks that keep it well. */
export function HealthPage({ database, onClose }: HealthPageProps) {
  const state = useTopic('health', { database: database.database });
  const health = state.status === 'current' || state.status === 'stale' ? state.value : undefined;
  return (
    <PageFrame
      name="Health"
      title={`Health of ${database.name}`}
      className="health"
      progress={{ label: 'Reading figures', isActive: state.status === 'waiting' }}
      onClose={onClose}
    >
      <div className="health-body">
        {state.status === 'failed' && <ErrorNote {...errorText(state.error)} />}
        {health !== undefined && (
          <>
            <Figures health={health} />
            <MaintenancePanel database={database.database} health={health} />
          </>
        )}
      </div>
    </PageFrame>
  );
}

function Figures({ health }: { readonly health: HealthInfo }) {
  const { figures, sizes } = health;
  return (
    <div className="health-figures">
      {factGroups(figures).map(({ title, facts }) => (
        <section key={title} className="health-group" aria-label={title}>
          <h3>{title}</h3>
          <dl>
            {facts.map((fact) => (
              <FactRow key={fact.name} fact={fact} />
            ))}
          </dl>
          {title === 'File' && <SizeCurve sizes={sizes} />}
        </section>
      ))}
      <section className="health-group" aria-label="Documents">
        <h3>Documents</h3>
        <table>
          <thead>
            <tr>
              <th scope="col">Collection</th>
              <th scope="col">Documents</th>
              <th scope="col">Indexes</th>
            </tr>
          </thead>
          <tbody>
            {figures.collections.map(({ name, documentCount, indexCount }) => (
              <tr key={name}>
                <th scope="row" className="mono">
                  <bdi>{name}</bdi>
                </th>
                <td className="mono">{documentCount.toLocaleString('en')}</td>
                <td className="mono">{indexCount}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {figures.collections.length === 0 && (
          <p className="health-quiet">There are no collections yet.</p>
        )}
      </section>
    </div>
  );
}

function FactRow({ fact: { name, value, note, isWarning } }: { readonly fact: Fact }) {
  return (
    <div className="health-fact">
      <dt>{name}</dt>
      <dd>
        <span className="mono">{value}</span>
        {note !== undefined && (
          <span className={isWarning === true ? 'health-note health-warn' : 'health-note'}>
            {isWarning === true ? `Note: ${note}` : note}
          </span>
        )}
      </dd>
    </div>
  );
}
