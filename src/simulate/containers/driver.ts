import { satisfies } from '../debian/version.ts';
import type { Host } from '../host.ts';

const ENGINES = ['docker-ce', 'docker.io', 'docker-engine'];

/** The upstream version of the docker that is installed: `20.10.24` of `5:20.10.24~3-0~debian-buster`. */
export function dockerVersion(host: Host): string | undefined {
  const engine = ENGINES.find((name) => host.state.packages[name]?.status === 'installed');
  const version = engine === undefined ? undefined : host.state.packages[engine]?.version;
  return version?.replace(/^\d+:/, '').replace(/[~+-].*$/, '');
}

/** The kernel has aufs: Debian's own up to 4.9 (stretch); a later one with aufs-dkms and its headers. */
function kernelHasAufs({ state }: Host): boolean {
  if (satisfies(state.boot.kernel, 'lt', '4.10')) return true;
  return ['aufs-dkms', 'linux-headers-amd64'].every(
    (name) => state.packages[name]?.status === 'installed',
  );
}

/** The driver that `/etc/docker/daemon.json` names. */
function configuredDriver(host: Host): string | undefined {
  return /"storage-driver"\s*:\s*"([^"]+)"/.exec(
    host.files.text('/etc/docker/daemon.json') ?? '',
  )?.[1];
}

/**
 * Starts docker's daemon: it goes on with the driver that it finds data of. One that the kernel does
 * not have keeps it from starting, with "prior storage driver aufs failed: driver not supported"
 * (moby's graphdriver.New). docker 24.0 and on know no aufs at all: they do not even find its data,
 * take overlay2, and show none of its images.
 * Answers why it does not start, and nothing when it does.
 */
export function startDocker(host: Host): string | undefined {
  const { docker } = host.state;
  const version = dockerVersion(host);
  if (version === undefined) return 'there is no dockerd';
  const knowsAufs = satisfies(version, 'lt', '24');
  const configured = configuredDriver(host);
  const prior =
    docker.images.some((image) => image.driver === 'aufs') && knowsAufs ? 'aufs' : undefined;
  const driver = configured ?? prior ?? 'overlay2';
  if (driver === 'aufs' && !(knowsAufs && kernelHasAufs(host))) {
    return '[graphdriver] prior storage driver aufs failed: driver not supported';
  }
  docker.driver = driver;
  return undefined;
}
