import type { Release } from './upgrade.ts';

export const bullseye: Release = { codename: 'bullseye', name: 'Debian 11', postgres: '13' };
export const bookworm: Release = { codename: 'bookworm', name: 'Debian 12', postgres: '15' };
export const trixie: Release = {
  codename: 'trixie',
  name: 'Debian 13',
  postgres: '17',
  further: {
    packages: ['tzdata-legacy'],
    why: 'the settings of a cluster or of a role may have an old name of a time zone, such as US/Eastern, which only tzdata-legacy has now',
  },
};
