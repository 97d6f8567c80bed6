import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { killChromium } from '../stand-in/chromium.ts';
import type { StandInCommand, StandInEvent, StandInReply } from '../stand-in/control.ts';
import { startProcess } from './host-process.ts';
import type { LaunchOptions, Studio } from './studio.ts';

type OpenedWindow = Extract<StandInEvent, { event: 'window' }>;

/** The studio in the stand-in for Electron, with what only the stand-in can tell and do. */
export interface StandInStudio extends Studio {
  readonly host: 'stand-in';
  readonly events: readonly StandInEvent[];
  command(command: StandInCommand): Promise<unknown>;
}

/** Starts the built main process with `electron` answered by the stand-in, and connects to the Chromium it drives. */
export async function launchStandIn(options: Required<LaunchOptions>): Promise<StandInStudio> {
  const { args, dataFolder, bundle } = options;
  const register = new URL('../stand-in/register.ts', import.meta.url).href;
  const main = join(bundle, 'main/index.js');
  const host = startProcess(['--import', register, main, '--data', dataFolder, ...args], {
    ipc: true,
  });
  const { child } = host;
  const events: StandInEvent[] = [];
  const problems: string[] = [];
  const replies = new Map<number, (reply: StandInReply) => void>();
  child.on('message', (message: StandInEvent | StandInReply) => {
    if ('reply' in message) {
      replies.get(message.reply)?.(message);
      return;
    }
    events.push(message);
    if (message.event === 'problem') problems.push(message.message);
    child.emit('told');
  });
  const opened = await new Promise<OpenedWindow>((resolve, reject) => {
    child.on('told', () => {
      const found = events.find((event) => event.event === 'window');
      if (found) resolve(found);
    });
    child.on('close', () => reject(new Error(`The stand-in ended:\n${host.output()}`)));
  });
  const browser = await chromium.connectOverCDP(opened.endpoint);
  const page = await findPage(browser.contexts()[0]?.pages() ?? [], opened.targetId);
  let nextCommand = 1;
  const command = (wanted: StandInCommand) =>
    new Promise<unknown>((resolve, reject) => {
      const id = nextCommand++;
      replies.set(id, (reply) => {
        if (reply.error === undefined) resolve(reply.value);
        else reject(new Error(reply.error));
      });
      child.send({ id, ...wanted });
    });
  return {
    host: 'stand-in',
    page,
    dataFolder,
    problems,
    events,
    output: host.output,
    command,
    clickMenu: async (...path) => {
      await command({ command: 'click-menu', path });
    },
    close: async () => {
      if (child.connected) child.send({ id: nextCommand++, command: 'quit' });
      const code = await host.ended();
      await browser.close();
      await endBrowser(opened);
      return code;
    },
    kill: async () => {
      await host.kill();
      await browser.close();
      await endBrowser(opened);
    },
  };
}

/** A main process that quits takes its Chromium along; one that was killed cannot. */
async function endBrowser({ browserPid, profile }: OpenedWindow): Promise<void> {
  killChromium(browserPid);
  await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

async function findPage(pages: readonly Page[], targetId: string): Promise<Page> {
  for (const page of pages) {
    const session = await page.context().newCDPSession(page);
    const { targetInfo } = await session.send('Target.getTargetInfo');
    await session.detach();
    if (targetInfo.targetId === targetId) return page;
  }
  throw new Error('The window of the stand-in is not among the pages of its browser');
}
