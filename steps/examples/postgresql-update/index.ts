import { apt, parameter, postgres, procedure, requires, service } from 'stepwright';

const unit = parameter.identifier('service', {
  default: 'shop.service',
  help: 'the unit that uses the database: stopped for the update, and started after it',
});

const databases = parameter.identifiers('databases', {
  default: 'shop',
  help: 'the databases that are saved, and have to answer afterwards',
});

const version = parameter.version('server-version', {
  default: '15.14-0+deb12u2',
  help: 'the oldest version of postgresql-15 that will do',
});

const backups = parameter.path('backup-dir', {
  default: '/var/backups/postgresql-update',
  help: 'where the databases are saved',
});

export default procedure({
  id: 'postgresql-update',
  title: 'PostgreSQL 15, its newest minor version',
  summary:
    'For a Debian 12 server with a PostgreSQL 15 cluster and one service that uses it. The ' +
    'databases are saved, the server is updated within its major version, and the service is ' +
    'down only meanwhile.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  takes: { total: 20, downtime: 10, basis: 'databases of some gigabytes' },
  parameters: [unit, databases, version, backups],
  requires: [
    requires.unit({ unit }),
    requires.packagesInOrder(),
    requires.space({ path: backups, mebibytes: 2000, purpose: 'the saved databases' }),
  ],
  steps: [
    apt.indexes({
      id: 'indexes-fetched',
      why: 'apt has to know of the update',
      suite: 'bookworm',
    }),
    service.stopped({
      id: 'service-stopped',
      why: 'what it writes from here on would be in no saved database',
      unit,
      until: 'server-updated',
      undo: 'start it again',
    }),
    postgres.dumps({
      id: 'databases-saved',
      why: 'minor versions have mended faults that had damaged indexes',
      databases,
      to: backups,
      version: '15',
      until: 'server-updated',
    }),
    apt.installed({
      id: 'server-updated',
      why: 'older minor versions have faults that lose data',
      packages: ['postgresql-15'],
      minimumVersion: version,
    }),
    postgres.answering({
      id: 'databases-answer',
      why: 'the service needs them',
      version: '15',
      databases,
    }),
    service.started({
      id: 'service-started',
      why: 'it is what the machine is for',
      unit,
    }),
  ],
});
