/*
 * Simple case folding (Unicode CaseFolding.txt, status C and S): each code point becomes exactly one, so that
 * lengths never change and "ß" never equals "ss". JavaScript offers no folding function; upper case then
 * lower case, kept only where both are one code point, gives it. Dotless ı and dotted İ have no simple folding
 * outside Turkish and stand for themselves.
 */
const unfolded = new Set(['\u0130', '\u0131']);
const onlyAscii = /^[\0-\x7f]*$/;

/** The text folded for comparison without regard to case. */
export function foldCase(text: string): string {
  if (onlyAscii.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  if (unfolded.has(character)) return character;
  const upper = character.toUpperCase();
  const base = isOneCodePoint(upper) ? upper : character;
  const lower = base.toLowerCase();
  return isOneCodePoint(lower) ? lower : base;
}

function isOneCodePoint(text: string): boolean {
  const code = text.codePointAt(0);
  return code !== undefined && text.length === (code > 0xffff ? 2 : 1);
}
