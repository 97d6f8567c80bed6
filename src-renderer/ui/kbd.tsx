import './kbd.css';

/** A key chord as keycaps. */
export function Kbd({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className="kbd-chord">
      {keys.map((key) => (
        <kbd key={key} className="kbd">
          {key}
        </kbd>
      ))}
    </span>
  );
}
