/** Something a person can do, from the palette, a key, a native menu or a button: all read this one description. */
export interface Command {
  /** Stable name, such as `query.run`. Native menus send it. */
  readonly id: string;
  /** A verb phrase in sentence case, such as `Run statement`. */
  readonly title: string;
  /** Heading under which palette and help show it. */
  readonly group: string;
  /**
   * Key chords such as `Mod+Enter`; `Mod` is Command on macOS and Control elsewhere. The first is the one shown. A sign
   * alone, such as `?`, is left to whoever is typing.
   */
  readonly keys?: readonly string[];
  /** More words the palette finds it by. */
  readonly keywords?: readonly string[];
  readonly isEnabled?: () => boolean;
  /** For keys that other commands have too: true while they are meant for this one, false while for the others. */
  readonly hasKeysNow?: () => boolean;
  /** True for one of a row of alike commands, of which palette and help show only the first. */
  readonly isHidden?: boolean;
  /** True when its keys are heard by what has the focus, such as the editor, and are only shown from here. */
  readonly hasOwnKeys?: boolean;
  readonly run: () => void;
}
