import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = '/usr/lib/postgresql';

/** The programs of the newest PostgreSQL of this machine; nothing when there is none, or no user to run it. */
export function serverPrograms(): string | undefined {
  if (!existsSync(PROGRAMS)) return undefined;
  const version = readdirSync(PROGRAMS)
    .filter((name) => existsSync(join(PROGRAMS, name, 'bin/initdb')))
    .toSorted((a, b) => Number(a) - Number(b))
    .at(-1);
  if (version === undefined || (process.getuid?.() === 0 && !hasOwner())) return undefined;
  return join(PROGRAMS, version, 'bin');
}

function hasOwner(): boolean {
  try {
    execFileSync('id', ['postgres'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A PostgreSQL of this machine, for a test alone. */
export interface PostgresServer {
  /** Runs SQL in a database, and stops at what fails. */
  sql(database: string, text: string): string;
  /** Copies a database into another one, as pg_upgradecluster does. */
  copy(from: string, to: string): void;
  stop(): void;
}

/** Starts a new cluster by these programs, without any port of this machine. */
export function startPostgres(programs: string): PostgresServer {
  const root = process.getuid?.() === 0;
  const as = (name: string, args: readonly string[], input?: string): string => {
    const words = [...(root ? ['runuser', '-u', 'postgres', '--'] : []), join(programs, name)];
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    const [command = '', ...rest] = [...words, ...args];
    const options = { cwd: '/', env, encoding: 'utf8', maxBuffer: 1e8 } as const;
    return execFileSync(command, rest, { ...options, input: input ?? '' });
  };
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (root) execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  const at = ['--host', folder, '--username', 'owner'];
  as('initdb', ['--no-sync', '--auth=trust', '--username=owner', '--encoding=UTF8', data]);
  const options = `-c unix_socket_directories=${folder} -c listen_addresses= -c fsync=off`;
  as('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  return {
    sql: (database, text) =>
      as(
        'psql',
        [...at, '-XAtq', '--set=ON_ERROR_STOP=1', '--dbname', database],
        `set client_min_messages = error;\n${text}`,
      ),
    copy: (from, to) => {
      as('psql', [...at, '-Xq', '--dbname', to], as('pg_dump', [...at, from]));
    },
    stop: () => {
      as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
