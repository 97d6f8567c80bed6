import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ImportReportInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { baseName } from './file-source.ts';
import { counted } from './import-text.ts';
import type { ImportWizard } from './import-wizard.ts';

/** Records that were refused, each with its reason, and the file of them. */
export function Rejections(props: {
  readonly wizard: ImportWizard;
  readonly passage: 'trial' | 'run';
  readonly report: ImportReportInfo;
  readonly fileName: string;
}) {
  const { wizard, passage, report, fileName } = props;
  const { rejections, rejectedCount } = report;
  const [error, setError] = useState<unknown>();
  if (rejectedCount === 0) return null;
  const save = () => {
    setError(undefined);
    const { format } = wizard.order();
    wizard
      .rejects(passage)
      .then((blob) => saveFile(blob, `${baseName(fileName)}.refused.${format}`))
      .catch(setError);
  };
  const unsaid = rejectedCount - rejections.length;
  return (
    <div className="import-rejections">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className="import-reasons" aria-label="Refused records" tabIndex={0}>
        <table className="import-table">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Why it was refused</th>
            </tr>
          </thead>
          <tbody>
            {rejections.map(({ line, reason }) => (
              <tr key={`${line} ${reason}`}>
                <th scope="row">{line}</th>
                <td className="import-reason">
                  <bdi>{reason}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {unsaid > 0 && <p className="import-quiet">{`${counted(unsaid, 'more record')} refused.`}</p>}
      <div className="import-row">
        <Button icon={<Download size={14} />} onClick={save}>
          {`Save ${counted(rejectedCount, 'refused record')}`}
        </Button>
        <span className="import-quiet">They can be mended in the file and imported again.</span>
      </div>
      {error !== undefined && <ErrorNote {...errorText(error)} />}
    </div>
  );
}

function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
