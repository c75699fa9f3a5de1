import { aptPackages } from './apt-packages.ts';
import { aptSources } from './apt-sources.ts';
import { aptUpgrades } from './apt-upgrades.ts';

/** Debian packages and where they come from. */
export const apt = { ...aptSources, ...aptUpgrades, ...aptPackages };
