import { afterAll, beforeAll, describe } from 'vitest';
import { installServer, makeWorld, powerOn } from '../../src/simulate/define.ts';
import type { Host } from '../../src/simulate/host.ts';
import type { Image } from '../../src/simulate/state.ts';
import { answersAs, type Row } from '../support/rows.ts';

const APP: Image = {
  name: 'maker/app:latest',
  id: 'a'.repeat(64),
  labels: { kind: 'app', level: '2' },
  driver: 'overlay2',
  megabytes: 12,
};
const OTHER: Image = { ...APP, name: 'other:1', id: 'b'.repeat(64), labels: {} };
/** Of a driver that docker does not use any more: it is there and not to be seen. */
const HIDDEN: Image = { ...APP, name: 'hidden:latest', id: 'c'.repeat(64), driver: 'devicemapper' };

let host: Host;

const ROWS: readonly Row[] = [
  ['docker frobnicate', 1, /'frobnicate' is not a docker command/],
  ['docker images --frobnicate', 125, /unknown flag: --frobnicate/],
  ['docker images --format', 125, /flag needs an argument: --format/],
  ["docker info --format '{{.Driver}} {{.Images}}'", 0, /^overlay2 2$/m],
  ["docker info --format '{{.Frobnicate}}'", 64, /template parsing error/],
  ["docker version --format '{{.Server.Version}}'", 0, /^20\.10\.24$/m],
  ["docker image ls --format '{{.Repository}}:{{.Tag}}'", 0, /^maker\/app:latest\nother:1\n$/],
  ["docker images --filter label=kind --format '{{.ID}}'", 0, /^a{12}\n$/],
  ['docker images --filter label=level=3 -q', 0, /^$/],
  ['docker images --filter frobnicate=x', 1, /Invalid filter 'frobnicate'/],
  ["docker image inspect --format '{{.Id}}' maker/app", 0, /^sha256:a{64}$/m],
  [
    "docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'",
    0,
    /^sha256:a{64} maker\/app:latest\n/,
  ],
  ['docker image inspect hidden', 1, /No such image: hidden/],
  ['docker save -o /srv/b.tar hidden', 1, /No such image: hidden/],
  ['docker save -o /srv/a.tar maker/app other:1 && tar -tf /srv/a.tar', 0, /manifest/],
  ['docker load -i /srv/none.tar', 1, /no such file or directory/],
  ['docker rmi none', 1, /No such image: none/],
  ['docker rmi other:1 && docker images -q', 0, /^a{12}\n$/],
  ['docker load -i /srv/a.tar && docker images -q', 0, /^Loaded image: maker\/app:latest\n/],
  ['head -c 700 /srv/a.tar >/srv/half.tar; docker load -i /srv/half.tar', 1, /EOF/],
  ['docker ps -q', 0, /^running\n$/],
  ["docker ps --all --format '{{.Names}} {{.Image}}'", 0, /^running other:1\nstopped other:1\n$/],
  // podman 1.6.4, which has its own store
  ['podman frobnicate', 125, /unrecognized command `podman frobnicate`/],
  ['podman images --frobnicate', 125, /unknown flag: --frobnicate/],
  ['podman image exists maker/app', 1, /^$/],
  ['podman image exists', 125, /one image at a time/],
  ['podman pull maker/app', 125, /unable to pull maker\/app/],
  ['podman pull docker-daemon:hidden:latest', 125, /No such image: hidden:latest/],
  [
    'podman pull docker-daemon:maker/app:latest && podman image exists docker.io/maker/app',
    0,
    /^$/,
  ],
  ["podman images --format '{{.Repository}}:{{.Tag}}'", 0, /^docker\.io\/maker\/app:latest\n$/],
  ["podman images --format '{{.Frobnicate}}'", 125, /does not know/],
  ['podman load -i /srv/a.tar', 0, /^Loaded image\(s\): localhost\/other:1$/m],
  ['podman load -i /srv/half.tar', 125, /EOF/],
  ['podman load -i /srv/none.tar', 125, /no such file or directory/],
  ['podman tag none there', 125, /unable to find 'none' in local storage/],
  ['podman tag maker/app localhost/there:1 && podman image exists there:1', 0, /^$/],
  ['podman rmi none', 1, /image not known/],
  ['podman rmi localhost/there:1; podman image exists there:1', 1, /^$/],
  // docker's daemon does not run.
  ['systemctl stop docker; docker images', 1, /Cannot connect to the Docker daemon/],
  ["docker info --format '{{.Driver}}'", 0, /^ERROR: Cannot connect[^\n]*\n\n$/],
  ['docker version', 1, /Cannot connect to the Docker daemon/],
  ['podman pull docker-daemon:maker/app', 125, /Cannot connect to the Docker daemon/],
];

beforeAll(async () => {
  host = installServer(makeWorld({ releases: ['buster'] }), 'buster');
  const { docker, packages, units } = host.state;
  for (const name of ['docker', 'podman']) host.files.link(`/usr/bin/${name}`, '/.model/shim');
  packages['docker-ce'] = { version: '5:20.10.24~3-0~debian-buster', status: 'installed' };
  packages['podman'] = { version: '1.6.4+dfsg1-1', status: 'installed' };
  units['docker.service'] = { enabled: true, active: 'inactive' };
  docker.images = [APP, OTHER, HIDDEN];
  docker.containers = [
    { name: 'running', image: 'other:1', running: true },
    { name: 'stopped', image: 'other:1', running: false },
  ];
  powerOn(host);
  const [first] = docker.containers;
  if (first !== undefined) first.running = true;
});
afterAll(() => host.dispose());

describe('containers', () => {
  answersAs(() => host, ROWS);
});
