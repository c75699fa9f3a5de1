import { upgradeModel } from '../_debian/_host/model.ts';
import { upgrade } from './index.ts';

/** Debian 11 servers in the states in which they are found. */
export default upgradeModel(upgrade);
