import type { DataDirectory } from '../state.ts';
import type { QueryAnswer } from '../world.ts';

/** A name as SQL's `to_json` prints it. */
function json(name: string): string {
  return JSON.stringify(name);
}

function roles({ roles: names }: DataDirectory): QueryAnswer {
  return names.map((name) => [`role ${json(name)}`]);
}

function databases({ databases: known }: DataDirectory): QueryAnswer {
  return Object.keys(known)
    .filter((name) => name !== 'template0')
    .map((name) => [
      `database ${json(name)} in ${/^(postgres|template1)$/.test(name) ? 'any encoding' : 'UTF8'}`,
    ]);
}

function tables(place: string, name: string, { databases: known }: DataDirectory): QueryAnswer {
  return Object.entries(known[name]?.tables ?? {}).map(([table, { rows }]) => [
    `${place}table "public".${json(table)} with rows ${rows.length}`,
  ]);
}

/**
 * Queries over the catalogue by which a script lists what a cluster holds, known by what they ask
 * for: roles, table spaces, databases, and in each database its schemas, extensions and relations.
 */
export function contentsQuery(
  text: string,
  name: string,
  server: DataDirectory,
): QueryAnswer | undefined {
  const place = `in ${json(name)}: `;
  if (text.startsWith("select 'role ' || to_json(rolname) from pg_roles")) return roles(server);
  if (text.startsWith("select 'tablespace ' || to_json(spcname) from pg_tablespace")) return [];
  if (text.startsWith("select 'database ' || to_json(datname)")) return databases(server);
  // Prepared transactions, which pg_dump passes over: there are none here.
  if (text.startsWith("select 'prepared transaction ' || to_json(gid)")) return [];
  if (text.startsWith("select 'in ' || to_json(current_database())")) return [[place]];
  // Nor is there anything that would work on while a cluster is copied.
  if (/^select unnest\(array\['(prepared|slot|standbys)'/.test(text)) return [];
  if (text.startsWith("select 'select unnest(array[''subscription''")) return [];
  // Materialized views that are not filled, and triggers: there are none here.
  if (text.startsWith('select unnest(array[') && / as (views|triggers)$/.test(text)) return [];
  if (text.startsWith("select format('select %L || to_json(%I) from %s")) return [];
  if (!text.startsWith('select :') && !/ as relations\b| as configured\b/.test(text))
    return undefined;
  if (text.includes(" || 'schema ' || to_json(nspname)")) return [[`${place}schema "public"`]];
  if (text.includes(" || 'extension ' || to_json(extname)"))
    return [[`${place}extension "plpgsql"`]];
  if (text.includes(" || 'large objects ' ")) return [];
  if (text.includes(" || 'functions of schema ' ")) return [];
  if (text.includes(" || 'trigger ' ")) return [];
  // Constraints, types and the like, in schemas and beside them: there are none here.
  if (/ as defined \(| from pg_event_trigger | as configured\b/.test(text)) return [];
  if (text.includes(' as relations')) return tables(place, name, server);
  return undefined;
}
