# definitions: what a PostgreSQL database has beside relations and rows. pg_upgradecluster goes on when one
# of it could not be made anew, and so does pg_restore.

# sw_contents_of_definitions: SQL that prints, behind the place that is set, how many constraints, triggers,
# policies, rules and types each schema has; what extensions keep in tables of theirs; and event triggers,
# publications and subscriptions by name: these come disabled. Each schema's are counted as every version
# since 9.6 has them after they were dumped and restored. So what a partition has from its parent is left
# out, which versions keep differently, and so are constraints of not null, which have been any since 17, and
# multiranges, which come with a range since 14. Privileges are, too: they cannot be compared so.
sw_contents_of_definitions() {
  cat <<'END'
select :'place' || what || ' of schema ' || to_json(nspname) || ' ' || count(*)
  from (
    select case contype when 'c' then 'check' when 'f' then 'foreign key' when 'p' then 'primary key'
        when 'u' then 'unique' else 'exclusion' end || ' constraints', connamespace,
        case contypid when 0 then 'pg_class'::regclass else 'pg_type'::regclass end,
        case contypid when 0 then conrelid else contypid end
      from pg_constraint k
      where contype in ('c', 'f', 'p', 'u', 'x') and coalesce(to_jsonb(k) ->> 'conparentid', '0') = '0'
        -- A partition's own key is one with its parent's when it is restored.
        and not exists (
          select from pg_constraint t
          where k.contype = 'f' and t.contype = 'f' and t.oid <> k.oid and t.conrelid = k.conrelid
            and t.confrelid = k.confrelid and t.conkey = k.conkey and t.confkey = k.confkey
            and coalesce(to_jsonb(t) ->> 'conparentid', '0') <> '0')
        and not exists (
          select from pg_index join pg_class i on i.oid = indexrelid
          where indexrelid = conindid and contype <> 'f' and relkind = 'i'
            and (not indisvalid or exists (select from pg_inherits where inhrelid = indexrelid)))
    union all
    select 'triggers', relnamespace, 'pg_class'::regclass, tgrelid
      from pg_trigger t join pg_class c on c.oid = tgrelid
      where not tgisinternal and coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'
    union all
    select 'policies', relnamespace, 'pg_class'::regclass, polrelid
      from pg_policy join pg_class c on c.oid = polrelid
    union all
    select 'tables with row security', relnamespace, 'pg_class'::regclass, oid
      from pg_class where relrowsecurity
    union all
    select 'rules', relnamespace, 'pg_class'::regclass, ev_class
      from pg_rewrite join pg_class c on c.oid = ev_class where rulename <> '_RETURN'
    union all
    select case typtype when 'd' then 'domains' when 'e' then 'enums' when 'r' then 'ranges'
        else 'composite types' end, typnamespace, 'pg_type'::regclass, t.oid
      from pg_type t left join pg_class c on c.oid = typrelid
      where typtype in ('d', 'e', 'r') or typtype = 'c' and relkind = 'c'
  ) as defined (what, schema, class, object) join pg_namespace n on n.oid = schema
  where nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
    select from pg_depend where classid = class and objid = object and deptype = 'e')
  group by what, nspname;
select :'place' || 'event trigger ' || to_json(evtname) from pg_event_trigger e
  where not exists (
    select from pg_depend
    where classid = 'pg_event_trigger'::regclass and objid = e.oid and deptype = 'e');
select format('select %L || count(*) from (select from only %I.%I %s) as configured having count(*) > 0',
    :'place' || what || ' of extension ' || to_json(extname) || ' ' || to_json(nspname) || '.' ||
    to_json(relname) || ' with rows ', nspname, relname, condition)
  from (
    select 'configuration', extname, relation, condition
      from pg_extension cross join unnest(extconfig, extcondition) as configured (relation, condition)
    union all
    -- pg_dump passes their rows over.
    select 'table', extname, objid, ''
      from pg_extension e join pg_depend on refclassid = 'pg_extension'::regclass and refobjid = e.oid
      where classid = 'pg_class'::regclass and deptype = 'e' and objid <> all (coalesce(extconfig, '{}'))
    union all
    -- And where the sequences are that number the rows which it does not.
    select 'sequence', extname, objid, 'where is_called'
      from pg_extension cross join unnest(extconfig) as configured (relation)
        join pg_depend on refclassid = 'pg_class'::regclass and refobjid = relation
      where classid = 'pg_class'::regclass and deptype in ('a', 'i') and objid <> all (extconfig)
  ) as configured (what, extname, relation, condition)
    join pg_class c on c.oid = relation join pg_namespace n on n.oid = relnamespace
  where relkind = case what when 'sequence' then 'S' else 'r' end
\gexec
select format('select %L || to_json(%I) from %s where %s', :'place' || what || ' ', name, catalog, condition)
  from (values
    ('publication', 'pubname', 'pg_publication', 'true'),
    ('subscription', 'subname', 'pg_subscription',
      'subdbid = (select oid from pg_database where datname = current_database())')
  ) as catalogs (what, name, catalog, condition)
  where to_regclass(catalog) is not null
\gexec
END
}
