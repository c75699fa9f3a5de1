import { procedure } from 'stepwright';
import { parameters } from '../_debian/parameters.ts';
import { bookworm, trixie } from '../_debian/releases.ts';
import { estimate, notOnI386, requirementsOf } from '../_debian/requirements.ts';
import { startsEncrypted, sysctlKept } from '../_debian/trixie.ts';
import { releaseUpgrade, type Upgrade } from '../_debian/upgrade.ts';

export const upgrade: Upgrade = {
  from: bookworm,
  to: trixie,
  bootSpace: 300,
  requires: startsEncrypted,
  prepares: [sysctlKept],
};

/** The steps from Debian 12 to Debian 13, for this procedure and for longer ways. */
export const steps = releaseUpgrade(upgrade);

export default procedure({
  id: 'debian-12-to-13',
  title: 'Debian 12 to Debian 13',
  summary:
    'For a Debian 12 server with PostgreSQL and one service that uses it. Everything is ' +
    'saved and fetched while the service runs; it is down only while packages are installed and the ' +
    'clusters are upgraded to PostgreSQL 17.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'trixie', name: 'Debian 13' },
  takes: { total: 60, downtime: 30, basis: estimate },
  parameters,
  requires: [notOnI386, ...requirementsOf(upgrade)],
  steps: [steps],
});
