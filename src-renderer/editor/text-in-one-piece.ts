/*
 * Dictation, input methods and text expanders hand over a whole text at once. Monaco takes it as if it were typed,
 * one character after the other: it closes brackets and indents what is closed and indented already, and thousands of
 * edits take seconds. Such a text goes in as it is, in one step, like a pasted one.
 */

const typedLengthMax = 100;

/** True for a text that nobody types: with more than one line, or long. */
export function isOnePiece(text: string): boolean {
  return text.length > typedLengthMax || (text.length > 1 && /[\r\n]/.test(text.trimEnd()));
}
