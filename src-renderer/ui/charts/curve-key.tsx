import type { Curve, Form } from './chart-curves.ts';
import { colours, dashes } from './curve-looks.ts';

export interface CurveKeyProps {
  readonly curve: Curve;
  readonly form: Form;
}

/** The mark by which a curve is known. */
export function CurveKey({ curve: { tone, stroke, isThin = false }, form }: CurveKeyProps) {
  if (form === 'bars') {
    return <span className="chart-key-mark" style={{ background: colours[tone] }} />;
  }
  return (
    <svg className="chart-key-line" viewBox="0 0 13 8" aria-hidden="true">
      <line
        x2={13}
        y1={4}
        y2={4}
        stroke={colours[tone]}
        strokeWidth={isThin ? 1 : 2}
        strokeDasharray={dashes[stroke]}
      />
    </svg>
  );
}
