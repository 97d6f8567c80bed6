import { toAppUrl, toPageUrl } from './app-server.ts';
import type { Cdp, CdpEvent } from './cdp.ts';
import type { Control } from './control.ts';
import {
  bindingName,
  isolatedWorld,
  isolatedWorldSource,
  pageWorldSource,
  receiverName,
} from './page-side.ts';
import { PortRelay, type ToPage } from './ports.ts';
import { KnownEvents, strict } from './strict.ts';
import { wireText } from './wire-text.ts';

export interface PageOptions {
  readonly cdp: Cdp;
  readonly control: Control;
  readonly schemes: () => Iterable<string>;
  readonly preload: string;
  readonly width: number;
  readonly height: number;
  readonly onIpc: (channel: string, event: object, args: readonly unknown[]) => void;
}

type FromPage =
  | { readonly kind: 'ipc'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'preload-error'; readonly message: string }
  | ToPage;

interface ScriptContext {
  readonly id: number;
  readonly name: string;
  readonly auxData: { readonly frameId: string };
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };

let nextId = 1;

/** One page in Chromium as the main process sees it. */
export class WebContents extends KnownEvents {
  readonly id = nextId++;
  readonly mainFrame: object;
  options: PageOptions;
  targetId = '';
  sessionId = '';
  frameUrl = 'about:blank';
  worldContext: number | undefined;
  programmaticUrls = new Set<string>();
  openHandler: OpenHandler | undefined;
  popupDenied = false;
  destroyed = false;
  relay: PortRelay;
  opened: Promise<void>;
  /** The strict object, which is what the application gets to see. */
  self: WebContents;

  constructor(options: PageOptions) {
    super('webContents', [
      'will-frame-navigate',
      'will-navigate',
      'will-redirect',
      'will-attach-webview',
      'did-finish-load',
      'preload-error',
      'render-process-gone',
      'destroyed',
    ]);
    this.options = options;
    this.relay = new PortRelay((message) => this.toPage(message));
    this.mainFrame = this.frame();
    this.opened = this.open();
    this.self = strict('webContents', this);
  }

  getURL(): string {
    return this.frameUrl;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    await this.opened;
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()));
    const pageUrl = toPageUrl(url);
    this.programmaticUrls.add(pageUrl);
    const { errorText } = await this.cdp('Page.navigate', { url: pageUrl });
    if (errorText) throw new Error(`${String(errorText)} loading '${url}'`);
    await loaded;
  }

  postMessage(channel: string, message: unknown, transfer: readonly unknown[] = []): void {
    const ports = transfer.map((port) => this.relay.transfer(port));
    this.toPage({ kind: 'ipc', channel, args: [message], ports });
  }

  /** Not Electron's: the browser closed the page. */
  wasDestroyed(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.relay.closeAll();
    this.emit('destroyed');
  }

  private async open(): Promise<void> {
    const { cdp, preload, width, height } = this.options;
    const created = await cdp.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      width,
      height,
    });
    this.targetId = String(created['targetId']);
    const attached = await cdp.send('Target.attachToTarget', {
      targetId: this.targetId,
      flatten: true,
    });
    this.sessionId = String(attached['sessionId']);
    cdp.onEvent((event) => {
      if (event.sessionId === this.sessionId) this.onPageEvent(event);
    });
    await this.cdp('Page.enable');
    await this.cdp('Runtime.addBinding', {
      name: bindingName,
      executionContextName: isolatedWorld,
    });
    await this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource });
    await this.cdp('Page.addScriptToEvaluateOnNewDocument', {
      source: isolatedWorldSource(preload),
      worldName: isolatedWorld,
    });
    await this.cdp('Fetch.enable', {
      patterns: [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Request' }],
    });
    await this.cdp('Runtime.enable');
    await this.cdp('Log.enable');
  }

  private cdp(method: string, params: Readonly<Record<string, unknown>> = {}) {
    return this.options.cdp.send(method, params, this.sessionId);
  }

  private frame(): object {
    const contents = this;
    return strict('WebFrameMain', {
      parent: null,
      get url() {
        return contents.frameUrl;
      },
      get origin() {
        return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/.exec(contents.frameUrl)?.[0] ?? 'null';
      },
      postMessage: (channel: string, message: unknown, transfer?: readonly unknown[]) =>
        contents.postMessage(channel, message, transfer),
    });
  }

  private toPage(message: object): void {
    if (this.destroyed || this.worldContext === undefined) return;
    const call = {
      executionContextId: this.worldContext,
      functionDeclaration: `(text) => globalThis[${JSON.stringify(receiverName)}](text)`,
      arguments: [{ value: wireText.encode(message) }],
    };
    this.cdp('Runtime.callFunctionOn', call).catch((error: unknown) => {
      // A message that crosses a reload has nobody to receive it, as in Electron.
      if (!this.destroyed) this.options.control.tell({ event: 'lost', message: String(error) });
    });
  }

  private onPageEvent({ method, params }: CdpEvent): void {
    switch (method) {
      case 'Runtime.executionContextCreated': {
        const context = params['context'] as ScriptContext;
        if (context.name === isolatedWorld && context.auxData.frameId === this.targetId) {
          this.worldContext = context.id;
        }
        return;
      }
      case 'Runtime.executionContextDestroyed':
        if (params['executionContextId'] === this.worldContext) this.pageIsGone();
        return;
      case 'Runtime.executionContextsCleared':
        this.pageIsGone();
        return;
      case 'Page.frameNavigated': {
        const frame = params['frame'] as { readonly id: string; readonly url: string };
        if (frame.id === this.targetId) this.frameUrl = this.appUrl(frame.url);
        return;
      }
      case 'Page.loadEventFired':
        this.emit('did-finish-load');
        return;
      case 'Page.windowOpen': {
        const url = this.appUrl(String(params['url']));
        this.popupDenied = this.openHandler?.({ url }).action === 'deny';
        if (this.popupDenied) this.options.control.tell({ event: 'window-denied', url });
        return;
      }
      case 'Fetch.requestPaused':
        this.onDocumentRequest(params);
        return;
      case 'Runtime.bindingCalled':
        if (params['executionContextId'] === this.worldContext) {
          this.receive(wireText.decode(String(params['payload'])) as FromPage);
        }
        return;
      default:
        this.reportProblem(method, params);
    }
  }

  private pageIsGone(): void {
    this.worldContext = undefined;
    this.relay.closeAll();
  }

  private receive(message: FromPage): void {
    if (message.kind === 'ipc') {
      const event = { sender: this.self, senderFrame: this.mainFrame, ports: [] };
      this.options.onIpc(message.channel, strict('IpcMainEvent', event), message.args);
    } else if (message.kind === 'preload-error') {
      this.options.control.tell({ event: 'preload-error', message: message.message });
      this.emit('preload-error', {}, 'preload.cjs', new Error(message.message));
    } else {
      this.relay.receive(message);
    }
  }

  /** Every document that is about to be loaded; those that the page asked for are announced first. */
  private onDocumentRequest(params: CdpEvent['params']): void {
    const request = params['request'] as { readonly url: string };
    const requestId = params['requestId'];
    const isOurs = params['frameId'] !== this.targetId || this.programmaticUrls.delete(request.url);
    let isPrevented = false;
    const url = this.appUrl(request.url);
    if (!isOurs) {
      const preventDefault = () => {
        isPrevented = true;
      };
      const details = { url, isMainFrame: true, preventDefault };
      this.emit('will-frame-navigate', details);
      if (!isPrevented) this.emit('will-navigate', details, url);
    }
    if (isPrevented) this.options.control.tell({ event: 'navigation-blocked', url });
    const decision = isPrevented
      ? this.cdp('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : this.cdp('Fetch.continueRequest', { requestId });
    decision.catch((error: unknown) => {
      if (!this.destroyed) console.error(`Deciding about ${url} failed:`, error);
    });
  }

  private reportProblem(method: string, params: CdpEvent['params']): void {
    if (method === 'Runtime.exceptionThrown') {
      const details = params['exceptionDetails'] as {
        readonly text: string;
        readonly exception?: { readonly description?: string };
      };
      const message = details.exception?.description ?? details.text;
      this.options.control.tell({ event: 'problem', message });
    } else if (method === 'Runtime.consoleAPICalled' && params['type'] === 'error') {
      const values = params['args'] as readonly {
        readonly value?: unknown;
        readonly description?: string;
      }[];
      const message = values.map((value) => String(value.value ?? value.description)).join(' ');
      this.options.control.tell({ event: 'problem', message });
    } else if (method === 'Log.entryAdded') {
      const entry = params['entry'] as { readonly level: string; readonly text: string };
      if (entry.level === 'error') {
        this.options.control.tell({ event: 'problem', message: entry.text });
      }
    }
  }

  private appUrl(url: string): string {
    return toAppUrl(url, this.options.schemes());
  }
}
