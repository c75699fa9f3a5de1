import { existsSync, readdirSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { carried, containers, parameter } from '../../src/dsl/index.ts';
import type { StepInput } from '../../src/model/step.ts';
import { expectGoldenStep, runtimeOn, stepOn, temporaryHost, type Host } from '../support/kinds.ts';
import { flip, withStorages, type Storages } from '../support/storages.ts';

const images = carried.lines('images', 'the container images');
const driver = carried.identifier('driver', 'the storage driver');
const from = parameter.path('backup-dir', { default: '/var/backups/walt', help: 'backups' });
const about = { id: 'images-present', why: 'the daemon forgets images that it does not find' };

type Storage = 'docker' | 'podman' | 'docker-or-podman';

function present(storage: Storage): StepInput {
  return containers.present({ ...about, images, storage, from, driver });
}

function prepared(storage: Storage, list: readonly string[], storages: Storages) {
  const host = temporaryHost();
  withStorages(host, storages);
  host.write('state/carried/images', list.map((name) => `${name}\n`).join(''));
  const variables = { images: list, backup_dir: host.path('back up'), driver: 'aufs' };
  return { host, step: stepOn(host, present(storage), variables) };
}

/** Files of the images of `list`, as containers.saved makes them; docker has what it had before. */
function save(host: Host, list: readonly string[]): void {
  const had = existsSync(host.path('docker-images')) ? host.read('docker-images') : undefined;
  const podman = existsSync(host.path('bin/podman'));
  if (podman) renameSync(host.path('bin/podman'), host.path('podman-away'));
  withStorages(host, { docker: list });
  const { status } = runtimeOn(
    host,
    'exec 8>/dev/null; f() { save_images "$d" "${l[@]}"; }; sw_apply f; exit "$sw_status"',
    { d: host.path('back up'), l: list },
  );
  expect(status).toBe(0);
  if (podman) renameSync(host.path('podman-away'), host.path('bin/podman'));
  host.write('docker-images', had ?? '');
}

test('golden texts', async () => {
  await expectGoldenStep(present('docker-or-podman'));
  await expectGoldenStep(
    containers.present({ ...about, images, storage: 'podman', prefix: '' }),
    'containers.present-plain',
  );
});

describe('its check', () => {
  const answers: [string, Storage, Storages, string | undefined, number][] = [
    ['docker has all', 'docker', { docker: ['a:1', 'b:1', 'c:1'] }, undefined, 0],
    ['docker lacks one', 'docker', { docker: ['a:1', 'b:10'] }, undefined, 1],
    ['docker is silent', 'docker', { docker: ['a:1', 'b:1'] }, 'docker-down', 2],
    ['docker is not installed', 'docker', {}, undefined, 1],
    ['podman has all', 'podman', { podman: ['docker.io/a:1', 'docker.io/b:1'] }, undefined, 0],
    [
      'podman has one elsewhere',
      'podman',
      { podman: ['docker.io/a:1', 'localhost/b:1'] },
      undefined,
      1,
    ],
    ['podman is in trouble', 'podman', { podman: [] }, 'podman-broken', 2],
    ['podman is not installed', 'podman', {}, undefined, 2],
    [
      'each has one',
      'docker-or-podman',
      { docker: ['a:1'], podman: ['docker.io/b:1'] },
      undefined,
      0,
    ],
    ['neither has one', 'docker-or-podman', { docker: ['a:1'], podman: [] }, undefined, 1],
    ['docker alone has all', 'docker-or-podman', { docker: ['a:1', 'b:1'] }, undefined, 0],
    [
      'docker is silent, but podman has all',
      'docker-or-podman',
      { docker: [], podman: ['docker.io/a:1', 'docker.io/b:1'] },
      'docker-down',
      0,
    ],
    [
      'docker is silent, and podman lacks one, which may be loaded there',
      'docker-or-podman',
      { docker: ['b:1'], podman: ['docker.io/a:1'] },
      'docker-down',
      1,
    ],
    [
      'podman is in trouble, and docker lacks one',
      'docker-or-podman',
      { docker: ['b:1'], podman: ['docker.io/a:1'] },
      'podman-broken',
      2,
    ],
    ['docker is gone, and podman lacks one', 'docker-or-podman', { podman: [] }, undefined, 1],
  ];
  test.each(answers)('%s', (_, storage, storages, broken, status) => {
    const { host, step } = prepared(storage, ['a:1', 'b:1'], storages);
    if (broken !== undefined) flip(host, broken);
    const before = host.snapshot();
    expect(step.check().status).toBe(status);
    expect(host.snapshot()).toEqual(before);
  });

  test('names that no shell may read', () => {
    const list = ['$(touch x):1', 'a b\'"*:1', '-rf:1', '[a-z]:1'];
    const docker = prepared('docker', list, { docker: list });
    expect(docker.step.check().status).toBe(0);
    const podman = prepared('podman', list, { podman: list.map((name) => `docker.io/${name}`) });
    expect(podman.step.check().status).toBe(0);
    expect(podman.host.calls('podman').map(({ args }) => args.at(-1))).toEqual(
      list.map((name) => `docker.io/${name}`),
    );
    const globbed = prepared('docker', ['[a-z]:1', '*'], { docker: ['b:1'] });
    expect(globbed.step.check().status).toBe(1);
  });

  test('cannot tell before the list was learnt', () => {
    const host = temporaryHost();
    withStorages(host, { docker: [] });
    const variables = { images: [], backup_dir: '/nowhere', driver: '' };
    const step = stepOn(host, present('docker'), variables);
    expect(step.check().status).toBe(2);
    expect(step.plan()).toContain('load what docker lacks from /nowhere');
  });
});

describe('what is missing', () => {
  test('is loaded into docker from its saved file', () => {
    const list = ['w/a:1', '$(touch x):2', 'c:3'];
    const { host, step } = prepared('docker', list, { docker: ['c:3'] });
    save(host, list);
    host.write('docker-images', 'c:3\n');
    expect(step.check().status).toBe(1);
    expect(step.plan()).toMatch(/^ +docker load --input .*\n.*load.*\n$/);
    host.forgetCalls();
    const { status, output } = step.apply();
    expect(output).toContain('image 2 of 2: $(touch x):2\n');
    expect(status).toBe(0);
    expect(host.calls('docker').filter(({ args }) => args[0] === 'load').length).toBe(2);
    expect(step.check().status).toBe(0);
  });

  test.each(['docker.io/', 'localhost/'])('is loaded into podman, which names it %s', (name) => {
    const { host, step } = prepared('podman', ['w/a:1'], { docker: [], podman: [] });
    save(host, ['w/a:1']);
    host.write('podman-prefix', name);
    expect(step.plan()).toMatch(/podman load --input/);
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('is all named with the way out, and nothing is loaded', () => {
    const list = ['a:1', 'b:1', 'c:1'];
    const { host, step } = prepared('docker-or-podman', list, {
      docker: [],
      podman: ['docker.io/a:1'],
    });
    save(host, ['b:1']);
    expect(step.plan()).toMatch(/stop: docker or podman lacks c:1/);
    host.forgetCalls();
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain(
      'docker or podman lacks 1 of 3 container images that were there before the upgrade:\n  c:1\n',
    );
    expect(output).toContain('The storage driver of docker was aufs, and is overlay2 now.');
    expect(output).toContain("'docker-ce-cli=5:20.10*' aufs-dkms linux-headers-amd64");
    expect(output).toContain('docker load --input FILE');
    expect(host.calls().some(({ args }) => args[0] === 'load')).toBe(false);
  });

  test('goes into podman where docker does not start', async () => {
    const woken = containers.present({
      ...about,
      images,
      storage: 'docker-or-podman',
      from,
      driver,
      unit: 'docker',
    });
    await expectGoldenStep(woken, 'containers.present-woken');
    const host = temporaryHost();
    host.stub('systemctl', 'exit 1');
    withStorages(host, { docker: ['a:1', 'b:1'], podman: ['docker.io/a:1'] });
    save(host, ['a:1', 'b:1']);
    host.write('state/carried/images', 'a:1\nb:1\n');
    flip(host, 'docker-down');
    const step = stepOn(host, woken, {
      images: ['a:1', 'b:1'],
      backup_dir: host.path('back up'),
      driver: 'aufs',
    });
    expect(step.check().status).toBe(1);
    const { status, output } = step.apply();
    expect(output).toContain(
      'docker does not answer: what was saved is loaded into podman at once\n',
    );
    expect(output).toContain('image 1 of 1: b:1\n');
    expect(status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('is not loaded from a file that is no longer what was saved', () => {
    const { host, step } = prepared('docker', ['a:1'], { docker: [] });
    save(host, ['a:1']);
    const [file = ''] = readdirSync(host.path('back up'));
    const content = host.read(`back up/${file}`);
    host.write(`back up/${file}`, `x${content.slice(1)}`);
    expect(step.plan()).toContain('load');
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('is not what was saved');
    expect(host.calls('docker').some(({ args }) => args[0] === 'load')).toBe(false);
  });
});
