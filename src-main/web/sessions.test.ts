import { describe, expect, it } from 'vitest';
import { Sessions } from './sessions.ts';

describe('sessions', () => {
  it('end a launch token after a minute', () => {
    let now = 0;
    const sessions = new Sessions(() => now);
    const token = sessions.issueLaunchToken();
    now = 60_000;
    expect(sessions.exchange(token)).toBeUndefined();
  });

  it('replace a launch token by the next one', () => {
    const sessions = new Sessions(() => 0);
    const first = sessions.issueLaunchToken();
    const second = sessions.issueLaunchToken();
    expect([sessions.exchange(first), typeof sessions.exchange(second)]).toEqual([
      undefined,
      'string',
    ]);
  });

  it('are bounded: the oldest goes first', () => {
    const sessions = new Sessions(() => 0);
    const secrets = Array.from({ length: 257 }, () => sessions.exchange(sessions.token));
    expect([
      sessions.has(secrets[0]),
      sessions.has(secrets[1]),
      sessions.has(secrets[256]),
    ]).toEqual([false, true, true]);
  });

  it('of an earlier host are good when they were kept', () => {
    const kept: string[] = [];
    const before = new Sessions(
      () => 0,
      [],
      (digest) => kept.push(digest),
    );
    const secret = before.exchange(before.token);
    expect([new Sessions(() => 0, kept).has(secret), new Sessions(() => 0).has(secret)]).toEqual([
      true,
      false,
    ]);
    expect(kept).not.toContain(secret);
  });

  it('have secrets of 256 bits that differ', () => {
    const sessions = new Sessions(() => 0);
    const secrets = [
      sessions.token,
      sessions.issueLaunchToken(),
      sessions.exchange(sessions.token),
    ];
    expect([new Set(secrets).size, Buffer.from(sessions.token, 'base64url').length]).toEqual([
      3, 32,
    ]);
  });
});
