import type { ReactNode } from 'react';

/** The buttons under a step. */
export function WizardFoot({ children }: { readonly children: ReactNode }) {
  return <div className="import-foot">{children}</div>;
}
