import {
  bind,
  complete,
  format,
  hover,
  type LanguageCatalog,
  parse,
  statementAt,
} from '#engine/aql';
import type { FromLanguageWorker, Question, ToLanguageWorker } from './language-protocol.ts';

interface OpenDocument {
  readonly text: string;
  readonly catalog: LanguageCatalog;
}

const emptyCatalog: LanguageCatalog = { version: 0, collections: [] };

/** The worker's side of the protocol: keeps the open documents and answers questions about them. */
export class LanguageDesk {
  readonly #documents = new Map<string, OpenDocument>();

  /** Takes in a message; the answer to it, if it asks for one. */
  receive(message: ToLanguageWorker): FromLanguageWorker | undefined {
    const known = this.#documents.get(message.document) ?? { text: '', catalog: emptyCatalog };
    switch (message.kind) {
      case 'text':
        this.#documents.set(message.document, { ...known, text: message.text });
        return undefined;
      case 'catalog':
        this.#documents.set(message.document, {
          ...known,
          catalog: { samples: known.catalog.samples ?? {}, ...message.catalog },
        });
        return undefined;
      case 'samples':
        this.#documents.set(message.document, {
          ...known,
          catalog: { ...known.catalog, samples: message.samples },
        });
        return undefined;
      case 'close':
        this.#documents.delete(message.document);
        return undefined;
      case 'ask':
        try {
          return { kind: 'answer', id: message.id, answer: answerOf(message.question, known) };
        } catch (error) {
          // A fault of the service must not leave the page waiting; it comes back as the request's failure.
          const text = error instanceof Error ? error.message : String(error);
          return { kind: 'failed', id: message.id, message: text };
        }
    }
  }
}

function answerOf(question: Question, { text, catalog }: OpenDocument): unknown {
  switch (question.name) {
    case 'check': {
      const { document, diagnostics } = parse(text);
      return [...diagnostics, ...bind(document, catalog).diagnostics];
    }
    case 'complete':
      return complete(text, question.offset, catalog);
    case 'hover':
      return hover(text, question.offset, catalog);
    case 'format':
      return format(text);
    case 'statementAt':
      return statementAt(text, question.offset);
  }
}
