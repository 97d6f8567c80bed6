/* What string literals stand for, as the GraphQL specification defines it. */
import type { Diagnostic } from '../diagnostic.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** One escape. Two escaped halves of a surrogate pair are one. */
const escapePattern =
  /\\(?:u\{([0-9A-Fa-f]{1,8})\}|u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(u\{[0-9A-Fa-f]*\}?|[\s\S]?))/g;

/** The text that a quoted string stands for. `offset` is where the string begins in its document. */
export function decodeString(
  image: string,
  offset: number,
  report: (diagnostic: Diagnostic) => void,
): string {
  const inner = image.slice(1, image.length > 1 && image.endsWith('"') ? -1 : undefined);
  reportHalfPair(inner, offset + 1, report);
  if (!inner.includes('\\')) return inner;
  const complain = (at: number, length: number, message: string): string => {
    const start = offset + 1 + at;
    const span = { start, end: start + length };
    report({ code: 'SyntaxError', severity: 'error', span, message });
    return '';
  };
  return inner.replace(
    escapePattern,
    (
      whole: string,
      braced?: string,
      high?: string,
      low?: string,
      four?: string,
      other?: string,
      at = 0,
    ): string => {
      if (other !== undefined) {
        const value = simpleEscapes[other];
        if (value !== undefined) return value;
        return complain(at, whole.length, `"${whole}" is not an escape of strings.`);
      }
      if (high !== undefined && low !== undefined) {
        return String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
      }
      const codePoint = Number.parseInt(braced ?? four ?? '', 16);
      if (codePoint > 0x10ffff) {
        return complain(at, whole.length, `"${whole}" is beyond the last Unicode character.`);
      }
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
        return complain(at, whole.length, `"${whole}" is half of a surrogate pair.`);
      }
      return String.fromCodePoint(codePoint);
    },
  );
}

/** The text that a block string stands for: common indentation and blank outer lines are removed. */
export function decodeBlockString(
  image: string,
  offset: number,
  report: (diagnostic: Diagnostic) => void,
): string {
  const closed = image.length >= 6 && image.endsWith('"""');
  const inner = image.slice(3, closed ? -3 : undefined);
  reportHalfPair(inner, offset + 3, report);
  const lines = inner.replaceAll('\\"""', '"""').split(/\r\n|[\n\r]/);
  let common = Number.MAX_SAFE_INTEGER;
  let first = -1;
  let last = -1;
  lines.forEach((line, index) => {
    const indent = /^[\t ]*/.exec(line)?.[0].length ?? 0;
    if (indent === line.length) return;
    if (first < 0) first = index;
    last = index;
    if (index > 0) common = Math.min(common, indent);
  });
  const dedented = lines.map((line, index) => (index === 0 ? line : line.slice(common)));
  return first < 0 ? '' : dedented.slice(first, last + 1).join('\n');
}

/** Half of a surrogate pair is no character. */
function reportHalfPair(
  inner: string,
  offset: number,
  report: (diagnostic: Diagnostic) => void,
): void {
  if (!/[\uD800-\uDFFF]/.test(inner)) return;
  const at = inner.search(/\p{Surrogate}/u);
  if (at < 0) return;
  const span = { start: offset + at, end: offset + at + 1 };
  const message = 'This string holds half of a surrogate pair.';
  report({ code: 'SyntaxError', severity: 'error', span, message });
}
