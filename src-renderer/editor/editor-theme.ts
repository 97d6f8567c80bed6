/* The editor's colours, made of the page's tokens, so that there is one place where colours are chosen. */
import type { editor } from 'monaco-editor/editor';

/** Reads a design token of the page: `--bg-0` gives its colour. */
export type TokenReader = (name: string) => string;

export type EditorThemeBase = 'light' | 'dark' | 'contrast';

const bases = { light: 'vs', dark: 'vs-dark', contrast: 'hc-black' } as const;

/** Tokens of the language: design token and style for each. */
const tokenColours: readonly (readonly [scope: string, token: string, style?: string])[] = [
  ['', '--fg-0'],
  ['keyword', '--accent'],
  ['function', '--accent'],
  ['type', '--info'],
  ['string', '--ok'],
  ['number', '--warn'],
  ['constant', '--warn'],
  ['variable', '--info'],
  ['annotation', '--change'],
  ['comment', '--fg-2', 'italic'],
  ['key', '--fg-1'],
  ['argument', '--fg-1'],
  ['field', '--fg-0'],
  ['collection', '--info'],
  ['fragment', '--change'],
  ['alias', '--fg-2', 'italic'],
  ['identifier', '--fg-0'],
  ['delimiter', '--fg-2'],
  ['operator', '--fg-2'],
];

const partColours: Readonly<Record<string, string>> = {
  'editor.background': '--bg-0',
  'editor.foreground': '--fg-0',
  'editor.lineHighlightBackground': '--bg-1',
  'editor.selectionBackground': '--flash',
  'editor.inactiveSelectionBackground': '--bg-3',
  'editor.wordHighlightBackground': '--bg-3',
  'editor.findMatchBackground': '--flash',
  'editor.findMatchHighlightBackground': '--accent-soft',
  'editorCursor.foreground': '--accent',
  'editorLineNumber.foreground': '--fg-2',
  'editorLineNumber.activeForeground': '--fg-0',
  'editorIndentGuide.background1': '--line',
  'editorIndentGuide.activeBackground1': '--line-strong',
  'editorBracketMatch.background': '--bg-3',
  'editorBracketMatch.border': '--line-strong',
  'editorError.foreground': '--danger',
  'editorWarning.foreground': '--warn',
  'editorInfo.foreground': '--info',
  'editorWidget.background': '--bg-1',
  'editorWidget.foreground': '--fg-0',
  'editorWidget.border': '--line-strong',
  'editorHoverWidget.background': '--bg-1',
  'editorHoverWidget.border': '--line-strong',
  'editorSuggestWidget.background': '--bg-1',
  'editorSuggestWidget.border': '--line-strong',
  'editorSuggestWidget.foreground': '--fg-0',
  'editorSuggestWidget.selectedBackground': '--bg-3',
  'editorSuggestWidget.selectedForeground': '--fg-0',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorHoverWidget.highlightForeground': '--accent',
  'editor.rangeHighlightBackground': '--flash',
  'editorLightBulb.foreground': '--warn',
  'peekView.border': '--line-strong',
  'peekViewEditor.background': '--bg-1',
  'peekViewEditorGutter.background': '--bg-1',
  'peekViewEditor.matchHighlightBackground': '--flash',
  'peekViewResult.background': '--bg-1',
  'peekViewResult.lineForeground': '--fg-0',
  'peekViewResult.fileForeground': '--fg-0',
  'peekViewResult.selectionBackground': '--bg-3',
  'peekViewResult.selectionForeground': '--fg-0',
  'peekViewResult.matchHighlightBackground': '--flash',
  'peekViewTitle.background': '--bg-2',
  'peekViewTitleLabel.foreground': '--fg-0',
  'peekViewTitleDescription.foreground': '--fg-2',
  'quickInput.background': '--bg-1',
  'quickInput.foreground': '--fg-0',
  'quickInputList.focusBackground': '--bg-3',
  'quickInputList.focusForeground': '--fg-0',
  'pickerGroup.foreground': '--fg-2',
  'list.hoverBackground': '--bg-2',
  'list.focusBackground': '--bg-3',
  'input.background': '--bg-0',
  'input.foreground': '--fg-0',
  'input.border': '--line-strong',
  focusBorder: '--accent',
  'textLink.foreground': '--accent',
  'textLink.activeForeground': '--accent-strong',
  'scrollbarSlider.background': '--bg-3',
  'scrollbarSlider.hoverBackground': '--line-strong',
  'scrollbarSlider.activeBackground': '--line-strong',
  'menu.background': '--bg-1',
  'menu.foreground': '--fg-0',
  'menu.selectionBackground': '--bg-3',
  'menu.selectionForeground': '--fg-0',
  'menu.separatorBackground': '--line',
  'editorMarkerNavigation.background': '--bg-1',
  'editorOverviewRuler.errorForeground': '--danger',
  'editorOverviewRuler.warningForeground': '--warn',
  // One quiet colour for all brackets; the pair at the cursor is marked anyway.
  'editorBracketHighlight.foreground1': '--fg-1',
  'editorBracketHighlight.foreground2': '--fg-1',
  'editorBracketHighlight.foreground3': '--fg-1',
  'editorBracketHighlight.foreground4': '--fg-1',
  'editorBracketHighlight.foreground5': '--fg-1',
  'editorBracketHighlight.foreground6': '--fg-1',
  // While typing, every bracket waits for its other half: that is no reason for red, and the parser says it anyway.
  'editorBracketHighlight.unexpectedBracket.foreground': '--fg-1',
};

/** The theme for what the tokens say now. A token that is no hexadecimal colour is left to Monaco's own theme. */
export function editorTheme(base: EditorThemeBase, read: TokenReader): editor.IStandaloneThemeData {
  const rules = tokenColours.flatMap(([token, name, fontStyle]) => {
    const colour = hexColour(read(name));
    if (colour === undefined) return [];
    const rule = { token, foreground: colour.slice(1) };
    return [fontStyle === undefined ? rule : { ...rule, fontStyle }];
  });
  const colors: Record<string, string> = {};
  for (const [part, name] of Object.entries(partColours)) {
    const colour = hexColour(read(name));
    if (colour !== undefined) colors[part] = colour;
  }
  return { base: bases[base], inherit: true, rules, colors };
}

/** The theme that the page shows, from the attribute that the shell sets. */
export function themeBaseOf(attribute: string | undefined): EditorThemeBase {
  return attribute === 'light' || attribute === 'contrast' ? attribute : 'dark';
}

function hexColour(value: string): string | undefined {
  const text = value.trim();
  return /^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(text) ? text : undefined;
}
