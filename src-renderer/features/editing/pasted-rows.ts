/* What a spreadsheet puts on the clipboard: rows of cells with tabs between them; quoted where a cell has either inside. */

export function pastedRows(text: string): readonly (readonly string[])[] {
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
    } else if (character === '"' && cell === '' && isClosed(text, at)) isQuoted = true;
    else if (character === '\t') endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

/** A quote opens a cell only where one closes it before a tab, a line's end or the end. */
function isClosed(text: string, at: number): boolean {
  return /^"(?:[^"]|"")*"(?:[\t\r\n]|$)/.test(text.slice(at));
}

/** The columns of pasted cells: by the names in the first row when all of them are names, else from a column on. */
export function pastedColumns(
  rows: readonly (readonly string[])[],
  names: readonly string[],
  first: number,
): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const [head = [], ...rest] = rows;
  const isHead = rest.length > 0 && head.every((name) => names.includes(name));
  return isHead ? { columns: head, rows: rest } : { columns: names.slice(first), rows };
}
