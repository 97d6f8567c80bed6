/*
 * Where parsing goes on behind an error. Chevrotain looks for the next token that any unfinished rule may go on with,
 * and asks the outermost rule first. That rule takes everything, since text that is no statement is read over: one
 * error would cost the whole statement. Asked the other way round, and with only the beginnings of statements for the
 * outermost, the innermost rule that can go on does: one error costs a field or an action.
 */
import { type EmbeddedActionsParser, EOF, type TokenType } from 'chevrotain';

/** Turns the order around for one parser; `beginnings` are the tokens that a statement begins with. */
export function preferInnermostRule(
  parser: EmbeddedActionsParser,
  beginnings: readonly TokenType[],
): void {
  const rules: object = parser;
  // No part of Chevrotain's typed interface; the golden tests of syntax errors hold what it does.
  if (!isRecoverable(rules)) throw new Error('Chevrotain recovers in other ways than it did.');
  rules.flattenFollowSet = () => {
    const outermostFirst = rules.buildFullFollowKeyStack();
    const followers = outermostFirst.map((key, depth) => {
      if (depth === 0) return [EOF];
      return depth === 1 ? beginnings : rules.getFollowSetFromFollowKey(key);
    });
    return followers.reverse().flat();
  };
}

interface Recoverable {
  buildFullFollowKeyStack(): readonly unknown[];
  getFollowSetFromFollowKey(key: unknown): readonly TokenType[];
  flattenFollowSet: () => readonly TokenType[];
}

function isRecoverable(parser: object): parser is Recoverable {
  return ['buildFullFollowKeyStack', 'getFollowSetFromFollowKey', 'flattenFollowSet'].every(
    (method) => typeof Reflect.get(parser, method) === 'function',
  );
}
