import type { Command, CommandCall } from '../command.ts';
import { Refusal } from '../command.ts';
import { gnuComplaints, parseOptions, type OptionTable } from '../options.ts';
import type { Database } from '../state.ts';
import { connect, CONNECTION_OPTIONS } from './psql.ts';

const DUMP_OPTIONS: OptionTable = {
  ...CONNECTION_OPTIONS,
  '-F --format': 'value',
  '-f --file': 'value',
  '-v --verbose': 'flag',
  '-Z --compress': 'value',
  '-a --data-only': 'flag',
  '-s --schema-only': 'flag',
  '-O --no-owner': 'flag',
  '-x --no-privileges': 'flag',
  '-t --table': 'value',
  '-n --schema': 'value',
  '-C --create': 'flag',
  '-c --clean': 'flag',
  '--if-exists': 'flag',
  '--lock-wait-timeout': 'value',
};
const END = 'end of dump';

/** A path that a command names, seen from where it runs. */
export function pathOf(call: CommandCall, path: string): string {
  return path.startsWith('/') ? path : `${call.cwd}/${path}`;
}

/** The custom format: a table of contents at its head, then the data, of which each row is a line. */
function archive(name: string, { tables }: Database): string {
  const contents = Object.keys(tables).map((table) => `TABLE DATA public ${table}`);
  const data = Object.entries(tables).flatMap(([table, { rows }]) =>
    rows.map((row) => `${table} ${JSON.stringify(row)}`),
  );
  return [`PGDMP ${JSON.stringify({ name, contents })}`, ...data, END, ''].join('\n');
}

/**
 * pg_dump(1). What it writes is not on the disk for certain: before PostgreSQL 10 it does not sync.
 * Cut off, it leaves the head of the dump.
 */
export const pgDump: Command = async (call) => {
  const parsed = parseOptions(call.args, DUMP_OPTIONS, gnuComplaints('pg_dump'));
  const connection = connectFor(call, 'pg_dump', parsed);
  const text = archive(
    connection.database,
    connection.server.databases[connection.database] as Database,
  );
  const file = parsed.value('file');
  if (parsed.value('format') === undefined)
    throw new Refusal(1, 'pg_dump: the simulated host dumps in custom format (-Fc) alone');
  await call.change();
  if (file === undefined) {
    call.out(text);
    return 0;
  }
  call.host.files.writeLoosely(pathOf(call, file), text.slice(0, text.length >> 1));
  await call.midway('half of the dump written');
  call.host.files.writeLoosely(pathOf(call, file), text);
  return 0;
};

function connectFor(
  call: CommandCall,
  name: string,
  parsed: Parameters<typeof connect>[1],
): ReturnType<typeof connect> {
  try {
    return connect(call, parsed, parsed.operands[0]);
  } catch (error) {
    if (error instanceof Refusal)
      throw new Refusal(
        1,
        error.message.replace(
          /^psql: /,
          `${name}: [archiver (db)] connection to database failed: `,
        ),
      );
    throw error;
  }
}

function describe(call: CommandCall, head: string): number {
  const { name, contents } = JSON.parse(head.slice('PGDMP '.length)) as {
    name: string;
    contents: string[];
  };
  call.out(`;\n; Archive created\n;     dbname: ${name}\n;\n`);
  for (const [index, line] of contents.entries()) call.out(`${index + 1}; 0 0 ${line} postgres\n`);
  return 0;
}

/**
 * pg_restore(1). `--list` reads the head of a dump alone: that the end is missing shows only when
 * everything is read, as with `--file=/dev/null`.
 */
export const pgRestore: Command = async (call) => {
  const parsed = parseOptions(
    call.args,
    {
      ...CONNECTION_OPTIONS,
      '-l --list': 'flag',
      '-f --file': 'value',
      '-F --format': 'value',
      '-v --verbose': 'flag',
      '-C --create': 'flag',
      '-c --clean': 'flag',
      '-j --jobs': 'value',
      '-e --exit-on-error': 'flag',
      '-O --no-owner': 'flag',
    },
    gnuComplaints('pg_restore'),
  );
  const [operand] = parsed.operands;
  const text =
    operand === undefined ? await call.input() : call.host.files.text(pathOf(call, operand));
  if (text === undefined)
    throw new Refusal(
      1,
      `pg_restore: [archiver] could not open input file "${operand ?? ''}": No such file or directory`,
    );
  const [head = ''] = text.split('\n');
  if (!head.startsWith('PGDMP '))
    throw new Refusal(1, 'pg_restore: [archiver] input file does not appear to be a valid archive');
  if (!text.includes('\n') || !head.endsWith('}'))
    throw new Refusal(1, 'pg_restore: [archiver] could not read from input file: end of file');
  if (parsed.has('list')) return describe(call, head);
  if (!text.endsWith(`${END}\n`))
    throw new Refusal(
      1,
      'pg_restore: [custom archiver] could not read from input file: end of file',
    );
  const file = parsed.value('file');
  if (file === undefined && !parsed.has('dbname')) {
    call.out(text);
    return 0;
  }
  if (file === '/dev/null') return 0;
  throw new Refusal(1, 'pg_restore: the simulated host reads dumps, and restores none');
};
