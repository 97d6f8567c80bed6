import type { ImportInspectionInfo } from '#contract';
import { typeText } from '../../grid/cell-value.ts';

const columnsShown = 60;
const recordsShown = 20;

/** The first records of the file, under its columns. */
export function FirstRecords({ inspection }: { readonly inspection: ImportInspectionInfo }) {
  const { records } = inspection;
  const columns = inspection.columns.slice(0, columnsShown);
  const omitted = inspection.columns.length - columns.length;
  if (columns.length === 0) return null;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className="import-records" aria-label="First records" tabIndex={0}>
        <table className="import-table">
          <thead>
            <tr>
              <th scope="col">Line</th>
              {columns.map(({ source, foundType }) => (
                <th key={source} scope="col">
                  <bdi>{source}</bdi> <span className="import-quiet">{typeText(foundType)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {records.slice(0, recordsShown).map(({ line, cells, problem }) => {
              const texts = new Map(cells);
              return (
                <tr key={line}>
                  <th scope="row">{line}</th>
                  {problem !== undefined && (
                    <td className="import-problem" colSpan={columns.length}>
                      {problem}
                    </td>
                  )}
                  {problem === undefined &&
                    columns.map(({ source }, place) => (
                      <td key={source}>
                        <Cell text={texts.get(place)} />
                      </td>
                    ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {omitted > 0 && <p className="import-quiet">{`${omitted} more columns are not shown.`}</p>}
    </>
  );
}

function Cell({ text }: { readonly text: string | null | undefined }) {
  if (text === undefined) {
    return (
      <span className="import-quiet" title="not set">
        —<span className="visually-hidden">not set</span>
      </span>
    );
  }
  if (text === null) return <em className="import-quiet">null</em>;
  if (text === '') return <span className="import-empty">empty</span>;
  return <bdi title={text}>{text}</bdi>;
}
