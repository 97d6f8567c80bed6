/** V8 copies shorter parts of a text anyway. */
const partLengthMin = 13;

/**
 * The same text, with memory of its own. A text that was read from a record is a part of a longer one, which holds all
 * texts of that record and stays in memory as long as any of them: over a million documents with six texts, 210 MB
 * where the column of one needs 70, which every full collection had to go through.
 */
export function ownText(text: string): string {
  if (text.length < partLengthMin) return text;
  const encoding = isLatin1(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}

/**
 * True for texts with a character, but for those that begin with NUL. As a side effect a text that was put together of
 * parts is in one piece afterwards: a lookup would gather the parts for the hash, and once more for each comparison,
 * which takes 40 to 80 ns. (V8 leaves a character alone whose value does not decide anything: hence NUL.)
 */
export function makeWhole(text: string): boolean {
  return text.charCodeAt(0) > 0;
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}
