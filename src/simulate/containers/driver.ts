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

/** What a driver makes below its folder at its first start: from then on that is not empty. */
const LAYERS = { aufs: 'diff', overlay2: 'l' } as const;

function layersOf(driver: keyof typeof LAYERS): string {
  return `/var/lib/docker/${driver}/${LAYERS[driver]}`;
}

/** The drivers that there is data of, among those that this docker knows. */
function priorDrivers(host: Host, knowsAufs: boolean): (keyof typeof LAYERS)[] {
  const known = knowsAufs ? (['aufs', 'overlay2'] as const) : (['overlay2'] as const);
  return known.filter(
    (driver) =>
      host.files.exists(layersOf(driver)) ||
      host.state.docker.images.some((image) => image.driver === driver),
  );
}

/**
 * Starts docker's daemon: it goes on with the driver that it finds data of. One that the kernel does
 * not have keeps it from starting, with "prior storage driver aufs failed: driver not supported"
 * (moby's graphdriver.New). docker 24.0 and on know no aufs at all: they do not even find its data,
 * take overlay2, and show none of its images. One that finds data of several drivers, and is told none,
 * refuses to choose.
 * Answers why it does not start, and nothing when it does.
 */
export function startDocker(host: Host): string | undefined {
  const { docker } = host.state;
  const version = dockerVersion(host);
  if (version === undefined) return 'there is no dockerd';
  const knowsAufs = satisfies(version, 'lt', '24');
  const configured = configuredDriver(host);
  const priors = priorDrivers(host, knowsAufs);
  if (configured === undefined && priors.length > 1) {
    return `/var/lib/docker contains several valid graphdrivers: ${priors.join(', ')}; please cleanup or explicitly choose storage driver (-s <DRIVER>)`;
  }
  const driver = configured ?? priors[0] ?? 'overlay2';
  if (driver === 'aufs' && !(knowsAufs && kernelHasAufs(host))) {
    return '[graphdriver] prior storage driver aufs failed: driver not supported';
  }
  docker.driver = driver;
  if (driver === 'aufs' || driver === 'overlay2') host.files.makeFolder(layersOf(driver));
  return undefined;
}
