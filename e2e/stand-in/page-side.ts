import { wireText } from './wire-text.ts';

/*
 * What runs inside Chromium. The preload runs in a world of its own, which sees the page's DOM but none of its
 * objects, as in Electron with context isolation. It speaks to the main process through a DevTools binding that exists
 * in that world only; `contextBridge` crosses to the page's world by DOM events that carry text.
 */

export const isolatedWorld = 'electron-preload';
export const bindingName = '__standInToMain';
export const receiverName = '__standInFromMain';

/** For the page's world: builds the objects that the preload exposes. */
export const pageWorldSource = `(() => {
  if (window !== window.top) return;
  ${wireText.source}
  let answer;
  window.addEventListener('stand-in:answer', (event) => { answer = decode(event.detail); });
  window.addEventListener('stand-in:expose', (event) => {
    const { name, values, functions } = decode(event.detail);
    if (name in window) return;
    const api = { ...values };
    for (const key of functions) {
      api[key] = (...args) => {
        answer = { error: 'The preload did not answer' };
        window.dispatchEvent(
          new CustomEvent('stand-in:call', { detail: encode({ name, key, args }) }),
        );
        if (answer.error !== undefined) throw new Error(answer.error);
        return answer.value;
      };
    }
    Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true });
  });
  window.dispatchEvent(new CustomEvent('stand-in:ready'));
})();`;

/** For the isolated world: `require('electron')` as a sandboxed preload has it, then the preload itself. */
export function isolatedWorldSource(preload: string): string {
  return `(() => {
  if (window !== window.top) return;
  ${wireText.source}
  const strict = (name, members) => new Proxy(members, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target) return target[key];
      throw new Error('The stand-in for Electron has no ' + name + '.' + key);
    },
  });
  const send = (message) => globalThis[${JSON.stringify(bindingName)}](encode(message));

  const listeners = new Map();
  const ipcRenderer = strict('ipcRenderer', {
    send: (channel, ...args) => send({ kind: 'ipc', channel, args }),
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
  });

  const ports = new Map();
  const openPort = (number) => {
    const { port1, port2 } = new MessageChannel();
    ports.set(number, port2);
    port2.addEventListener('message', (event) => {
      send({ kind: 'port-message', port: number, data: event.data });
    });
    port2.addEventListener('close', () => {
      if (ports.delete(number)) send({ kind: 'port-close', port: number });
    });
    port2.start();
    return port1;
  };
  globalThis[${JSON.stringify(receiverName)}] = (text) => {
    const message = decode(text);
    if (message.kind === 'port-message') ports.get(message.port)?.postMessage(message.data);
    if (message.kind === 'port-close') {
      const port = ports.get(message.port);
      ports.delete(message.port);
      port?.close();
    }
    if (message.kind === 'ipc') {
      const event = { ports: message.ports.map(openPort) };
      for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.args);
    }
  };

  const exposed = [];
  const expose = (entry) => {
    window.dispatchEvent(new CustomEvent('stand-in:expose', { detail: encode(entry) }));
  };
  const apis = new Map();
  const contextBridge = strict('contextBridge', {
    exposeInMainWorld: (name, api) => {
      const functions = Object.keys(api).filter((key) => typeof api[key] === 'function');
      const values = Object.fromEntries(
        Object.entries(api).filter(([key]) => !functions.includes(key)),
      );
      apis.set(name, api);
      exposed.push({ name, values, functions });
      expose({ name, values, functions });
    },
  });
  window.addEventListener('stand-in:ready', () => exposed.forEach(expose));
  window.addEventListener('stand-in:call', (event) => {
    const { name, key, args } = decode(event.detail);
    let answer;
    try {
      answer = { value: apis.get(name)[key](...args) };
    } catch (error) {
      answer = { error: String(error) };
    }
    window.dispatchEvent(new CustomEvent('stand-in:answer', { detail: encode(answer) }));
  });

  const require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') {
      return strict('electron', { contextBridge, ipcRenderer });
    }
    throw new Error('module not found: ' + name);
  };
  try {
    const module = { exports: {} };
    (function (require, module, exports) {
${preload}
    })(require, module, module.exports);
  } catch (error) {
    console.error('Unable to load preload script: ' + error);
    send({ kind: 'preload-error', message: String(error) });
  }
})();`;
}
