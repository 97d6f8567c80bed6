import { type FocusEvent, type PointerEvent, useState } from 'react';

export interface Held<Value> {
  readonly value: Value;
  /** True while there is something newer than the value. */
  readonly isBehind: boolean;
  /** For the element whose parts must not move. */
  readonly handlers: {
    readonly onPointerMove: () => void;
    readonly onPointerLeave: (event: PointerEvent) => void;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
}

/**
 * Keeps a value that changes by itself as it is while somebody reads it: from when the pointer moves over the element, or
 * the keyboard comes into it, until both have left. A pointer that merely rests where a page opens holds nothing. What
 * is `chosen` is another value, and is shown at once.
 */
export function useHeld<Value>(value: Value, chosen: unknown): Held<Value> {
  const [kept, setKept] = useState<{ readonly value: Value; readonly chosen: unknown }>();
  const held = kept !== undefined && kept.chosen === chosen ? kept.value : value;
  const hold = () => setKept({ value: held, chosen });
  const isHeld = kept !== undefined && kept.chosen === chosen;
  return {
    value: held,
    isBehind: held !== value,
    handlers: {
      onPointerMove: () => {
        if (!isHeld) hold();
      },
      onPointerLeave: ({ currentTarget }) => {
        if (!currentTarget.contains(document.activeElement)) setKept(undefined);
      },
      onFocus: hold,
      onBlur: ({ currentTarget, relatedTarget }) => {
        const stays = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
        if (!stays && !currentTarget.matches(':hover')) setKept(undefined);
      },
    },
  };
}
