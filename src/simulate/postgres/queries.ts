import type { Database, DataDirectory, Row } from '../state.ts';
import type { Query, QueryAnswer } from '../world.ts';
import { contentsQuery } from './contents.ts';

/** A query's text, every space made one, without its semicolon. */
export function plainQuery(text: string): string {
  return text.replace(/--.*$/gm, ' ').replace(/\s+/g, ' ').trim();
}

function show(value: Row[string] | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return String(value);
}

const NAME = '[a-z_][a-z0-9_]*';

/** `where column`, `where not column`, `where column = 'text'`, joined by `and`. */
function keep(row: Row, condition: string | undefined): boolean {
  if (condition === undefined) return true;
  return condition.split(/\s+and\s+/i).every((part) => {
    const test = new RegExp(`^(not )?(${NAME})(?: *(=|<>) *('[^']*'|true|false|\\d+))?$`, 'i').exec(
      part.trim(),
    );
    if (test === null) throw new RangeError(`condition ${part}`);
    const [, negated, column = '', sign, wanted] = test;
    const found = show(row[column]);
    let holds = found === 't';
    if (wanted !== undefined) {
      const text = wanted
        .replace(/^'|'$/g, '')
        .replace(/^true$/i, 't')
        .replace(/^false$/i, 'f');
      holds = (found === text) === (sign === '=');
    }
    return holds === (negated === undefined);
  });
}

/** `select a, b from t where … order by a`, and `select count(*) from t where …`. */
function selectRows(text: string, { tables }: Database): QueryAnswer | undefined {
  const match = new RegExp(
    `^select (distinct )?(.+?) from (?:only )?"?(?:public\\.)?(${NAME})"?(?: where (.+?))?(?: order by (${NAME}|\\d+)(?: asc)?)?$`,
    'i',
  ).exec(text);
  const table = match === null ? undefined : tables[match[3] ?? ''];
  if (match === null || table === undefined) return undefined;
  const rows = table.rows.filter((row) => keep(row, match[4]));
  if (/^count\(\*\)$/i.test(match[2] ?? '')) return [[String(rows.length)]];
  const columns =
    match[2] === '*' ? table.columns : (match[2] ?? '').split(',').map((name) => name.trim());
  if (columns.some((name) => !table.columns.includes(name))) return undefined;
  const found = rows.map((row) => columns.map((name) => show(row[name])));
  const order = /^\d+$/.test(match[5] ?? '')
    ? Number(match[5]) - 1
    : columns.indexOf(match[5] ?? '');
  return order < 0
    ? found
    : found.toSorted((a, b) => ((a[order] ?? '') < (b[order] ?? '') ? -1 : 1));
}

function isOpen(database: Database): boolean {
  return database.closed !== true;
}

/** Names with a mark of those that let nobody in. */
const MARKED = "select case when datallowconn then '+' else '-' end || datname from pg_database ";

/** Lists of databases, as scripts ask for them. */
function selectDatabases(text: string, { databases }: DataDirectory): QueryAnswer | undefined {
  const marked = text.startsWith(MARKED);
  if (!marked && !/^select (datname|count\(\*\)|1) from pg_database\b/i.test(text))
    return undefined;
  const condition = / where (.*?)(?: order by .*)?$/i.exec(text)?.[1] ?? 'true';
  const names = Object.keys(databases)
    .toSorted()
    .filter((name) =>
      condition.split(/ and /i).every((part) => {
        const test = part.trim();
        const named = /^datname *(=|<>|!=) *'([^']*)'$/i.exec(test);
        if (named !== null) return (name === named[2]) === (named[1] === '=');
        if (/^true$/i.test(test)) return true;
        if (/^datallowconn$/i.test(test)) return isOpen(databases[name] as Database);
        if (/^not datallowconn$/i.test(test)) return !isOpen(databases[name] as Database);
        if (/^not datistemplate$/i.test(test)) return !name.startsWith('template');
        throw new RangeError(`condition ${part}`);
      }),
    );
  if (/^select count/i.test(text)) return [[String(names.length)]];
  if (marked)
    return names.map((name) => [`${isOpen(databases[name] as Database) ? '+' : '-'}${name}`]);
  return names.map((name) => [/^select 1 /i.test(text) ? '1' : name]);
}

/** Bytes of a database: what an empty one takes, and a kilobyte a row. */
export function sizeOf(database: Database | undefined): number {
  const rows = Object.values(database?.tables ?? {}).reduce(
    (sum, table) => sum + table.rows.length,
    0,
  );
  return 7_500_000 + 1000 * rows;
}

/** Figures that PostgreSQL keeps of a database and of its server. */
function selectFigures(
  text: string,
  database: Database,
  server: DataDirectory,
): QueryAnswer | undefined {
  const tables = Object.values(database.tables);
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  if (text.startsWith('select system_identifier, coalesce(sum(n_tup_ins)')) {
    return [
      [
        server.id,
        String(rows),
        '0',
        '0',
        String(300 + tables.length),
        String(16_384 + tables.length),
      ],
    ];
  }
  if (text === 'select pg_database_size(current_database())') return [[String(sizeOf(database))]];
  if (
    text.startsWith('select unnest(array[pg_tablespace_size(oid)::text, pg_tablespace_location')
  ) {
    const sizes = Object.values(server.databases).map(sizeOf);
    return [[String(sizes.reduce((sum, one) => sum + one, 0))], ['']];
  }
  if (
    text.startsWith(
      "select unnest(array[least(greatest(pg_size_bytes(current_setting('max_wal_size'",
    )
  )
    return [['1073741824'], ['']];
  if (text === 'show data_directory') return [[server.server?.folder ?? '']];
  if (text === 'show hba_file') return [[server.server?.hbaFile ?? '']];
  if (text === 'select system_identifier from pg_control_system()') return [[server.id]];
  const constant = /^select (\d+|'[^']*')$/i.exec(text)?.[1];
  return constant === undefined ? undefined : [[constant.replace(/^'|'$/g, '')]];
}

/**
 * The answer of a query that is known here.
 * @throws RangeError when it is not: a guess would be worth nothing.
 */
export function answerQuery(
  text: string,
  name: string,
  server: DataDirectory,
  known: readonly Query[] = [],
): QueryAnswer {
  const database = server.databases[name] as Database;
  const own = known.map((query) => query(text, database, server));
  const answer =
    own.find((found) => found !== undefined) ??
    contentsQuery(text, name, server) ??
    selectFigures(text, database, server) ??
    selectDatabases(text, server) ??
    selectRows(text, database);
  if (answer === undefined) throw new RangeError(`query ${text}`);
  return answer;
}
