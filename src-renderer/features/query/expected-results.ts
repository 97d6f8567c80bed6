/*
 * A run reads its results in order, and reads on only as far as somebody looks. So a statement that stands behind a
 * long result would wait until the person scrolled to the end. To avoid that, every result but the last is read to
 * its end, and for that the page must know how many will come before they do. Counting selections that open at the
 * second level is enough: counting too many only reads further than necessary, and it never counts too few.
 */

/** How many results a text will give, at most. */
export function expectedResults(text: string): number {
  let braces = 0;
  let parentheses = 0;
  let count = 0;
  let isFragment = false;
  for (const [token] of text.matchAll(
    /"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|[{}()]|\w+/g,
  )) {
    if (token === '(') parentheses += 1;
    else if (token === ')') parentheses -= 1;
    else if (parentheses > 0) continue;
    else if (token === '{') {
      if (braces === 1 && !isFragment) count += 1;
      braces += 1;
    } else if (token === '}') {
      braces -= 1;
    } else if (braces === 0) {
      isFragment = token === 'fragment' || (isFragment && !isOperation(token));
    }
  }
  return Math.max(1, count);
}

function isOperation(token: string): boolean {
  return ['query', 'mutation', 'schema', 'subscription', 'migrate'].includes(token);
}
