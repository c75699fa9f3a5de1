import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { gnuComplaints, parseOptions, type OptionTable, type Parsed } from '../options.ts';
import { contentAt, findCluster, listClusters } from '../postgres/clusters.ts';
import { answerQuery, plainQuery } from '../postgres/queries.ts';
import type { DataDirectory } from '../state.ts';

/** What every client of PostgreSQL takes, and pg_wrapper before it. */
export const CONNECTION_OPTIONS: OptionTable = {
  '-h --host': 'value',
  '-p --port': 'value',
  '-U --username': 'value',
  '-w --no-password': 'flag',
  '-W --password': 'flag',
  '-d --dbname': 'value',
  '--cluster': 'value',
};

const OPTIONS: OptionTable = {
  ...CONNECTION_OPTIONS,
  '-X --no-psqlrc': 'flag',
  '-A --no-align': 'flag',
  '-t --tuples-only': 'flag',
  '-q --quiet': 'flag',
  '-c --command': 'value',
  '-f --file': 'value',
  '-v --set --variable': 'value',
  '-F --field-separator': 'value',
  '-R --record-separator': 'value',
  '-0 --record-separator-zero': 'flag',
  '-z --field-separator-zero': 'flag',
  '-P --pset': 'value',
  '-l --list': 'flag',
  '-o --output': 'value',
  '-1 --single-transaction': 'flag',
  '-b --echo-errors': 'flag',
  '-n --no-readline': 'flag',
  '-V --version': 'flag',
};

/** A connection that was let in. */
export interface Connection {
  readonly server: DataDirectory;
  readonly database: string;
  readonly user: string;
}

function refused(port: string): Refusal {
  return new Refusal(
    2,
    `psql: could not connect to server: No such file or directory\n\tIs the server running locally and accepting\n\tconnections on Unix domain socket "/var/run/postgresql/.s.PGSQL.${port}"?`,
  );
}

/** The server that pg_wrapper and libpq choose: by cluster, by port, else the one on 5432. */
function choose(call: CommandCall, parsed: Parsed): DataDirectory {
  const named = parsed.value('cluster') ?? call.environment.get('PGCLUSTER');
  if (named !== undefined && named !== '') {
    const [version = '', name = ''] = named.split('/');
    const cluster = findCluster(call.host, version, name);
    if (cluster === undefined) throw new Refusal(1, 'Error: Cluster specified does not exist');
    const running = contentAt(call.host, cluster.data);
    if (running?.server === undefined) throw refused(String(cluster.port));
    return running;
  }
  const clusters = listClusters(call.host);
  const asked = parsed.value('port') ?? call.environment.get('PGPORT');
  const port =
    asked ??
    String(clusters.find((cluster) => cluster.port === 5432)?.port ?? clusters[0]?.port ?? 5432);
  const server = call.host.state.postgres.find((data) => data.server?.port === Number(port));
  if (server === undefined) throw refused(port);
  return server;
}

function fatal(what: string): Refusal {
  return new Refusal(2, `psql: FATAL:  ${what}`);
}

/** Connects as libpq does, by peer authentication. @throws Refusal with status 2 when it is not let in. */
export function connect(
  call: CommandCall,
  parsed: Parsed,
  operand: string | undefined,
): Connection {
  const server = choose(call, parsed);
  const user = parsed.value('username') ?? call.environment.get('PGUSER') ?? call.user;
  const database = parsed.value('dbname') ?? operand ?? call.environment.get('PGDATABASE') ?? user;
  const admits = server.server?.admits ?? [];
  if (!admits.includes(user) && !admits.includes('all')) {
    throw fatal(
      `no pg_hba.conf entry for host "[local]", user "${user}", database "${database}", SSL off`,
    );
  }
  if (user !== call.user) throw fatal(`Peer authentication failed for user "${user}"`);
  if (!server.roles.includes(user)) throw fatal(`role "${user}" does not exist`);
  const found = server.databases[database];
  if (found === undefined) throw fatal(`database "${database}" does not exist`);
  if (found.closed === true)
    throw fatal(`database "${database}" is not currently accepting connections`);
  return { server, database, user };
}

/** Statements, each with the backslash command that ends it instead of a semicolon. */
function statementsIn(text: string): { text: string; ended: string }[] {
  const found: { text: string; ended: string }[] = [];
  let rest = text.replace(/^\s*--.*$/gm, '');
  while (rest.trim() !== '') {
    const end = /;|\\g(?:set|exec)\b|$/.exec(
      rest.replace(/'[^']*'/g, (quoted) => 'q'.repeat(quoted.length)),
    );
    const at = end?.index ?? rest.length;
    found.push({ text: plainQuery(rest.slice(0, at)), ended: end?.[0] ?? '' });
    rest = rest.slice(at + (end?.[0].length ?? 0));
  }
  return found.filter((statement) => statement.text !== '');
}

interface Shape {
  readonly field: string;
  readonly record: string;
  readonly title: boolean;
  readonly variables: ReadonlyMap<string, string>;
}

function shapeOf(parsed: Parsed): Shape {
  const variables = new Map(
    parsed
      .values('variable')
      .map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
  );
  return {
    field: parsed.value('field-separator') ?? '|',
    record: parsed.has('record-separator-zero') ? '\0' : (parsed.value('record-separator') ?? '\n'),
    title: !parsed.has('tuples-only'),
    variables,
  };
}

/** `alter database … allow_connections …`, asked for by way of \gexec. */
async function setOpen(
  call: CommandCall,
  { server }: Connection,
  variables: ReadonlyMap<string, string>,
): Promise<void> {
  const database = server.databases[variables.get('name') ?? ''];
  if (database === undefined) return;
  await call.change();
  if (variables.get('allow') === 'false') database.closed = true;
  else delete database.closed;
}

async function execute(
  call: CommandCall,
  connection: Connection,
  statement: string,
  shape: Shape,
): Promise<void> {
  if (/^set /i.test(statement)) return;
  if (/^select format\('alter database %I allow_connections %s'/i.test(statement)) {
    await setOpen(call, connection, shape.variables);
    return;
  }
  const rows = answerQuery(
    statement,
    connection.database,
    connection.server,
    call.host.world.queries,
  );
  if (statement.startsWith("select 'in ' || to_json(current_database")) return;
  for (const [index, row] of rows.entries()) {
    const last = index === rows.length - 1 && shape.record === '\0';
    call.out(`${row.join(shape.field)}${last ? '\0' : shape.record}`);
  }
}

async function run(call: CommandCall, connection: Connection, parsed: Parsed): Promise<number> {
  const file = parsed.value('file');
  const commands = parsed.values('command');
  const text =
    commands.length > 0
      ? commands.join(';\n')
      : file === undefined || file === '-'
        ? await call.input()
        : (call.host.files.text(file) ?? '');
  for (const statement of statementsIn(text)) {
    try {
      await execute(call, connection, statement.text, shapeOf(parsed));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Refusal(
        commands.length > 0 ? 1 : 3,
        `ERROR:  the simulated PostgreSQL does not know this ${error.message}`,
      );
    }
  }
  return 0;
}

/** psql(1), with Debian's pg_wrapper before it. */
export const psql: Command = async (call) => {
  const parsed = parseOptions(call.args, OPTIONS, gnuComplaints('psql', 1));
  const connection = connect(call, parsed, parsed.operands[0]);
  if (parsed.has('list')) {
    for (const name of Object.keys(connection.server.databases).toSorted())
      call.out(`${name}|${connection.server.databases[name]?.owner ?? ''}\n`);
    return 0;
  }
  return run(call, connection, parsed);
};

/** pg_isready(1): 0 when the server takes connections, 2 when there is none. */
export const pgIsready: Command = (call) => {
  const parsed = parseOptions(
    call.args,
    { ...CONNECTION_OPTIONS, '-q --quiet': 'flag', '-t --timeout': 'value' },
    gnuComplaints('pg_isready', 3),
  );
  try {
    const server = choose(call, parsed);
    if (!parsed.has('quiet'))
      call.out(`/var/run/postgresql:${server.server?.port ?? 0} - accepting connections\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!parsed.has('quiet')) call.out('/var/run/postgresql:5432 - no response\n');
    return 2;
  }
};

/** vacuumdb(1): figures for the planner; nothing that is kept here changes. */
export const vacuumdb: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    {
      ...CONNECTION_OPTIONS,
      '-a --all': 'flag',
      '-z --analyze': 'flag',
      '-Z --analyze-only': 'flag',
      '--analyze-in-stages': 'flag',
      '-q --quiet': 'flag',
      '-j --jobs': 'value',
      '-v --verbose': 'flag',
    },
    gnuComplaints('vacuumdb'),
  );
  if (!parsed.has('all') && parsed.operands.length === 0 && !parsed.has('dbname'))
    connect(call, parsed, undefined);
  else choose(call, parsed);
  await call.change();
  return 0;
};
