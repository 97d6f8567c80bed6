import { useHostInfo } from '../../client/client-context.tsx';
import { Dialog, type DialogProps } from '../../ui/dialog.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useCommandList } from '../commands/command-context.tsx';
import { byGroup } from '../commands/command-groups.ts';
import { useShownKeys } from '../commands/use-shown-keys.ts';
import { widgetKeys } from './widget-keys.ts';
import './help-dialog.css';

/** Every command that has a key, and what the page is. */
export function HelpDialog(props: Pick<DialogProps, 'isOpen' | 'onClose' | 'giveFocusBack'>) {
  const commands = useCommandList().filter((command) => command.isHidden !== true);
  const shownKeys = useShownKeys();
  const host = useHostInfo();
  return (
    <Dialog {...props} title="Keys" width={1040}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <div className="help-groups" tabIndex={0}>
        {byGroup(commands).map(([group, members]) => {
          const entries = members.flatMap((command) => {
            const keys = shownKeys(command.keys);
            return keys === undefined ? [] : [{ command, keys }];
          });
          if (entries.length === 0) return null;
          return (
            <section key={group} className="help-group">
              <h3 className="help-heading">{group}</h3>
              <dl>
                {entries.map(({ command, keys }) => (
                  <div key={command.id} className="help-row">
                    <dt>{command.title}</dt>
                    <dd>
                      <Kbd keys={keys} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
        {widgetKeys.map(({ group, entries }) => (
          <section key={group} className="help-group">
            <h3 className="help-heading">{group}</h3>
            <dl>
              {entries.map(({ title, keys }) => (
                <div key={title} className="help-row">
                  <dt>{title}</dt>
                  <dd>
                    <Kbd keys={shownKeys([keys]) ?? []} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      {host !== undefined && (
        <p className="help-about">
          {host.product} {host.version} · {hostNames[host.host]} · {host.platform}
        </p>
      )}
    </Dialog>
  );
}

const hostNames = {
  electron: 'desktop application',
  web: 'in the browser',
  'in-process': 'in one process',
  owner: 'in the process that owns the database',
} as const;
