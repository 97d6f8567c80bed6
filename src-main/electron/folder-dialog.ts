import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron';

/** Asks for the folder of a database; null when the person cancels. */
export async function pickFolder(purpose: 'open' | 'create'): Promise<string | null> {
  const options: OpenDialogOptions =
    purpose === 'open'
      ? { title: 'Open database', buttonLabel: 'Open', properties: ['openDirectory'] }
      : {
          title: 'Create database in folder',
          buttonLabel: 'Create',
          properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
        };
  const window = BrowserWindow.getAllWindows()[0];
  const { canceled, filePaths } = window
    ? await dialog.showOpenDialog(window, options)
    : await dialog.showOpenDialog(options);
  return canceled ? null : (filePaths[0] ?? null);
}
