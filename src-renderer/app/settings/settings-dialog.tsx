import { useId } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog, type DialogProps } from '../../ui/dialog.tsx';
import { useCommandRegistry } from '../commands/command-context.tsx';
import { themePreferences } from '../theme/theme.ts';
import { useTheme } from '../theme/use-theme.ts';
import './settings-dialog.css';

/** What this person may set. Everything takes effect at once. */
export function SettingsDialog(props: Pick<DialogProps, 'isOpen' | 'onClose' | 'giveFocusBack'>) {
  const { preference, setPreference } = useTheme();
  const registry = useCommandRegistry();
  const name = useId();
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
