import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeWish, readLaunchArguments } from './launch-arguments.ts';

const folder = resolve('/somewhere');

describe('launch arguments', () => {
  it('ask for nothing when there are none', () => {
    expect(readLaunchArguments([], folder)).toEqual({
      wish: { databasePath: undefined, opensSample: false },
      dataFolder: undefined,
    });
  });

  it('name a database, from the folder of the start', () => {
    const { wish } = readLaunchArguments(['my.db', 'other.db'], folder);
    expect(wish.databasePath).toBe(resolve(folder, 'my.db'));
  });

  it('name the data folder and wish for the sample', () => {
    expect(readLaunchArguments(['--sample', '--data', 'x'], folder)).toEqual({
      wish: { databasePath: undefined, opensSample: true },
      dataFolder: resolve(folder, 'x'),
    });
  });

  it('leave the switches of Chromium alone', () => {
    const { wish } = readLaunchArguments(
      ['--no-sandbox', '--remote-debugging-port=0', 'a'],
      folder,
    );
    expect(wish.databasePath).toBe(resolve(folder, 'a'));
  });
});

describe('the wish of a second start', () => {
  it('is the one that was handed over', () => {
    const wish = { databasePath: '/a', opensSample: true };
    expect(decodeWish(structuredClone(wish))).toEqual(wish);
  });

  it.each([undefined, null, 1, 'x', [], { databasePath: 1, opensSample: 'yes' }])(
    'is empty when %j was handed over',
    (value) => {
      expect(decodeWish(value)).toEqual({ databasePath: undefined, opensSample: false });
    },
  );
});
