import { useId } from 'react';
import { decodeHistoryKept, type HistoryKept, historyKeptSetting } from '#contract';
import { Button } from '../../ui/button.tsx';
import { Dialog, type DialogProps } from '../../ui/dialog.tsx';
import { useCommandRegistry } from '../commands/command-context.tsx';
import { themePreferences } from '../theme/theme.ts';
import { useTheme } from '../theme/use-theme.ts';
import { useSetting } from './settings-context.tsx';
import './settings-dialog.css';

const keptChoices: readonly { readonly id: HistoryKept; readonly title: string }[] = [
  { id: 'day', title: 'A day' },
  { id: 'week', title: 'A week' },
  { id: 'month', title: 'A month' },
];

/** What this person may set. */
export function SettingsDialog(props: Pick<DialogProps, 'isOpen' | 'onClose' | 'giveFocusBack'>) {
  const { preference, setPreference } = useTheme();
  const registry = useCommandRegistry();
  const name = useId();
  const [kept, setKept] = useSetting(historyKeptSetting);
  return (
    <Dialog {...props} title="Settings" width={480}>
      <fieldset className="settings-set">
        <legend className="settings-legend">Theme</legend>
        <div className="settings-choices">
          {themePreferences.map(({ id, title }) => (
            <label key={id} className="settings-choice">
              <input
                type="radio"
                name={name}
                checked={id === preference}
                onChange={() => setPreference(id)}
              />
              {title}
            </label>
          ))}
        </div>
        <p className="settings-note">System follows the operating system, its contrast included.</p>
      </fieldset>
      <fieldset className="settings-set">
        <legend className="settings-legend">Keep the history of documents for</legend>
        <div className="settings-choices">
          {keptChoices.map(({ id, title }) => (
            <label key={id} className="settings-choice">
              <input
                type="radio"
                name={`${name} kept`}
                checked={id === decodeHistoryKept(kept)}
                onChange={() => setKept(id)}
              />
              {title}
            </label>
          ))}
        </div>
        <p className="settings-note">
          For databases that the studio opens from now on. So long changes can be looked at and
          taken back, unless the log outgrows 256 MiB, 1 GiB or 4 GiB.
        </p>
      </fieldset>
      <div className="settings-set">
        <p className="settings-legend">Keys</p>
        <Button
          onClick={() => {
            props.onClose();
            registry.run('help.open');
          }}
        >
          Show all keys
        </Button>
      </div>
    </Dialog>
  );
}
