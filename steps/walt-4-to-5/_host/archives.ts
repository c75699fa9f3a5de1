import { armor, type Archive, type ArchivePackage, type Host, type Key } from 'stepwright/simulate';

/** The keys that sign what is not Debian's own. */
export const DOCKER_KEY: Key = {
  fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
  user: 'Docker Release (CE deb) <docker@docker.com>',
};
export const KUBIC_KEY: Key = {
  fingerprint: '2472D6D0D2F66AF87ABA8DA34D64390375060AA4',
  user: 'devel:kubic OBS Project <devel:kubic@build.opensuse.org>',
};

export const DOCKER_BASE = 'https://download.docker.com/linux/debian';
export const KUBIC_BASE =
  'https://download.opensuse.org/repositories/devel:kubic:libcontainers:stable/Debian_10';

/** Removing docker keeps /var/lib/docker; purging it does not. */
function forgetImages(host: Host): void {
  host.state.docker.images = [];
}

const UNIT = { 'docker.service': { enabled: true, started: true } };

function engine(name: string, version: string, more: Partial<ArchivePackage> = {}): ArchivePackage {
  const others = ['docker-engine', 'docker.io', 'docker-ce'].filter((other) => other !== name);
  return {
    name,
    version,
    conflicts: others,
    units: UNIT,
    conffiles: { '/etc/default/docker': '# Docker defaults\n' },
    purged: forgetImages,
    ...more,
  };
}

/** Docker as a v4 server has it; its repository is long gone. */
export const DOCKER_ENGINE = engine('docker-engine', '17.05.0~ce-0~debian-stretch', {
  commands: ['/usr/bin/docker'],
});
/** Debian's own, from stretch-backports of the time. */
export const DOCKER_IO = engine('docker.io', '1.13.1~ds1-2', { commands: ['/usr/bin/docker'] });

/** docker-ce 24.0 knows no aufs; it is the newest there is for buster. */
const docker: Archive = {
  base: DOCKER_BASE,
  suite: 'buster',
  label: { suite: 'buster', codename: 'buster', origin: 'Docker' },
  components: {
    stable: [
      ...['5:20.10.24~3-0~debian-buster', '5:24.0.2-1~debian.10~buster'].flatMap((version) => [
        engine('docker-ce', version, { depends: ['docker-ce-cli', 'containerd.io'] }),
        { name: 'docker-ce-cli', version, commands: ['/usr/bin/docker'] },
      ]),
      { name: 'containerd.io', version: '1.6.21-1' },
    ],
  },
  signedBy: [DOCKER_KEY.fingerprint],
};

const kubic: Archive = {
  base: KUBIC_BASE,
  suite: '/',
  label: { suite: '', codename: '', origin: 'obs://build.opensuse.org/devel:kubic' },
  components: {
    '': [
      {
        name: 'podman',
        version: '2.2.1~2',
        commands: ['/usr/bin/podman'],
        depends: ['conmon', 'libseccomp2 (>= 2.4.1)'],
      },
      { name: 'buildah', version: '1.18.0~2', commands: ['/usr/bin/buildah'] },
      { name: 'conmon', version: '2.0.20~2' },
      { name: 'skopeo', version: '1.2.0~2', commands: ['/usr/bin/skopeo'] },
      { name: 'containernetworking-plugins', version: '0.8.7~2' },
    ],
  },
  signedBy: [KUBIC_KEY.fingerprint],
};

/** Old packages stand in an archive that no source can name, so that they are known where they are installed. */
const gone: Archive = {
  base: 'http://gone.example/docker',
  suite: 'debian-stretch',
  label: { suite: 'debian-stretch', codename: 'debian-stretch', origin: 'Docker' },
  components: { main: [DOCKER_ENGINE, DOCKER_IO] },
  signedBy: [],
};

export const archives: readonly Archive[] = [docker, kubic, gone];

export const backports: readonly ArchivePackage[] = [
  { name: 'libseccomp2', version: '2.4.4-1~bpo10+1' },
];

export const keyPages = {
  [`${DOCKER_BASE}/gpg`]: armor(DOCKER_KEY),
  [`${KUBIC_BASE}/Release.key`]: armor(KUBIC_KEY),
};
