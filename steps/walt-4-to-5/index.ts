import { procedure, reboot, requires, url } from 'stepwright';
import { migrate } from './migrate.ts';
import { prepare } from './prepare.ts';
import { takeDown, upgrade } from './upgrade.ts';
import {
  backupDir,
  debianMirror,
  dockerRepository,
  getPip,
  kubicRepository,
  parameters,
  securityMirror,
  UNREADY,
} from './values.ts';

export default procedure({
  id: 'walt-4-to-5',
  title: 'WalT server, version 4 to 5',
  summary:
    'For the administrator of a WalT server of version 4 on Debian 9 (stretch). It brings the ' +
    'server to version 5 on Debian 10 (buster): the distribution, the PostgreSQL cluster with ' +
    'the database of WalT, WalT itself, and the images of the nodes, which move from docker to ' +
    'podman. Have a console of the machine at hand, and let it not be needed for some hours.',
  from: { release: 'stretch', name: 'Debian 9' },
  to: { release: 'buster', name: 'Debian 10' },
  architecture: 'amd64',
  takes: {
    total: 150,
    downtime: 120,
    basis:
      'a server with about ten images, a disk that writes 100 MB in a second and a line of ' +
      '50 Mbit/s; each further image takes some minutes more',
  },
  parameters,
  requires: [
    requires.unit({ unit: 'walt-server' }),
    requires.packagesInOrder(),
    requires.noPins(),
    requires.lasting({ path: backupDir }),
    requires.clusters({ clusters: ['main'], versions: ['9.6', '11'] }),
    requires.holds({
      check: `found=$(psql --no-psqlrc --no-password --quiet --tuples-only --no-align --dbname walt \\
  --command '${UNREADY}' 2>/dev/null) || return 0
[[ -z $found ]]`,
      refusal: 'WalT has images that are not ready, which its new version would forget',
      remedy:
        "wait until they are, or remove them by walt image; see: psql walt -c 'select * from images where not ready'",
    }),
    requires.space({ path: '/usr', mebibytes: 3000, purpose: 'the new release' }),
    requires.space({ path: '/var', mebibytes: 3000, purpose: 'packages and the new database' }),
    requires.space({ path: '/boot', mebibytes: 150, purpose: 'the new kernel' }),
    requires.space({ path: backupDir, mebibytes: 500, purpose: 'the copies' }),
    requires.reachable({ url: url(debianMirror, 'dists', 'buster', 'Release') }),
    requires.reachable({ url: url(securityMirror, 'dists', 'buster', 'updates', 'Release') }),
    requires.reachable({ url: url(dockerRepository, 'dists', 'buster', 'Release') }),
    requires.reachable({ url: url(kubicRepository, 'Release') }),
    requires.reachable({ url: getPip }),
  ],
  steps: [
    prepare,
    takeDown,
    upgrade,
    reboot({
      id: 'rebooted',
      why: 'WalT 5 mounts images in a way that needs the kernel of Debian 10',
      release: 'buster',
      releaseName: 'Debian 10',
      kernel: '4.16',
    }),
    migrate,
  ],
});
