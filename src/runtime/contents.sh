# contents: what a PostgreSQL cluster holds, in lines that can be compared with another one's.

# Names are written as JSON strings: one line each, whatever is in them. What every version brings
# along by itself is left out: catalogs, and the members of extensions, which are named instead.

# Each version's extensions are below it.
sw_postgres_files=/usr/share/postgresql

# sw_contents_of_cluster: SQL that prints where a cluster has its data, its databases as
# sw_marked_databases does, what it has outside of them, and "end".
sw_contents_of_cluster() {
  printf 'show data_directory;\n'
  sw_marked_databases
  cat <<'END'
select 'role ' || to_json(rolname) from pg_roles where rolname !~ '^pg_';
select 'tablespace ' || to_json(spcname) from pg_tablespace where spcname !~ '^pg_';
-- These two are there in every cluster before anything is copied, each as its maker wanted it.
select 'database ' || to_json(datname) || ' in ' ||
    case when datname in ('postgres', 'template1') then 'any encoding' else pg_encoding_to_char(encoding) end
  from pg_database where datname <> 'template0';
select 'prepared transaction ' || to_json(gid) from pg_prepared_xacts;
select 'end';
END
}

# sw_contents: SQL that prints all of this, then what template1 has, and "end" once more.
sw_contents() {
  sw_contents_of_cluster
  sw_contents_of_database
  printf "select 'end';\n"
}

# sw_contents_of_database: SQL that prints what a database has: its schemas, extensions, functions
# and large objects; the triggers that do not fire as they do by default; its tables, views, indexes
# and sequences; the rows of each table, and where each sequence has got to; and its definitions. A
# trigger's clone on a partition counts as internal up to PostgreSQL 14. The rows of a materialized view are
# those of other tables, as they once were; an index that was never finished is not copied.
# \gset keeps a value, \gexec runs what the query before it has made.
sw_contents_of_database() {
  cat <<'END'
select 'in ' || to_json(current_database()) || ': ' as place
\gset
select :'place' || 'schema ' || to_json(nspname)
  from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema';
select :'place' || 'extension ' || to_json(extname) from pg_extension;
select :'place' || 'large objects ' || count(*) from pg_largeobject_metadata having count(*) > 0;
select :'place' || 'functions of schema ' || to_json(nspname) || ' ' || count(*)
  from pg_proc p join pg_namespace n on n.oid = pronamespace
  where nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
    select from pg_depend
    where classid = 'pg_proc'::regclass and objid = p.oid and deptype in ('e', 'i'))
  group by nspname;
select :'place' || 'trigger ' || to_json(nspname) || '.' || to_json(relname) || '.' || to_json(tgname) ||
    ' ' || tgenabled::text
  from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
  where (not tgisinternal or coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0' and not exists (
      select from pg_constraint k where k.oid = tgconstraint and contype <> 't'))
    and tgenabled <> 'O';
select case relkind
    when 'S' then format('select %L || last_value || %L || is_called from %I.%I',
      line || ' at ', ' ', nspname, relname)
    when 'r' then format('select %L || count(*) from only %I.%I', line || ' with rows ', nspname, relname)
    when 'm' then format('select %L', line ||
      case when relispopulated then ' with data' else ' without data' end)
    else format('select %L', line) end
  from (
    select nspname, relname, relkind, relispopulated, :'place' || case relkind
        when 'r' then case relpersistence when 'u' then 'unlogged table' else 'table' end when 'p' then 'partitioned table' when 'v' then 'view'
        when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence'
        else 'index' end || ' ' || to_json(nspname) || '.' || to_json(relname) as line
      from pg_class c join pg_namespace n on n.oid = relnamespace
      where relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
        and nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
          select from pg_index where indexrelid = c.oid and relkind = 'i' and not indisvalid)
        and not exists (
          select from pg_depend
          where classid = 'pg_class'::regclass and deptype = 'e'
            -- An index is not named as a member itself.
            and objid = coalesce((select indrelid from pg_index where indexrelid = c.oid), c.oid))) as relations
\gexec
END
  sw_contents_of_definitions
}

# sw_ask_contents USER CLUSTER: sets the caller's records to the answers to sw_contents, databases to the
# names of all but template0, and closed to those that let nobody in. Status 2 when the server does not
# tell these names; what it tells of the rest is for sw_take_told to judge.
sw_ask_contents() {
  local -a opened=()
  records=() databases=() closed=()
  mapfile -d '' -t records < <(sw_contents | sw_psql "$1" "$2" template1 --record-separator-zero)
  sw_take_marked "${records[@]:1}"
  local -i count=${#opened[@]}+${#closed[@]}
  # An empty line ends the names.
  ((${#records[@]} > 1 + count)) || return 2
  databases=("${records[@]:1:count}")
  databases=("${databases[@]#?}")
}

# sw_list_contents VERSION NAME FILE [all|- [told]]: writes to FILE what that cluster holds, which is
# online. A database that lets nobody in is named, no more; with "all", there must be none. With "told",
# the caller's records are what it has just answered. What cannot be told stops the step.
sw_list_contents() {
  local cluster=$1/$2 owner database
  local -a opened=() closed=() lines=()
  printf '+ list what the PostgreSQL cluster %s holds\n' "$cluster"
  sw_know_owner "$1" "$2"
  if [[ ${5:-} != told ]]; then
    local -a records=() databases=()
    sw_ask_contents "$owner" "$cluster" || sw_fail_to_list "$cluster"
  fi
  sw_take_told "$1" "$2"
  [[ ${4:-} != all || ${#closed[@]} -eq 0 ]] || sw_fail_to_list "$cluster" "${closed[*]}"
  (umask 077 && : >"$3.part")
  printf '%s\n' "${lines[@]}" >"$3.part"
  for database in "${opened[@]}"; do
    [[ $database != template1 ]] || continue
    sw_contents_of_database | sw_psql "$owner" "$cluster" "$database" >>"$3.part" ||
      sw_fail_to_list "$cluster" "$database"
  done
  LC_ALL=C sort -o "$3.part" -- "$3.part"
  sync "$3.part"
  mv -T -- "$3.part" "$3"
}

# sw_take_told VERSION NAME: sorts the caller's records: sets its opened to the databases that let one in, its
# closed to the others, and its lines to what the cluster holds outside of them, and in template1.
sw_take_told() {
  local record ends=0
  local -a rest=()
  opened=() closed=() lines=()
  sw_take_marked "${records[@]:1}"
  rest=("${records[@]:2+${#opened[@]}+${#closed[@]}}")
  for record in "${rest[@]}"; do
    if [[ $record == end ]]; then ((ends += 1)); else lines+=("$record"); fi
  done
  # Each cluster has a role.
  [[ $ends -gt 0 && ${rest[0]} != end ]] || sw_fail_to_list "$1/$2"
  sw_demand_identity "$1" "$2" "${records[0]}"
  ((ends > 1)) || sw_fail_to_list "$1/$2" template1
}

# sw_demand_identity VERSION NAME DATA: what answers on its port, whose data are in DATA, is that cluster,
# and not another one that listens there since a port was changed in a file alone.
sw_demand_identity() {
  local data
  sw_know_data "$1" "$2"
  [[ $3 -ef $data ]] || fail "what answers for the PostgreSQL cluster $1/$2 is another one: its data are in $3, not in $data" \
    "see: pg_lsclusters; nothing was dropped"
}

# sw_fail_to_list CLUSTER [DATABASE]
sw_fail_to_list() {
  fail "what the PostgreSQL cluster $1 holds${2:+ in database $2} cannot be told, so nothing was dropped" \
    "see the message above, and: pg_lsclusters"
}

# sw_demand_extensions: the new version has the files of every extension that the old cluster was listed
# with: pg_upgradecluster goes on without those that it cannot create.
sw_demand_extensions() {
  local name
  while IFS= read -r name; do
    [[ ! -e $sw_postgres_files/$sw_new/extension/$name.control ]] || continue
    [[ -e $sw_postgres_files/$sw_old/extension/$name.control ]] ||
      fail "cluster $sw_old/$sw_cluster has extension $name, whose files are installed for neither version" \
        "put its files for $sw_new there: its package for $sw_new, or what it was built from; or drop it in the databases that have it: drop extension …" \
        'then run this script again; nothing was copied'
    fail "cluster $sw_old/$sw_cluster has extension $name, which is not installed for PostgreSQL $sw_new" \
      "install its package for $sw_new, if there is one; that for $sw_old is told by: dpkg -S $sw_postgres_files/$sw_old/extension/${name@Q}.control" \
      'or drop it in the databases that have it: drop extension …' \
      'then run this script again; nothing was copied'
  done < <(sed -n 's/^in .*: extension "\(.*\)"$/\1/p' -- "$sw_place/old" | sort -u)
}

# sw_unfinished: SQL that prints, in pairs, what pg_restore may have left otherwise than it was in the
# old cluster: the line that this had, and the statement that makes it so. It reports no more than that
# a materialized view has no data; a view of a view was made after that. And it ends with all triggers
# of a table enabled.
sw_unfinished() {
  cat <<'END'
select unnest(array['in ' || to_json(current_database()) || ': materialized view ' ||
    to_json(nspname) || '.' || to_json(relname) || ' with data',
    format('refresh materialized view %I.%I', nspname, relname)])
  from (select nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'm' and not relispopulated order by c.oid) as views;
select unnest(array['in ' || to_json(current_database()) || ': trigger ' || to_json(nspname) || '.' ||
    to_json(relname) || '.' || to_json(tgname) || ' ' || state,
    format('alter table %I.%I %s trigger %I', nspname, relname, verb, tgname)])
  from (select nspname, relname, tgname, state, verb
    from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
      cross join (values ('D', 'disable'), ('R', 'enable replica'), ('A', 'enable always')) as states (state, verb)
    where (not tgisinternal or coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0' and not exists (
      select from pg_constraint k where k.oid = tgconstraint and contype <> 't'))
      and tgenabled = 'O'
    -- What is set for a partitioned table is set for its partitions, too.
    order by coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0') as triggers;
select '';
END
}

# sw_finish_copy VERSION NAME FILE: that cluster gets what it lacks of sw_unfinished and FILE has. What fails
# is told, and found by the comparison. The functions of a view may rely on the usual search_path.
sw_finish_copy() {
  local cluster=$1/$2 owner database index line listed
  local -a databases=() pairs=()
  local -A had=()
  # Most clusters have nothing of the kind.
  listed=$(LC_ALL=C grep -a -E '^in ".*": (materialized view .* with data$|trigger )' -- "$3") || return 0
  while IFS= read -r line; do
    had[$line]=1
  done <<<"$listed"
  sw_know_owner "$1" "$2"
  sw_list_databases "$owner" "$cluster" || sw_fail_to_list "$cluster"
  for database in "${databases[@]}"; do
    # Names of other characters are written otherwise.
    [[ $database == *[!A-Za-z0-9_-]* || $'\n'$listed == *$'\n'"in \"$database\": "* ]] || continue
    mapfile -d '' -t pairs < <(
      sw_unfinished | sw_psql "$owner" "$cluster" "$database" --record-separator-zero
    )
    [[ ${#pairs[@]} -gt 0 && -z ${pairs[-1]} ]] || sw_fail_to_list "$cluster" "$database"
    for ((index = 0; index + 1 < ${#pairs[@]}; index += 2)); do
      [[ -n ${had[${pairs[index]}]:-} ]] || continue
      printf '+ %s, in database %q of cluster %s\n' "${pairs[index + 1]}" "$database" "$cluster"
      printf '%s;\n' 'set default_transaction_read_only = off' "set search_path = \"\$user\", public" \
        "${pairs[index + 1]}" | sw_psql "$owner" "$cluster" "$database" ||
        printf 'that failed: do it by hand, in database %q of cluster %s: %s\n' "$database" "$cluster" "${pairs[index + 1]}"
    done
  done
}

# sw_own_contents FILE OWNER: prints the lines of FILE that an empty cluster of OWNER would not have.
sw_own_contents() {
  local line
  while IFS= read -r line; do
    case $line in
      "role \"$2\"" | 'database "postgres" in '* | 'database "template1" in '*) ;;
      'in "postgres": schema "public"' | 'in "template1": schema "public"') ;;
      'in "postgres": extension "plpgsql"' | 'in "template1": extension "plpgsql"') ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$1"
}
