/*
 * How many columns a text takes in a terminal: East Asian wide characters and emoji take two, combining marks none.
 */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const onlyNarrow = /^[\x20-\x7e\u00a0-\u02ff]*$/;
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}])/u;

export function displayWidth(text: string): number {
  if (onlyNarrow.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** The text, cut with an ellipsis when it is wider than `widthMax`. */
export function cutToWidth(text: string, widthMax: number): string {
  if (displayWidth(text) <= widthMax) return text;
  let width = 1;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    width += wide.test(segment) ? 2 : 1;
    if (width > widthMax) break;
    kept += segment;
  }
  return `${kept}…`;
}
