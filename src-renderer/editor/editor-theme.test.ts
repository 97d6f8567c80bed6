import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editorTheme, themeBaseOf } from './editor-theme.ts';

const tokensFile = `${import.meta.dirname}/../app/theme/tokens.css`;

describe('the theme of the editor', () => {
  it('finds every token that it uses in the page, as a hexadecimal colour', () => {
    const css = readFileSync(tokensFile, 'utf8');
    const asked = new Set<string>();
    editorTheme('dark', (name) => {
      asked.add(name);
      return '';
    });
    const unknown = [...asked].filter((name) => !new RegExp(`${name}: #[0-9a-f]{6};`).test(css));
    expect([asked.size > 10, unknown]).toEqual([true, []]);
  });

  it('takes the colours of the tokens', () => {
    const theme = editorTheme('light', (name) => (name === '--accent' ? ' #007560 ' : ''));
    expect(theme.base).toBe('vs');
    expect(theme.rules).toContainEqual({ token: 'keyword', foreground: '007560' });
    expect(theme.colors['editorCursor.foreground']).toBe('#007560');
  });

  it('leaves what is no hexadecimal colour to Monaco', () => {
    expect(editorTheme('dark', () => 'rgb(1 2 3)')).toMatchObject({ rules: [], colors: {} });
  });

  it('follows the attribute that the shell sets', () => {
    expect([undefined, 'dark', 'light', 'contrast', 'odd'].map(themeBaseOf)).toEqual([
      'dark',
      'dark',
      'light',
      'contrast',
      'dark',
    ]);
  });
});
