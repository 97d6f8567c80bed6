/* The language worker's entry: parsing and completion run here, so that typing never waits for them. */
import { LanguageDesk } from './language-desk.ts';
import type { ToLanguageWorker } from './language-protocol.ts';

const desk = new LanguageDesk();

self.addEventListener('message', (event: MessageEvent<ToLanguageWorker>) => {
  const answer = desk.receive(event.data);
  if (answer !== undefined) self.postMessage(answer);
});
