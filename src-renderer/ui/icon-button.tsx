import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import './button.css';
import { classNames } from './class-names.ts';
import { Tooltip } from './tooltip.tsx';

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** The accessible name, shown as the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Keycaps of its shortcut, shown in the tooltip. */
  readonly keys?: readonly string[] | undefined;
  readonly size?: 'normal' | 'small';
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon: 28 × 28, its name and key in a tooltip. */
export function IconButton({
  label,
  icon,
  keys,
  size = 'normal',
  side = 'bottom',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={classNames('icon-button', size === 'small' && 'icon-button-small', className)}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
