import { contentAt, type Host } from 'stepwright/simulate';
import type { Upgrade } from '../upgrade.ts';
import { typed } from './servers.ts';

const QUIETLY =
  'DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';

/** What an administrator types who follows the release notes, a line a moment at which to stop. */
export function page({ from, to }: Upgrade): readonly string[] {
  const [old, fresh] = [from.postgres, to.postgres];
  return [
    'systemctl stop app',
    'runuser -u postgres -- pg_dump -Fc app >/root/app.dump',
    `sed -i -e 's/${from.codename}/${to.codename}/g' /etc/apt/sources.list`,
    'apt-get -q update',
    `${QUIETLY} upgrade`,
    `${QUIETLY} full-upgrade`,
    // Only bookworm's own packages make a second cluster beside the first.
    `! pg_lsclusters -h | grep -q '^${fresh} ' || pg_dropcluster --stop ${fresh} main`,
    `pg_upgradecluster -v ${fresh} ${old} main`,
    `pg_dropcluster ${old} main`,
  ];
}

/** How many of them are about packages, or come before these. */
const PACKAGES = 6;

/** The server as it is after the first `count` lines. @throws Error when one of them fails. */
export async function upgradedByHand(host: Host, upgrade: Upgrade, count: number): Promise<Host> {
  await typed(
    host,
    page(upgrade)
      .slice(0, count)
      .map((line) => `( ${line} )`)
      .join('\n'),
  );
  return host;
}

/**
 * The server after `everything`, or after all but what is done to its cluster, with a restart, and
 * with the service back.
 */
export async function rebootedByHand(
  host: Host,
  upgrade: Upgrade,
  after: 'packages' | 'everything',
): Promise<Host> {
  await upgradedByHand(host, upgrade, after === 'packages' ? PACKAGES : page(upgrade).length);
  host.boot();
  await typed(host, 'systemctl start app');
  return host;
}

/**
 * The server with its packages upgraded, and a new cluster beside the old one: empty, or with a
 * database `used` that the old one does not have.
 */
export async function withSuccessor(host: Host, upgrade: Upgrade, used?: string): Promise<Host> {
  const version = upgrade.to.postgres;
  await upgradedByHand(host, upgrade, PACKAGES);
  await typed(
    host,
    `pg_lsclusters -h | grep -q '^${version} ' || pg_createcluster ${version} main --start`,
  );
  if (used === undefined) return host;
  const data = contentAt(host, `/var/lib/postgresql/${version}/main`);
  if (data === undefined) throw new Error(`there is no cluster ${version}/main`);
  data.databases[used] = {
    owner: 'postgres',
    tables: { lines: { columns: ['id'], rows: [{ id: 1 }, { id: 2 }] } },
  };
  host.sync();
  return host;
}
