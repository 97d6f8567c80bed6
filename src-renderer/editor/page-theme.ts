import { editorTheme, themeBaseOf } from './editor-theme.ts';
import { monaco } from './monaco.ts';

const themeName = 'aurora';

/** Gives Monaco the page's colours, now and whenever the page's theme changes. Returns how to stop. */
export function followPageTheme(): () => void {
  const root = document.documentElement;
  const apply = () => {
    const style = getComputedStyle(root);
    const base = themeBaseOf(root.dataset['theme']);
    const theme = editorTheme(base, (name) => style.getPropertyValue(name));
    monaco.editor.defineTheme(themeName, theme);
    monaco.editor.setTheme(themeName);
  };
  apply();
  const observer = new MutationObserver(apply);
  observer.observe(root, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

/** The monospace font of the page and its measure, as Monaco wants them. */
export function pageFont(): { fontFamily: string; fontSize: number; lineHeight: number } {
  const style = getComputedStyle(document.documentElement);
  const fontFamily = style.getPropertyValue('--font-mono').trim() || 'monospace';
  const fontSize = Number.parseFloat(style.getPropertyValue('--text-mono')) || 12.5;
  const lineHeight = Number.parseFloat(style.getPropertyValue('--line-text')) || 18;
  return { fontFamily, fontSize, lineHeight };
}
