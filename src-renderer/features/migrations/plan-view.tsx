import type {
  MigrationPlanInfo,
  PlannedVersion,
  RefusedDocumentsInfo,
  TriedStepInfo,
} from '#contract';
import { versionDifference } from '#engine/aql/versions';
import { Badge } from '../../ui/badge.tsx';
import { DefinitionView } from './definition-view.tsx';
import { costText, estimateText } from './estimate-text.ts';

/** Steps after which something is gone unless the version is undone. */
const destructive: readonly string[] = ['dropField', 'dropCollection', 'modifyField'];

/** What a text would do: versions, steps with samples, and what keeps it from being applied. */
export function PlanView({ plan }: { readonly plan: MigrationPlanInfo }) {
  const { versions, missing, steps, definitions, refused, documentsChanged, estimate } = plan;
  const knows = versions.some(({ state }) => state !== 'pending');
  return (
    <div className="migrations-plan">
      {versions
        .filter(({ state }) => state === 'drifted')
        .map((version) => (
          <Drift key={version.version} version={version} />
        ))}
      {versions
        .filter(({ isOutOfOrder }) => isOutOfOrder)
        .map(({ version }) => (
          <p key={version} className="migrations-warning">
            {`⚠ "${version}" is pending, and stands before a version that is applied.`}
          </p>
        ))}
      {knows && missing.length > 0 && (
        <p className="migrations-warning">
          {`⚠ Applied, and not in this text: ${missing.join(', ')}.`}
        </p>
      )}
      <Refused refused={refused} />
      <p role="status">
        {steps.length === 0
          ? versions.every(({ state }) => state === 'applied') &&
            'Nothing is pending: every version of this text is applied.'
          : `${documentsChanged.toLocaleString('en-US')} ${documentsChanged === 1 ? 'document' : 'documents'} would change. Nothing was written yet.`}
      </p>
      {estimate.documentsPerSecond !== null && (
        <p className="migrations-quiet">{estimateText(estimate)}</p>
      )}
      <DefinitionView definitions={definitions} />
      {versions
        .filter(({ state }) => state === 'pending')
        .map(({ version }) => (
          <section key={version} aria-label={`Steps of ${version}`}>
            <h3>
              <bdi>{version}</bdi>
            </h3>
            <ol className="migrations-steps">
              {steps
                .filter((step) => step.version === version)
                .map((step, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place.
                  <Step key={at} step={step} />
                ))}
            </ol>
          </section>
        ))}
    </div>
  );
}

export function Refused({ refused }: { readonly refused: RefusedDocumentsInfo }) {
  const { count, documents } = refused;
  if (count === 0) return null;
  return (
    <div className="migrations-refused" role="alert">
      <p>
        {`✕ ${count.toLocaleString('en-US')} ${count === 1 ? 'document does' : 'documents do'} not allow it:`}
      </p>
      <ul>
        {documents.map(({ collection, id, problem }) => (
          <li key={`${collection} ${id}`}>
            <span className="mono">{`${collection} ${id}`}</span>
            {` ${problem}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Step({ step }: { readonly step: TriedStepInfo }) {
  const { kind, collection, text, isSkipped, documentsRead, documentsChanged, samples, estimate } =
    step;
  const cost = estimate === null ? '' : `, ${costText(estimate)}`;
  return (
    <li>
      <p>
        <span className="mono">
          <bdi>{collection}</bdi>: {text}
        </span>{' '}
        {destructive.includes(kind) && <Badge tone="danger">destructive</Badge>}
        <span className="migrations-quiet">
          {isSkipped
            ? ' is there already'
            : ` ${documentsChanged.toLocaleString('en-US')} of ${documentsRead.toLocaleString('en-US')} documents${cost}`}
        </span>
      </p>
      {samples.length > 0 && (
        <table className="migrations-samples">
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {samples.map(({ id, before, after }) => (
              <tr key={id}>
                <td className="mono" title={id}>{`…${id.slice(-8)}`}</td>
                <td className="mono migrations-before">{JSON.stringify(before)}</td>
                <td className="mono migrations-after">{JSON.stringify(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

/** A version as it was applied beside what the text has under its name. */
export function Drift({ version }: { readonly version: PlannedVersion }) {
  const lines = versionDifference(version.recordedMeaning ?? '', version.meaning);
  const side = (hidden: 'gone' | 'added', marks: Readonly<Record<string, string>>) => (
    <pre className="mono">
      {lines
        .filter(({ kind }) => kind !== hidden)
        .map(({ kind, text }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are known by their place.
          <span key={at} className={`migrations-line is-${kind}`}>
            {`${marks[kind] ?? ' '} ${text}\n`}
          </span>
        ))}
    </pre>
  );
  return (
    <section className="migrations-drift" aria-label={`Drift of ${version.version}`}>
      <h3>{`⚠ "${version.version}" is not what was applied under its name`}</h3>
      <p className="migrations-quiet">
        Put its text back as it was, and write what is to change into a version of its own.
      </p>
      <div className="migrations-sides">
        <div>
          <h4>Applied</h4>
          {side('added', { gone: '−' })}
        </div>
        <div>
          <h4>In this text</h4>
          {side('gone', { added: '+' })}
        </div>
      </div>
    </section>
  );
}
