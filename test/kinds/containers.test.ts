import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { carried, containers, parameter } from '../../src/dsl/index.ts';
import { expectGoldenStep, runtimeOn, stepOn, temporaryHost, type Host } from '../support/kinds.ts';
import { flip, withStorages, type Storages } from '../support/storages.ts';

const images = carried.lines('images', 'the container images');
const driver = carried.identifier('driver', 'the storage driver');
const why = 'an image that is lost cannot be had again';
const QUERY = 'SELECT fullname FROM images WHERE ready';

const inventory = containers.inventoried({
  id: 'images-inventoried',
  why,
  into: images,
  label: 'walt.node.models',
  expected: { database: 'walt', query: QUERY },
});
const plainInventory = containers.inventoried({ id: 'images-inventoried', why, into: images });

function known(host: Host): string {
  return host.read('state/carried/images');
}

describe('containers.inventoried', () => {
  test('golden text', () => expectGoldenStep(inventory));

  const learns: [string, Storages, string][] = [
    [
      'docker is gone, and its images may still lie on the disk: the database names them',
      { podman: ['docker.io/a:1'], rows: ['a:1', 'away:1'] },
      'a:1\naway:1\n',
    ],
    ['docker alone names them', { docker: ['b:1', 'a:1'], rows: [] }, 'a:1\nb:1\n'],
    [
      'the label chooses, and the database adds what has no label',
      { docker: ['a:1', 'b:1', 'c:1'], labelled: ['a:1'], rows: ['b:1', 'a:1'] },
      'a:1\nb:1\n',
    ],
    [
      'a row without a tag means latest, behind a registry with a port too',
      { docker: ['w/a:latest', 'host:5000/b:latest'], labelled: [], rows: ['w/a', 'host:5000/b'] },
      'host:5000/b:latest\nw/a:latest\n',
    ],
    [
      'a row that podman has is not lost',
      { docker: ['a:1'], podman: ['docker.io/b:1'], rows: ['b:1'] },
      'a:1\nb:1\n',
    ],
    [
      'docker is gone, podman has everything',
      { podman: ['docker.io/a:1', 'docker.io/b:1'], rows: ['a:1', 'b:1'] },
      'a:1\nb:1\n',
    ],
    ['there are none', { docker: [], rows: [] }, ''],
    [
      'names that no shell may read',
      { docker: ['$(touch x):1', 'a b\'"*:1', '-rf:1'], rows: ['-rf:1'] },
      '$(touch x):1\n-rf:1\na b\'"*:1\n',
    ],
  ];
  test.each(learns)('%s', (_, storages, expected) => {
    const host = temporaryHost();
    withStorages(host, storages);
    const step = stepOn(host, inventory);
    const before = host.snapshot();
    expect(step.check().status).toBe(1);
    expect(host.snapshot()).toEqual(before);
    const { status, output } = step.apply();
    expect(output).not.toContain('FAILED');
    expect({ status, known: known(host) }).toEqual({ status: 0, known: expected });
    expect(step.check().status).toBe(0);
  });

  test('the query is one argument, and can only read', () => {
    const host = temporaryHost();
    withStorages(host, { docker: [], rows: [] });
    host.stub('psql', 'printf "%s" "$PGOPTIONS" >"$host/options"');
    stepOn(host, inventory).apply();
    expect(host.calls('psql')[0]?.args.slice(-3)).toEqual(['walt', '--command', QUERY]);
    expect(host.read('options')).toBe('-c default_transaction_read_only=on');
  });

  const refuses: [string, Storages, string | undefined, RegExp][] = [
    [
      'rows without an image, all of them named',
      { docker: ['a:1'], podman: [], rows: ['a:1', 'lost:1', '$(touch x)'] },
      undefined,
      /names 2 container images that neither docker nor podman has:\n {2}lost:1\n {2}\$\(touch x\):latest\n/,
    ],
    [
      'docker does not answer',
      { docker: ['a:1'], rows: [] },
      'docker-down',
      /docker does not answer/,
    ],
    [
      'the database does not answer',
      { docker: ['a:1'], rows: ['a:1'] },
      'psql-down',
      /database walt could not be asked/,
    ],
    [
      'podman does not answer',
      { docker: [], podman: [], rows: ['a:1'] },
      'podman-broken',
      /podman could not tell whether it has docker.io\/a:1/,
    ],
  ];
  test.each(refuses)('fails: %s', (_, storages, broken, message) => {
    const host = temporaryHost();
    withStorages(host, storages);
    if (broken !== undefined) flip(host, broken);
    const step = stepOn(host, inventory);
    const { status, output } = step.apply();
    expect(status).not.toBe(0);
    expect(`${output}`).toMatch(message);
    expect(existsSync(host.path('state/carried/images'))).toBe(false);
    expect(step.check().status).toBe(1);
  });

  test('fails where docker is gone and nothing else names images', () => {
    const host = temporaryHost();
    const { status, output } = stepOn(host, plainInventory).apply();
    expect(status).toBe(1);
    expect(output).toContain('docker is not installed: nothing tells which container images');
  });

  test('what was learnt stays: docker gone, silent or without its images', () => {
    const host = temporaryHost();
    withStorages(host, { docker: ['a:1', 'b:1'] });
    const step = stepOn(host, plainInventory);
    step.apply();
    host.write('docker-labelled', '');
    host.write('docker-images', '');
    expect(step.check().status).toBe(0);
    expect(step.apply().status).toBe(0);
    flip(host, 'docker-down');
    expect(step.check().status).toBe(0);
    expect(known(host)).toBe('a:1\nb:1\n');
  });

  test('an image that was made since is added, and one that was removed is not any more', () => {
    const host = temporaryHost();
    withStorages(host, { docker: ['b:1'] });
    const step = stepOn(host, plainInventory);
    step.apply();
    host.write('docker-images', 'a:1\n');
    expect(step.check().status).toBe(1);
    step.apply();
    expect(known(host)).toBe('a:1\n');
    expect(step.check().status).toBe(0);
  });

  test('its list, and that of what the database names, are made anew with the service stopped', async () => {
    const rows = carried.lines('rows', 'the images that the database names');
    const full = containers.inventoried({
      id: 'images-counted',
      why,
      into: images,
      label: 'walt.node.models',
      expected: {
        database: 'walt',
        query: QUERY,
        into: rows,
        pending: { query: 'SELECT fullname FROM images WHERE NOT ready', remedy: 'Wait.' },
      },
      room: {
        saved: '/var/backups/images',
        when: parameter.boolean('save', { default: 'yes', help: 'whether they are saved' }),
      },
    });
    await expectGoldenStep(full, 'containers.inventoried.rows');
    const host = temporaryHost();
    withStorages(host, { docker: ['w/a:1', 'w/b:1', 'mine:1'], rows: ['w/a:1', 'w/b:1'] });
    host.stub('psql', '[[ ${!#} != *NOT* ]] || exec cat -- "$host/pending"; cat -- "$host/rows"');
    host.write('pending', '');
    const step = stepOn(host, full, { save: 'yes' });
    expect(step.apply()).toMatchObject({ status: 0 });
    expect(host.read('state/carried/rows')).toBe('w/a:1\nw/b:1\n');
    expect(step.check().status).toBe(0);
    host.write('rows', 'w/a:1\n');
    host.write('docker-images', 'w/a:1\nmine:1\n');
    host.write('docker-labelled', 'w/a:1\nmine:1\n');
    expect(step.check().status).toBe(1);
    expect(step.apply().output).toContain('removed meanwhile, and off the list: w/b:1\n');
    expect(known(host)).toBe('mine:1\nw/a:1\n');
    expect(host.read('state/carried/rows')).toBe('w/a:1\n');
    expect(step.check().status).toBe(0);
    host.write('pending', 'w/new\n');
    expect(step.check().status).toBe(1);
    expect(step.apply().output).toContain(
      'database walt has container images that are not whole yet:\n  w/new\nWait.\n',
    );
  });
});

describe('containers.driverRecorded', () => {
  const recorded = containers.driverRecorded({ id: 'driver-recorded', why, into: driver });

  test('golden text', () => expectGoldenStep(recorded));

  test('learns it', () => {
    const host = temporaryHost();
    withStorages(host, { docker: [] });
    host.write('docker-driver', 'aufs\n');
    const step = stepOn(host, recorded);
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(host.read('state/carried/driver')).toBe('aufs\n');
    expect(step.check().status).toBe(0);
  });

  test('docker info that says nothing with status 0 is no answer', () => {
    const host = temporaryHost();
    withStorages(host, { docker: [] });
    flip(host, 'docker-down');
    const { status, output } = stepOn(host, recorded).apply();
    expect(status).toBe(1);
    expect(output).toContain('docker does not answer');
  });

  test('where docker is gone it is unknown', () => {
    const host = temporaryHost();
    expect(stepOn(host, recorded).apply().status).toBe(0);
    expect(host.read('state/carried/driver')).toBe('unknown\n');
  });
});

describe('containers.saved', () => {
  const to = parameter.path('backup-dir', { default: '/var/backups/walt', help: 'backups' });
  const saved = containers.saved({ id: 'images-saved', why, images, to });
  const names = ['w/a:1', '$(touch x) \'"*é:2', '-rf:3'];

  function prepared(list: readonly string[] = names, docker: readonly string[] = list) {
    const host = temporaryHost();
    withStorages(host, { docker });
    host.write('state/carried/images', list.map((name) => `${name}\n`).join(''));
    const directory = host.path('back up');
    const step = stepOn(host, saved, { images: list, backup_dir: directory });
    return { host, step, directory };
  }

  test('golden text', () => expectGoldenStep(saved));

  test('one checked file an image, under a name that no other image has', () => {
    const { host, step } = prepared();
    const before = host.snapshot();
    expect(step.check().status).toBe(1);
    expect(host.snapshot()).toEqual(before);
    const { status, output } = step.apply();
    expect(output).toContain('image 2 of 3: ');
    expect(status).toBe(0);
    expect(step.check().status).toBe(0);
    const files = Object.keys(host.snapshot()).filter((name) => name.startsWith('back up/'));
    expect(files).toEqual(
      ['%24%28touch%20x%29%20%27%22%2A%C3%A9%3A2.tar', '-rf%3A3.tar', 'w%2Fa%3A1.tar'].flatMap(
        (name) => [`back up/${name}`, `back up/${name}.sha256`],
      ),
    );
    expect(host.read('back up/w%2Fa%3A1.tar.sha256')).toMatch(
      /^# \d+ bytes: w\/a:1\n[0-9a-f]{64} {2}w%2Fa%3A1\.tar\n$/,
    );
    const verified = runtimeOn(
      host,
      'cd -- "$d" && sha256sum --check --strict --quiet -- *.sha256',
      {
        d: host.path('back up'),
      },
    );
    expect(verified).toEqual({ status: 0, output: '' });
    host.forgetCalls();
    expect(step.apply().status).toBe(0);
    expect(host.calls().map(({ args }) => args.slice(0, 2))).toEqual([['image', 'ls']]);
  });

  test('the dry run shows each file that is missing', () => {
    const { host, step, directory } = prepared(['w/a:1', 'b:1']);
    expect(step.plan()).toMatch(/docker save --output .*-- w\/a:1\n.*b:1/);
    step.apply();
    expect(step.plan()).toBe('');
    host.write('back up/b%3A1.tar', 'cut short');
    const { output } = runtimeOn(host, 'would_save_images "$d" w/a:1 b:1', { d: directory });
    expect(output.split('\n').length).toBe(2);
    expect(output).toContain('b%3A1.tar');
  });

  test('a file that was cut short is saved again, the others are not', () => {
    const { host, step } = prepared();
    step.apply();
    host.write('back up/-rf%3A3.tar', 'cut');
    host.forgetCalls();
    expect(step.check().status).toBe(1);
    expect(step.apply().status).toBe(0);
    expect(host.calls('docker').filter(({ args }) => args[0] === 'save').length).toBe(1);
    expect(step.check().status).toBe(0);
  });

  test('one call tells which image was changed under its name since', () => {
    const { host, step } = prepared(['a:1', 'b:1']);
    const withStorage = host.read('bin/docker');
    const ids = (a: string, b: string): void => {
      host.write('ids', `sha256:${a} a:1\nsha256:${b} b:1\n`);
    };
    host.write('ids', '');
    host.write(
      'bin/docker',
      withStorage.replace(
        "'image ls')\n",
        '\'image ls\')\n    [[ $* != *--no-trunc* ]] || exec cat -- "$host/ids"\n',
      ),
      0o755,
    );
    ids('11', '22');
    expect(step.apply().status).toBe(0);
    expect(host.read('back up/a%3A1.tar.sha256')).toContain(' bytes: a:1\n# image sha256:11\n');
    expect(step.check().status).toBe(0);
    ids('11', '33');
    host.forgetCalls();
    expect(step.check().status).toBe(1);
    expect(host.calls('docker')).toHaveLength(1);
    expect(step.plan()).toMatch(/^ *docker save --output .*b%3A1\.tar' -- b:1\n$/);
    expect(step.apply().output).toContain('image 1 of 1: b:1\n');
    expect(step.check().status).toBe(0);
    flip(host, 'docker-down');
    ids('44', '55');
    expect(step.check().status).toBe(0);
  });

  test('what docker cut short gets no name', () => {
    const { host, step } = prepared(['a:1']);
    flip(host, 'docker-cut');
    expect(step.apply().status).not.toBe(0);
    expect(existsSync(host.path('back up/a%3A1.tar'))).toBe(false);
    expect(step.check().status).toBe(1);
  });

  test('space is asked for before the first image', () => {
    const { host, step } = prepared();
    host.write('docker-size', '99999999999999\n');
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toMatch(
      /saving 3 container images in .* needs 314712524 MiB, and \d+ MiB are free/,
    );
    expect(host.calls('docker').some(({ args }) => args[0] === 'save')).toBe(false);
  });

  test('every image that docker lacks is named, and none is saved', () => {
    const { host, step } = prepared(['a:1', 'b:1', 'c:1'], ['a:1']);
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toMatch(/docker does not have 2 of .*\n {2}b:1\n {2}c:1\n/);
    expect(output).toContain(
      `not wanted any more: take its line out of ${host.path('state/carried/images')}; then run this script again.\n`,
    );
    expect(host.calls('docker').some(({ args }) => args[0] === 'save')).toBe(false);
  });

  test('a list that was not learnt yet is not an empty one', () => {
    const host = temporaryHost();
    const step = stepOn(host, saved, { images: [], backup_dir: '/nowhere' });
    expect(step.check().status).toBe(2);
    expect(step.plan()).toContain('save every container image as a file in /nowhere');
  });
});
