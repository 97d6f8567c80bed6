import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { focusOnce } from './focus-once.ts';
import { IconButton } from './icon-button.tsx';
import './page-frame.css';
import { ProgressBar } from './progress-bar.tsx';

export interface PageFrameProps {
  /** What the page is called where it is named alone: by its close button, and to assistive technology. */
  readonly name: string;
  readonly title: string;
  readonly className: string;
  readonly progress: { readonly label: string; readonly isActive: boolean };
  /** What stands before the close button. */
  readonly acts?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A page that lies over the tabs: its heading, which has the focus when it opens, what can be done, and what it shows. */
export function PageFrame({
  name,
  title,
  className,
  progress,
  acts,
  onClose,
  children,
}: PageFrameProps) {
  return (
    <section className={classNames('page', className)} aria-label={name}>
      <ProgressBar {...progress} />
      <header className="page-head">
        <h2 ref={focusOnce} tabIndex={-1}>
          {title}
        </h2>
        <div className="page-acts">
          {acts}
          <IconButton
            label={`Close ${name.toLowerCase()}`}
            icon={<X size={16} />}
            onClick={onClose}
          />
        </div>
      </header>
      {children}
    </section>
  );
}
