/* The language worker's entry: parsing and completion run here, so that typing never waits for them. */
import { LanguageDesk } from './language-desk.ts';
import type { ToLanguageWorker } from './language-protocol.ts';

const desk = new LanguageDesk();

// A message to itself stands behind all that have arrived: cancellations are read before the next answer is worked out.
const turn = new MessageChannel();
turn.port1.onmessage = () => {
  const answer = desk.answerNext();
  if (answer !== undefined) self.postMessage(answer);
};

self.addEventListener('message', (event: MessageEvent<ToLanguageWorker>) => {
  desk.receive(event.data);
  if (event.data.kind === 'ask') turn.port2.postMessage(undefined);
});
