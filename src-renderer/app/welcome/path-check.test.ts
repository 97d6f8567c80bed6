import { describe, expect, it } from 'vitest';
import { pathProblem, proposedPath } from './path-check.ts';

describe('path check', () => {
  it('asks for a path when there is none', () => {
    expect(pathProblem('  ', 'linux')).toBe('Enter the path of a database folder.');
  });

  it('asks for the whole path when it is relative', () => {
    expect(pathProblem('my.db', 'linux')).toBe('Enter the whole path, such as /home/me/my.db.');
    expect(pathProblem('/my.db', 'win32')).toBe('Enter the whole path, such as C:\\data\\my.db.');
  });

  it('accepts absolute paths of each platform', () => {
    expect(pathProblem('/data/my.db', 'darwin')).toBeUndefined();
    expect(pathProblem('c:\\my.db', 'win32')).toBeUndefined();
    expect(pathProblem('\\\\server\\share\\my.db', 'win32')).toBeUndefined();
  });

  it('proposes a new database in the home folder', () => {
    expect(proposedPath('/home/me/')).toBe('/home/me/my.db');
    expect(proposedPath('C:\\Users\\me')).toBe('C:\\Users\\me\\my.db');
  });
});
