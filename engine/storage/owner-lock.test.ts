import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { takeOwnerLock } from './owner-lock.ts';
import { isRunning, ownIdentity } from './process-identity.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-lock-'));
  folders.push(folder);
  return folder;
}

/** An identity that was real and is no more. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  const pid = child.pid;
  await new Promise((resolve) => child.once('exit', resolve));
  if (pid === undefined) throw new Error('the child did not start');
  return pid;
}

describe('the owner lock', () => {
  it('is had by one at a time and can be taken again after its release', () => {
    const folder = newFolder();
    const first = takeOwnerLock(folder, 'first');
    expect(() => takeOwnerLock(folder, 'second')).toThrow(`open in process ${process.pid}`);
    first.release();
    first.release();
    const third = takeOwnerLock(folder, 'third');
    expect(JSON.parse(readFileSync(join(folder, 'aurora.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      token: 'third',
    });
    third.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that died', async () => {
    const folder = newFolder();
    const dead = { ...ownIdentity(), pid: await deadProcess(), token: 'dead' };
    writeFileSync(join(folder, 'aurora.lock'), JSON.stringify(dead));
    const lock = takeOwnerLock(folder, 'heir');
    expect(readdirSync(folder)).toEqual(['aurora.lock']);
    lock.release();
  });

  it('is taken over when the one who was about to take it over died as well', async () => {
    const folder = newFolder();
    const pid = await deadProcess();
    const dead = { ...ownIdentity(), pid, token: 'dead' };
    writeFileSync(join(folder, 'aurora.lock'), JSON.stringify(dead));
    writeFileSync(join(folder, 'aurora.lock.dead'), JSON.stringify({ ...dead, token: 'claimant' }));
    const lock = takeOwnerLock(folder, 'heir');
    expect(readdirSync(folder)).toEqual(['aurora.lock']);
    lock.release();
  });

  it('is not taken over while another process is taking it over', async () => {
    const folder = newFolder();
    const dead = { ...ownIdentity(), pid: await deadProcess(), token: 'dead' };
    writeFileSync(join(folder, 'aurora.lock'), JSON.stringify(dead));
    writeFileSync(
      join(folder, 'aurora.lock.dead'),
      JSON.stringify({ ...ownIdentity(), token: 'claimant' }),
    );
    expect(() => takeOwnerLock(folder, 'late')).toThrow('open in process');
  });

  it.runIf(process.platform === 'linux')('tells a reused process id from its earlier owner', () => {
    const own = ownIdentity();
    expect([
      isRunning(own),
      isRunning({ ...own, startTime: '1' }),
      isRunning({ ...own, bootId: 'another boot' }),
    ]).toEqual([true, false, false]);
  });

  it('refuses to guess at a damaged lock', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'aurora.lock'), 'not json');
    expect(() => takeOwnerLock(folder, 'any')).toThrow('damaged');
  });
});
