import {
  bind,
  codeActions,
  complete,
  type Diagnostic,
  definition,
  documentSymbols,
  foldingRanges,
  format,
  hover,
  type LanguageCatalog,
  parse,
  references,
  rename,
  renameTarget,
  selectionRanges,
  semanticTokens,
  signatureHelp,
  statementAt,
} from '#engine/aql';
import { variablesAt, variablesOf } from './declared-variables.ts';
import type { FromLanguageWorker, Question, ToLanguageWorker } from './language-protocol.ts';
import { planPlaces } from './plan-places.ts';
import { snippetsAt, type UserSnippet } from './user-snippet.ts';

/** A document as one message left it; later messages make a new one. */
interface OpenDocument {
  readonly text: string;
  readonly catalog: LanguageCatalog;
  /** What checking it has found, once it was asked. */
  diagnostics?: readonly Diagnostic[];
}

interface Request {
  readonly id: number;
  readonly question: Question;
  readonly about: OpenDocument;
}

const nothing: OpenDocument = { text: '', catalog: { version: 0, collections: [] } };

/** The worker's side of the protocol: keeps the open documents and the requests that wait for an answer. */
export class LanguageDesk {
  readonly #documents = new Map<string, OpenDocument>();
  readonly #requests = new Map<number, Request>();
  #snippets: readonly UserSnippet[] = [];

  /** Takes in a message. */
  receive(message: ToLanguageWorker): void {
    switch (message.kind) {
      case 'text': {
        const { catalog } = this.#known(message.document);
        this.#documents.set(message.document, { text: message.text, catalog });
        return;
      }
      case 'catalog': {
        const { text, catalog } = this.#known(message.document);
        const { samples = {}, distinctCounts = {} } = catalog;
        const known = { ...message.catalog, samples, distinctCounts };
        this.#documents.set(message.document, { text, catalog: known });
        return;
      }
      case 'values': {
        const { samples, distinctCounts } = message;
        const { text, catalog } = this.#known(message.document);
        const known = { ...catalog, samples, distinctCounts };
        this.#documents.set(message.document, { text, catalog: known });
        return;
      }
      case 'snippets':
        this.#snippets = message.snippets;
        return;
      case 'close':
        this.#documents.delete(message.document);
        return;
      case 'ask': {
        const { id, question } = message;
        this.#requests.set(id, { id, question, about: this.#known(message.document) });
        return;
      }
      case 'cancel':
        this.#requests.delete(message.id);
    }
  }

  /** Answers the oldest request that waits; `undefined` when none does. */
  answerNext(): FromLanguageWorker | undefined {
    const [request] = this.#requests.values();
    if (request === undefined) return undefined;
    const { id, question, about } = request;
    this.#requests.delete(id);
    try {
      return { kind: 'answer', id, answer: answerOf(question, about, this.#snippets) };
    } catch (error) {
      // A fault of the service must not leave the page waiting; it comes back as the request's failure.
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', id, message };
    }
  }

  #known(document: string): OpenDocument {
    return this.#documents.get(document) ?? nothing;
  }
}

function answerOf(
  question: Question,
  about: OpenDocument,
  snippets: readonly UserSnippet[],
): unknown {
  const { text, catalog } = about;
  switch (question.name) {
    case 'check':
      return check(about);
    case 'complete':
      return [
        ...complete(text, question.offset, catalog),
        ...snippetsAt(text, question.offset, snippets),
      ];
    case 'signatureHelp':
      return signatureHelp(text, question.offset, catalog);
    case 'hover':
      return hover(text, question.offset, catalog);
    case 'definition':
      return definition(text, question.offset, catalog);
    case 'references':
      return references(text, question.offset, catalog);
    case 'renameTarget':
      return renameTarget(text, question.offset, catalog);
    case 'rename':
      return rename(text, question.offset, question.newName, catalog);
    case 'semanticTokens':
      return semanticTokens(text, catalog);
    case 'foldingRanges':
      return foldingRanges(text);
    case 'selectionRanges':
      return selectionRanges(text, question.offset);
    case 'documentSymbols':
      return documentSymbols(text, catalog);
    case 'codeActions':
      return codeActions(text, question.span, check(about), catalog);
    case 'format':
      return format(text);
    case 'statementAt':
      return statementAt(text, question.offset);
    case 'variablesAt':
      return variablesAt(text, question.offset);
    case 'planPlaces':
      return question.operators.map(planPlaces(question.text, question.start));
    case 'variablesOf':
      return variablesOf(question.text);
  }
}

function check(about: OpenDocument): readonly Diagnostic[] {
  if (about.diagnostics === undefined) {
    const { document, diagnostics } = parse(about.text);
    about.diagnostics = [...diagnostics, ...bind(document, about.catalog).diagnostics];
  }
  return about.diagnostics;
}
