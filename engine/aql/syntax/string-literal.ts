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

const escapePattern = /\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|([\s\S]))/g;

/** The text that a quoted string stands for. `offset` is where the string begins in its document. */
export function decodeString(
  image: string,
  offset: number,
  report: (diagnostic: Diagnostic) => void,
): string {
  const inner = image.slice(1, image.length > 1 && image.endsWith('"') ? -1 : undefined);
  if (!inner.includes('\\')) return inner;
  const complain = (at: number, length: number, message: string): string => {
    const start = offset + 1 + at;
    const span = { start, end: start + length };
    report({ code: 'SyntaxError', severity: 'error', span, message });
    return '';
  };
  const decoded = inner.replace(
    escapePattern,
    (whole: string, braced?: string, four?: string, simple?: string, at = 0): string => {
      if (simple !== undefined) {
        const value = simpleEscapes[simple];
        if (value !== undefined) return value;
        return complain(at, whole.length, `"${whole}" is not an escape of strings.`);
      }
      const codePoint = Number.parseInt(braced ?? four ?? '', 16);
      if (codePoint <= 0x10ffff) return String.fromCodePoint(codePoint);
      return complain(at, whole.length, `"${whole}" is beyond the last Unicode character.`);
    },
  );
  if (/\p{Surrogate}/u.test(decoded)) {
    complain(-1, image.length, 'This string holds half of a surrogate pair.');
  }
  return decoded;
}

/** The text that a block string stands for: common indentation and blank outer lines are removed. */
export function decodeBlockString(image: string): string {
  const closed = image.length >= 6 && image.endsWith('"""');
  const raw = image.slice(3, closed ? -3 : undefined).replaceAll('\\"""', '"""');
  const lines = raw.split(/\r\n|[\n\r]/);
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const common = indents.length === 0 ? 0 : Math.min(...indents.slice(0, 100_000));
  const dedented = lines.map((line, index) => (index === 0 ? line : line.slice(common)));
  const first = dedented.findIndex((line) => line.trim() !== '');
  if (first < 0) return '';
  const last = dedented.findLastIndex((line) => line.trim() !== '');
  return dedented.slice(first, last + 1).join('\n');
}
