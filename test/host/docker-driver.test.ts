import { afterEach, expect, test } from 'vitest';
import { startDocker } from '../../src/simulate/containers/driver.ts';
import { installServer, makeWorld } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';

let host: Host;

afterEach(() => host.dispose());

function serverWith(version: string): void {
  host = installServer(makeWorld({ releases: ['buster'] }), 'buster');
  const { docker, packages } = host.state;
  for (const name of ['aufs-dkms', 'linux-headers-amd64'])
    packages[name] = { version: '1', status: 'installed' };
  packages['docker-ce'] = { version, status: 'installed' };
  docker.images = [{ name: 'a:1', id: 'a'.repeat(64), labels: {}, driver: 'aufs', megabytes: 1 }];
}

test('docker goes on with the driver that it finds data of', () => {
  serverWith('5:20.10.24~3-0~debian-buster');
  expect(startDocker(host)).toBe(undefined);
  expect(host.state.docker.driver).toBe('aufs');
});

test('of several it has to be told one: what a newer docker has begun stays', () => {
  serverWith('5:24.0.2-1~debian.10~buster');
  expect(startDocker(host)).toBe(undefined);
  expect(host.state.docker.driver).toBe('overlay2');
  host.state.packages['docker-ce'] = {
    version: '5:20.10.24~3-0~debian-buster',
    status: 'installed',
  };
  expect(startDocker(host)).toMatch(/contains several valid graphdrivers: aufs, overlay2/);
  host.files.write('/etc/docker/daemon.json', '{"storage-driver": "aufs"}\n');
  expect(startDocker(host)).toBe(undefined);
  expect(host.state.docker.driver).toBe('aufs');
});
