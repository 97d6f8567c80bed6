import { BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';

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

/** Asks where to write a file; null when the person cancels. */
export async function pickFile(fileName: string): Promise<string | null> {
  const options: SaveDialogOptions = {
    title: 'Export',
    buttonLabel: 'Export',
    defaultPath: fileName,
  };
  const window = BrowserWindow.getAllWindows()[0];
  const { canceled, filePath } = window
    ? await dialog.showSaveDialog(window, options)
    : await dialog.showSaveDialog(options);
  return canceled ? null : filePath;
}
