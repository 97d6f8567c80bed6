/* When the lines that a person has typed so far are a whole text, and when more is to come. */
import { parse } from '#engine/aql';

/** Brackets, and what may hold brackets that are none: blocks of text, strings, comments. */
const tokenPattern =
  /"""(?:\\"""|[\s\S])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|[{}()[\]]|[^\s{}()[\]"#]+/g;

/** True when all brackets are closed, the last of them a brace, and something is there to run. */
export function isComplete(text: string): boolean {
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(tokenPattern)) {
    if (token.startsWith('#')) continue;
    if (/^[{([]$/.test(token)) depth += 1;
    if (/^[})\]]$/.test(token)) depth -= 1;
    // What closes more than was opened gets no better by going on.
    if (depth < 0) return true;
    last = token;
  }
  return depth === 0 && last === '}' && parse(text).statements.length > 0;
}
