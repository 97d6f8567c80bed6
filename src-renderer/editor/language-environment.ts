/*
 * Starts what all editors of the page share: the language worker, AQL in Monaco, the page's theme. This runs when the
 * lazily loaded part of the page arrives, once; Monaco itself knows only one of each.
 */
import AqlWorker from './aql-worker.ts?worker';
import { LanguageClient } from './language-client.ts';
import { registerAql, takeTextInOnePiece } from './language-features.ts';
import { monaco } from './monaco.ts';
import { followPageTheme } from './page-theme.ts';

export const languageClient = startLanguage();

function startLanguage(): LanguageClient {
  const client = new LanguageClient(new AqlWorker());
  registerAql(client);
  followPageTheme();
  takeTextInOnePiece();
  // Widths measured before the font has arrived would put the cursor beside its letter.
  void document.fonts.ready.then(() => monaco.editor.remeasureFonts());
  return client;
}
