/*
 * Key chords are written `Mod+Shift+P`: modifiers, then the key. `Mod` is Command on macOS and Control elsewhere.
 * Letters are compared by physical key too, because Alt composes other characters on macOS; and so are the few symbols
 * that stand on a key of their own on an American keyboard, because on others they are reached with AltGr.
 */

const symbolCodes: Readonly<Record<string, string>> = {
  '\\': 'Backslash',
  '=': 'Equal',
  '-': 'Minus',
};

/** The parts of a keyboard event that decide whether a chord was pressed. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

interface Chord {
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

function parseChord(text: string, isMac: boolean): Chord {
  const parts = text.split('+');
  const key = parts.at(-1) ?? '';
  const has = (name: string) => parts.slice(0, -1).includes(name);
  return {
    ctrl: has('Ctrl') || (has('Mod') && !isMac),
    meta: has('Mod') && isMac,
    shift: has('Shift'),
    alt: has('Alt'),
    key,
  };
}

/** True when the press is exactly the chord. A chord of one symbol, such as `?`, ignores Shift: layouts differ. */
export function matchesChord(text: string, press: KeyPress, isMac: boolean): boolean {
  const chord = parseChord(text, isMac);
  if (press.ctrlKey !== chord.ctrl || press.metaKey !== chord.meta || press.altKey !== chord.alt) {
    return false;
  }
  const symbolCode = symbolCodes[chord.key];
  if (symbolCode !== undefined && press.code === symbolCode) return press.shiftKey === chord.shift;
  if (symbolCode !== undefined && press.shiftKey !== chord.shift) return false;
  const isSymbol = chord.key.length === 1 && !/[a-z0-9]/i.test(chord.key);
  if (!isSymbol && press.shiftKey !== chord.shift) return false;
  if (press.key.toLowerCase() === chord.key.toLowerCase()) return true;
  if (/^[a-z]$/i.test(chord.key)) return press.code === `Key${chord.key.toUpperCase()}`;
  if (/^[0-9]$/.test(chord.key)) return press.code === `Digit${chord.key}`;
  return false;
}

const shortNames: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
};
const macNames: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Ctrl: '⌃',
  Shift: '⇧',
  Alt: '⌥',
  Enter: '↩',
};

/** The chord as keycaps for display: `['Ctrl', 'K']`, or `['⌘', 'K']` on macOS. */
export function chordLabels(text: string, isMac: boolean): readonly string[] {
  return text.split('+').map((part) => {
    if (isMac && macNames[part] !== undefined) return macNames[part];
    if (part === 'Mod') return 'Ctrl';
    return shortNames[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** Chords that browsers keep for themselves: a page never sees them, so none is shown there. */
const takenByBrowsers = new Set([
  'Mod+T',
  'Mod+W',
  'Mod+N',
  'Mod+Shift+T',
  'Ctrl+Tab',
  'Ctrl+Shift+Tab',
]);

/** The chord to show for a command on this host; `undefined` when it has none that works there. */
export function shownChord(
  keys: readonly string[] | undefined,
  isBrowser: boolean,
): string | undefined {
  return keys?.find((chord) => !isBrowser || !takenByBrowsers.has(chord));
}
