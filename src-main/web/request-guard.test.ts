import { describe, expect, it } from 'vitest';
import { createRequestGuard } from './request-guard.ts';

describe('a host that listens to the network', () => {
  const guard = createRequestGuard({ host: '0.0.0.0', port: 4000 });

  it('answers under its addresses, which cannot be rebound, and under no other name', () => {
    const hosts = ['192.168.1.2:4000', '[fe80::1]:4000', 'localhost:4000', 'evil.example:4000'];
    expect(hosts.map((host) => guard.isHostAllowed(host))).toEqual([true, true, true, false]);
  });

  it('takes pages of the address they asked for only', () => {
    expect([
      guard.isOriginAllowed('http://192.168.1.2:4000', '192.168.1.2:4000'),
      guard.isOriginAllowed('http://192.168.1.3:4000', '192.168.1.2:4000'),
      guard.isOriginAllowed('http://192.168.1.2:5000', '192.168.1.2:4000'),
    ]).toEqual([true, false, false]);
  });
});

describe('a host on the port of http', () => {
  it('is named without a port, as browsers name it', () => {
    const guard = createRequestGuard({ host: '127.0.0.1', port: 80 });
    expect([
      guard.isHostAllowed('localhost'),
      guard.isOriginAllowed('http://127.0.0.1', '127.0.0.1'),
      guard.isHostAllowed('evil.local'),
      guard.isHostAllowed('192.168.1.2'),
      createRequestGuard({ host: '0.0.0.0', port: 80 }).isHostAllowed('192.168.1.2'),
    ]).toEqual([true, true, false, false, true]);
  });
});

describe('a host that listens under a name', () => {
  it('answers under that name', () => {
    const guard = createRequestGuard({ host: 'studio.local', port: 4000 });
    expect([
      guard.isHostAllowed('studio.local:4000'),
      guard.isHostAllowed('evil.local:4000'),
    ]).toEqual([true, false]);
  });
});
