/* Rows of text with separators between their cells. A cell that holds a separator or a line's end is quoted. */

export type Separator = '\t' | ',' | ';';

export function separatedRows(text: string, separator: Separator): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  const endRow = () => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell === '' && isClosed(text, at, separator)) isQuoted = true;
    else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

const closedBy: Readonly<Record<Separator, RegExp>> = {
  '\t': /"(?:[^"]|"")*"(?:[\t\r\n]|$)/y,
  ',': /"(?:[^"]|"")*"(?:[,\r\n]|$)/y,
  ';': /"(?:[^"]|"")*"(?:[;\r\n]|$)/y,
};

/** A quote opens a cell only where one closes it before a separator, a line's end or the end. */
function isClosed(text: string, at: number, separator: Separator): boolean {
  const form = new RegExp(closedBy[separator]);
  form.lastIndex = at;
  return form.test(text);
}
