import type { Release } from './upgrade.ts';

export const bullseye: Release = { codename: 'bullseye', name: 'Debian 11', postgres: '13' };
export const bookworm: Release = { codename: 'bookworm', name: 'Debian 12', postgres: '15' };
export const trixie: Release = { codename: 'trixie', name: 'Debian 13', postgres: '17' };
