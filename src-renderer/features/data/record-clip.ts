/* Long values of a record begin with their first lines, so that the next field is not a hundred lines away. */
import { cutText } from '../../grid/cell-text.ts';

const charactersMax = 400;
const linesMax = 12;

/** The beginning of a text; `undefined` when it is short enough to be shown whole. */
export function clippedText(text: string): string | undefined {
  const lines = text.split('\n', linesMax + 1);
  const begin = cutText(lines.slice(0, linesMax).join('\n'), charactersMax);
  if (begin === text) return undefined;
  return begin.endsWith('…') ? begin : `${begin}…`;
}
