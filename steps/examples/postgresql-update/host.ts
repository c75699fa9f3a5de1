import {
  contentAt,
  defineHost,
  installServer,
  listClusters,
  makeWorld,
  powerOn,
  type ArchivePackage,
  type Host,
  type World,
} from 'stepwright/simulate';

/** The minor version that is due. Its server was restarted by its package: it runs at the end. */
const UPDATE: ArchivePackage = {
  name: 'postgresql-15',
  version: '15.14-0+deb12u2',
  depends: ['postgresql-common', 'postgresql-client-15'],
};

const world = makeWorld({ releases: ['bookworm'], packages: { bookworm: [UPDATE] } });
const ORDERS = Array.from({ length: 30 }, (_, id) => ({ id, item: `item ${id}` }));

function shopServer(known: World): Host {
  const host = installServer(known, 'bookworm');
  const data = contentAt(host, '/var/lib/postgresql/15/main');
  data?.roles.push('shop');
  if (data !== undefined) {
    data.databases['shop'] = {
      owner: 'shop',
      tables: { orders: { columns: ['id', 'item'], rows: ORDERS } },
    };
  }
  host.state.units['shop.service'] = { enabled: true, active: 'inactive' };
  return powerOn(host);
}

/** The orders that any cluster has. */
function ordersOf(host: Host): string[] {
  return listClusters(host).flatMap(({ content }) =>
    (content?.databases['shop']?.tables['orders']?.rows ?? []).map(({ item }) => String(item)),
  );
}

/** Servers of Debian 12 with PostgreSQL 15 and a shop. */
export default defineHost({
  world,
  states: { healthy: { title: 'a shop on PostgreSQL 15', make: shopServer } },
  target: (host) => [
    ...(host.state.packages['postgresql-15']?.version === UPDATE.version ? [] : ['not updated']),
    ...(ordersOf(host).length === ORDERS.length ? [] : ['orders are missing']),
    ...(host.state.units['shop.service']?.active === 'active' ? [] : ['the shop does not run']),
    ...(host.files.exists('/var/backups/postgresql-update/shop.dump') ? [] : ['nothing is saved']),
  ],
  precious: ordersOf,
});
