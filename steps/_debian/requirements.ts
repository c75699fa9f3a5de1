import { requires } from 'stepwright';
import { service } from './parameters.ts';

/** What has to hold before a Debian server is upgraded. */
export const requirements = [
  requires.packagesInOrder(),
  requires.noPins(),
  requires.unit({ unit: service }),
  requires.holds({
    check: "grep -qs '^Origin: Debian$' -- /var/lib/apt/lists/*Release",
    refusal:
      'apt has never fetched what its sources have: which are those of Debian cannot be told',
    remedy: 'run: apt-get update',
  }),
  requires.space({ path: '/usr', mebibytes: 1500, purpose: 'the new packages' }),
  requires.space({ path: '/var', mebibytes: 1000, purpose: 'the fetched packages' }),
];
