/** How many statements stand in a text, by its outermost braces; fragments are none. */
export function expectedStatements(text: string): number {
  let depth = 0;
  let count = 0;
  let isFragment = false;
  for (const [token] of text.matchAll(
    /"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|[{}()]|\w+/g,
  )) {
    if (token === '{' || token === '(') {
      if (token === '{' && depth === 0 && !isFragment) count += 1;
      depth += 1;
    } else if (token === '}' || token === ')') {
      depth = Math.max(0, depth - 1);
      if (token === '}' && depth === 0) isFragment = false;
    } else if (depth === 0 && token === 'fragment') isFragment = true;
  }
  return count;
}
