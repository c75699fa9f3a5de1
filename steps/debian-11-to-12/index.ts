import { procedure } from 'stepwright';
import { parameters } from '../_debian/parameters.ts';
import { namesWithoutResolved } from '../_debian/bookworm.ts';
import { bookworm, bullseye } from '../_debian/releases.ts';
import { estimate, requirementsOf } from '../_debian/requirements.ts';
import { releaseUpgrade, type Upgrade } from '../_debian/upgrade.ts';

export const upgrade: Upgrade = {
  from: bullseye,
  to: bookworm,
  bootSpace: 150,
  requires: [namesWithoutResolved],
  // Firmware is a component of its own since Debian 12.
  components: { 'non-free': ['non-free', 'non-free-firmware'] },
};

/** The steps from Debian 11 to Debian 12, for this procedure and for longer ways. */
export const steps = releaseUpgrade(upgrade);

export default procedure({
  id: 'debian-11-to-12',
  title: 'Debian 11 to Debian 12',
  summary:
    'For a Debian 11 server with PostgreSQL and one service that uses it. Everything is ' +
    'saved and fetched while the service runs; it is down only while packages are installed and the ' +
    'clusters are upgraded to PostgreSQL 15.',
  from: { release: 'bullseye', name: 'Debian 11' },
  to: { release: 'bookworm', name: 'Debian 12' },
  takes: { total: 60, downtime: 30, basis: estimate },
  parameters,
  requires: requirementsOf(upgrade),
  steps: [steps],
});
