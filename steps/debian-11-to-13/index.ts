import { continuedBy, prefixed, procedure } from 'stepwright';
import { parameters } from '../_debian/parameters.ts';
import { estimate, notOnI386, requirementsOf } from '../_debian/requirements.ts';
import type { Upgrade } from '../_debian/upgrade.ts';
import { steps as elevenToTwelve, upgrade as first } from '../debian-11-to-12/index.ts';
import { steps as twelveToThirteen, upgrade as second } from '../debian-12-to-13/index.ts';

/** What the second release needs is asked for at the start as well, as far as it can be told by then. */
const both: Upgrade = {
  ...first,
  // The kernel of the first is there yet when that of the second comes.
  bootSpace: first.bootSpace + second.bootSpace,
  requires: [...(first.requires ?? []), ...(second.requires ?? [])],
};

/** What is asked before the second way begins. Its clusters are waited for and looked at by the first one. */
const further = requirementsOf(second).filter(({ requires }) => requires !== 'clusters');

export default procedure({
  id: 'debian-11-to-13',
  title: 'Debian 11 to Debian 13, by way of Debian 12',
  summary:
    'For a Debian 11 server with PostgreSQL and one service that uses it. Debian knows no ' +
    'way past a release: the server becomes one of Debian 12, serves as such, and goes on to Debian ' +
    '13 when that is asked for.',
  from: { release: 'bullseye', name: 'Debian 11' },
  to: { release: 'trixie', name: 'Debian 13' },
  takes: { total: 120, downtime: 60, basis: estimate },
  parameters,
  requires: [notOnI386, ...requirementsOf(both)],
  steps: [
    continuedBy('to-13-suites-changed', prefixed('to-12', elevenToTwelve), {
      requires: further,
      first: 'to-13-packages-settled',
    }),
    prefixed('to-13', twelveToThirteen),
  ],
});
