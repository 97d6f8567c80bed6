/** Reads the colour tokens of one theme out of the token file's text. */
export function themeTokens(css: string, theme: string): ReadonlyMap<string, string> {
  const blocks = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)];
  const block = blocks.find(([, selector]) =>
    selector?.replaceAll('"', "'").includes(`[data-theme='${theme}']`),
  );
  const tokens = new Map<string, string>();
  for (const [, name, value] of (block?.[2] ?? '').matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)) {
    if (name !== undefined && value !== undefined) tokens.set(name, value);
  }
  return tokens;
}

/** WCAG contrast ratio of two hexadecimal colours, from 1 to 21. */
export function contrastRatio(first: string, second: string): number {
  const [a, b] = [luminance(first), luminance(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
