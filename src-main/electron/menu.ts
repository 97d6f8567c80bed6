import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Sends the id of one of the page's commands to the page. */
type SendCommand = (command: string) => void;

/**
 * Sets the application's menu. What the page can do is a command of the page, named here by its id only; what every
 * program can do is a role of the system.
 */
export function setApplicationMenu(platform: NodeJS.Platform, sendCommand: SendCommand): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(platform, sendCommand)));
}

function menuTemplate(
  platform: NodeJS.Platform,
  sendCommand: SendCommand,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const item = (label: string, command: string, accelerator?: string) => ({
    label,
    click: () => sendCommand(command),
    // The page handles its keys itself; the menu only shows them.
    ...(accelerator && { accelerator, registerAccelerator: false }),
  });
  const separator = { type: 'separator' } as const;
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        item('New query', 'query.new', 'CmdOrCtrl+T'),
        separator,
        item('Open database…', 'database.open', 'CmdOrCtrl+O'),
        item('Create database…', 'database.create'),
        item('Open sample database', 'database.openSample'),
        item('Close database', 'database.close'),
        separator,
        item('Reopen closed tab', 'tab.reopen', 'CmdOrCtrl+Shift+T'),
        item('Close tab', 'tab.close', 'CmdOrCtrl+W'),
        separator,
        item('Settings…', 'settings.open', 'CmdOrCtrl+,'),
        ...(isMac ? [] : [separator, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        item('Command palette…', 'palette.open', 'CmdOrCtrl+K'),
        separator,
        item('Collections', 'view.data', 'CmdOrCtrl+Shift+E'),
        item('Side panel', 'view.side', 'CmdOrCtrl+B'),
        separator,
        item('Light theme', 'theme.light'),
        item('Dark theme', 'theme.dark'),
        item('Theme of the system', 'theme.system'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    {
      label: 'Query',
      submenu: [
        item('Run statement', 'query.run', 'CmdOrCtrl+Enter'),
        item('Cancel the run', 'query.cancel'),
        separator,
        item('Format the text', 'query.format'),
      ],
    },
    ...(isMac ? [{ role: 'windowMenu' } as const] : []),
    { role: 'help', submenu: [item('All keys', 'help.open', 'F1')] },
  ];
}
