import { upgradeModel } from '../_debian/_host/model.ts';
import { upgrade as elevenToTwelve } from '../debian-11-to-12/index.ts';
import { upgrade as twelveToThirteen } from '../debian-12-to-13/index.ts';

/** Debian 11 servers, and those on which the way to Debian 13 was begun. */
export default upgradeModel(elevenToTwelve, twelveToThirteen);
