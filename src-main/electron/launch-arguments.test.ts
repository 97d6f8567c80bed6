import { describe, expect, it } from 'vitest';
import { readLaunchArguments } from './launch-arguments.ts';

describe('launch arguments', () => {
  it('asks for nothing when there are none', () => {
    expect(readLaunchArguments([])).toEqual({
      databasePath: undefined,
      opensSample: false,
      dataFolder: undefined,
    });
  });

  it('takes the first plain argument for a database', () => {
    expect(readLaunchArguments(['my.db', 'other.db']).databasePath).toBe('my.db');
  });

  it('reads the data folder and the wish for the sample', () => {
    const read = readLaunchArguments(['--sample', '--data', '/tmp/x']);
    expect(read).toEqual({ databasePath: undefined, opensSample: true, dataFolder: '/tmp/x' });
  });

  it('leaves the switches of Chromium alone', () => {
    const read = readLaunchArguments(['--no-sandbox', '--remote-debugging-port=0', 'my.db']);
    expect(read.databasePath).toBe('my.db');
  });
});
