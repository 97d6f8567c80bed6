import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrastRatio, themeTokens } from './contrast.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const backgrounds = ['bg-0', 'bg-1', 'bg-2', 'bg-3'];
const foregrounds = ['fg-0', 'fg-1', 'fg-2'];
const meanings = ['accent', 'ok', 'warn', 'danger', 'info', 'insert', 'change', 'delete'];

const pairs = [
  ...foregrounds.flatMap((fg) => backgrounds.map((bg) => [fg, bg])),
  ...meanings.flatMap((fg) => ['bg-0', 'bg-1', 'bg-2'].map((bg) => [fg, bg])),
  ['accent-fg', 'accent'],
  ['accent-fg', 'accent-strong'],
  ['fg-0', 'accent-soft'],
  ['fg-0', 'danger-soft'],
  ['fg-1', 'danger-soft'],
  ['danger', 'danger-soft'],
  ['warn', 'warn-soft'],
  ['fg-0', 'warn-soft'],
  ['fg-1', 'warn-soft'],
  ['fg-0', 'flash'],
];

describe('colour tokens', () => {
  it('measures black on white as 21', () => {
    expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 5);
  });

  it.each([
    ['dark', 4.5],
    ['light', 4.5],
    ['contrast', 7],
  ])('keep text readable in the %s theme, at %s to 1 or more', (theme, ratioMin) => {
    const tokens = themeTokens(css, theme);
    const tooFaint = pairs.flatMap(([fg = '', bg = '']) => {
      const ratio = contrastRatio(tokens.get(fg) ?? '', tokens.get(bg) ?? '');
      return ratio >= ratioMin ? [] : [`${fg} on ${bg}: ${ratio.toFixed(2)}`];
    });
    expect(tooFaint).toEqual([]);
  });

  it.each(['dark', 'light', 'contrast'])(
    'keep six digits in the %s theme when minified',
    (theme) => {
      const short = [...themeTokens(css, theme)].filter(([, value]) =>
        /^#(.)\1(.)\2(.)\3$/.test(value),
      );
      expect(short).toEqual([]);
    },
  );

  it('are defined in every theme alike', () => {
    const names = (theme: string) => [...themeTokens(css, theme).keys()].sort();
    expect(names('light')).toEqual(names('dark'));
    expect(names('contrast')).toEqual(names('dark'));
  });
});
