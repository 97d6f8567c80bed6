import { describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import { AuroraError } from '../errors.ts';

describe('a text that is followed', () => {
  // An empty one was told to name its operation.
  it.each([
    ['', 'There is nothing to follow: the text is empty.', 0],
    ['# later', 'There is nothing to follow: the text is empty.', 0],
    ['{ a { n } } { a { id } }', 'Only a text with one statement can be followed.', 2],
  ])('has one statement: %s', async (text, message, statementCount) => {
    const db = await Aurora.open(':memory:');
    await db.newCollection('a', { n: { type: 'Int' } });
    for (const follow of [() => db.live(text), () => db.stream(text)]) {
      expect(errorOf(follow)).toMatchObject({
        ...{ code: 'InvalidOption', message, details: { statementCount } },
      });
    }
    await db.close();
  });
});

function errorOf(act: () => unknown): AuroraError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof AuroraError ? error : undefined;
  }
}
