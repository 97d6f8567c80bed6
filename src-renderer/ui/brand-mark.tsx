/** The product's mark: two northern lights. Decorative; the name stands beside it. */
export function BrandMark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path
        d="M4 20c5-15 10-15 12-7s7 8 12-7"
        stroke="var(--accent)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="M4 27c5-11 10-11 12-5s7 6 12-5"
        stroke="var(--info)"
        strokeWidth="2.25"
        strokeLinecap="round"
        opacity="0.75"
      />
    </svg>
  );
}
