import './kbd.css';

/** A key chord as keycaps. */
export function Kbd({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className="kbd-chord">
      {keys.map((key, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a chord may hold a key twice, and never changes.
        <kbd key={at} className="kbd">
          {key}
        </kbd>
      ))}
    </span>
  );
}
