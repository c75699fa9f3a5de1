# copyable: whether pg_upgradecluster can copy a PostgreSQL cluster, and may: asked before it is begun.

# sw_demand_copyable: pg_upgradecluster would take it on. Sets the caller's port, state, owner and data.
sw_demand_copyable() {
  sw_see_cluster "$sw_old" "$sw_cluster"
  [[ $state != *recovery* ]] || fail "cluster $sw_old/$sw_cluster is a standby of another one, which has to be upgraded first"
  sw_demand_enabled
  sw_demand_told_data
  sw_demand_settable_port
  sw_demand_empty_data
  sw_demand_outside
  sw_demand_lasting_settings
}

# sw_demand_enabled: the old cluster may be started; pg_upgradecluster starts it.
sw_demand_enabled() {
  [[ $(sw_start_setting "$sw_old" "$sw_cluster") != disabled ]] ||
    fail "cluster $sw_old/$sw_cluster is disabled" \
      "write auto or manual into $sw_postgres_settings/$sw_old/$sw_cluster/start.conf, or leave this step out"
}

# sw_demand_settable_port: the old cluster's port, as the caller has it, is set where pg_upgradecluster
# will change it: in the first such line of postgresql.conf; the last one that is read counts.
sw_demand_settable_port() {
  local data file own settings=$sw_postgres_settings/$sw_old/$sw_cluster
  local set='^[[:space:]]*port([[:space:]]*=|[[:space:]])'
  sw_know_data "$sw_old" "$sw_cluster"
  own=$(LC_ALL=C sed -n -E "s/${set}[[:space:]]*'?([0-9]+).*/\\2/Ip" -- "$settings/postgresql.conf")
  [[ ${own:-5432} == "$port" ]] || sw_fail_to_set_port "${own:+several lines, or a file that it includes, set}"
  for file in "$settings/conf.d"/*.conf "$data/postgresql.auto.conf"; do
    [[ ! -e $file ]] || ! LC_ALL=C grep -a -q -i -E "$set" -- "$file" || sw_fail_to_set_port "$file sets"
  done
}

# sw_fail_to_set_port WHAT
sw_fail_to_set_port() {
  fail "${1:-a file that is included sets} the port of cluster $sw_old/$sw_cluster, and one line of $sw_postgres_settings/$sw_old/$sw_cluster/postgresql.conf has to" \
    "set it there, once, and take it out elsewhere (alter system reset port); then: pg_ctlcluster $sw_old $sw_cluster restart" \
    'nothing was copied'
}

# sw_demand_empty_data: the new data directory is another one than the old one, and empty.
sw_demand_empty_data() {
  local found=''
  [[ ! -e $sw_new_data ]] || found=$(find -H "$sw_new_data" -mindepth 1 -print -quit)
  [[ -z $found ]] || fail "$sw_new_data is to hold the PostgreSQL cluster $sw_new/$sw_cluster, and is not empty" \
    "move away what is in it; nothing was changed"
}

# sw_demand_outside: the old data directory, which is dropped in the end, is not to hold the new one,
# nor a tablespace: the copy has that in the same place.
sw_demand_outside() {
  local data link below
  sw_know_data "$sw_old" "$sw_cluster"
  [[ -n $data ]] || return 0
  below=$(sw_print_below "$data" "$sw_new_data")
  [[ -z $below ]] || fail "the data of cluster $sw_new/$sw_cluster are to be in $below, within those of $sw_old/$sw_cluster" \
    "set data_directory in $sw_postgres_settings-common/createcluster.conf to another place; nothing was changed"
  for link in "$data/pg_tblspc"/*; do
    [[ ! -L $link ]] || below=$(sw_print_below "$data" "$link")
    [[ -z $below ]] || fail "a tablespace of cluster $sw_old/$sw_cluster is in $below, within its data directory, where its copy would be dropped with it" \
      "move it elsewhere: create tablespace … location …; alter table all in tablespace … set tablespace …; drop tablespace …" \
      "then run this script again; nothing was changed"
  done
}

# sw_demand_lasting_settings: the old cluster's settings name no file in its data directory by the whole path:
# its successor would look for it there, when it is gone.
sw_demand_lasting_settings() {
  local data sw_text
  sw_know_data "$sw_old" "$sw_cluster"
  [[ -n $data ]] || return 0
  # Of these, pg_upgradecluster makes those of the new cluster.
  sw_find_settings_within "$sw_old" "$data" "$data" 'data_directory|hba_file|ident_file|external_pid_file'
  [[ -z $sw_text ]] || fail "settings of cluster $sw_old/$sw_cluster name files in its data directory, which its successor would look for when that is gone" \
    "they are: ${sw_text//$'\n'/, }" \
    "move these files elsewhere, and let the settings name them there; then: pg_ctlcluster $sw_old $sw_cluster restart; nothing was copied"
}

# sw_find_settings_within VERSION DATA FOLDER [NAMES]: sets sw_text to the places in the settings of that
# version's cluster, with its data in DATA, that name something in FOLDER; but for settings NAMES, a pattern.
sw_find_settings_within() {
  local file settings=$sw_postgres_settings/$1/$sw_cluster
  local -a files=()
  for file in "$settings"/*.conf "$settings/conf.d"/*.conf "$2/postgresql.auto.conf"; do
    [[ ! -f $file ]] || files+=("$file")
  done
  sw_text=''
  ((${#files[@]} == 0)) || sw_text=$(LC_ALL=C folder="${3%/}/" but="^[ \t]*(#${4:+|($4)[ \t=]})" awk \
    'index($0, ENVIRON["folder"]) && $0 !~ ENVIRON["but"] { print FILENAME ":" FNR }' "${files[@]}")
}

# sw_demand_undisturbed: nothing of the old cluster, which is online, works on while nobody is let in, keeps the
# copy from being made, or would be lost with it without a word. Who asks before the beginning need not end
# transactions yet.
sw_demand_undisturbed() {
  local index cluster="cluster $sw_old/$sw_cluster" then='then run this script again; nothing was copied'
  local -a found=() lines=()
  local -A disturbing=()
  sw_list_disturbances
  for ((index = 0; index + 1 < ${#found[@]}; index += 2)); do
    disturbing[${found[index]}]+="${disturbing[${found[index]}]:+, }${found[index + 1]}"
  done
  [[ -z ${disturbing[prepared]:-} || $sw_asking == yes ]] || lines+=(
    "$cluster has prepared transactions, which pg_upgradecluster would lose: ${disturbing[prepared]}"
    "end each in its database: commit prepared '…', or rollback prepared '…'; $then"
  )
  [[ -z ${disturbing[subscription]:-} ]] || lines+=(
    "$cluster has subscriptions that are enabled: what they take over while it is copied would be lost: ${disturbing[subscription]}"
    "disable each in its database: alter subscription … disable; $then"
    'after the upgrade: alter subscription … enable; alter subscription … refresh publication with (copy_data = false)'
  )
  [[ -z ${disturbing[slot]:-} ]] || lines+=(
    "$cluster has slots of logical replication, which its successor will not have: ${disturbing[slot]}"
    "let who reads from them fetch everything, and disable that; then: select pg_drop_replication_slot('…'); $then"
  )
  [[ -z ${disturbing[standbys]:-} ]] || lines+=(
    "$cluster waits for standbys, which its successor does not have yet: synchronous_standby_names is ${disturbing[standbys]}"
    "alter system set synchronous_standby_names = ''; select pg_reload_conf(); set it again when they were made anew after the upgrade; $then"
  )
  ((${#lines[@]} == 0)) || fail "${lines[@]}"
}

# sw_list_disturbances: sets the caller's found to pairs: of which kind, and which.
sw_list_disturbances() {
  local owner
  sw_know_owner "$sw_old" "$sw_cluster"
  mapfile -d '' -t found < <(
    sw_psql "$owner" "$sw_old/$sw_cluster" template1 --record-separator-zero <<'END'
select unnest(array['prepared', to_json(gid) || ' in ' || to_json(database)]) from pg_prepared_xacts;
select 'select unnest(array[''subscription'', to_json(subname) || '' in '' || to_json(datname)])
    from pg_subscription join pg_database d on d.oid = subdbid where subenabled'
  where to_regclass('pg_subscription') is not null
\gexec
select unnest(array['slot', to_json(slot_name)::text]) from pg_replication_slots s
  where slot_type = 'logical' and coalesce(to_jsonb(s) ->> 'temporary', 'false') = 'false';
select unnest(array['standbys', setting]) from pg_settings
  where name = 'synchronous_standby_names' and setting <> '';
select 'end';
END
  )
  [[ ${#found[@]} -gt 0 && ${found[-1]} == end ]] || sw_fail_to_list "$sw_old/$sw_cluster"
}

# sw_demand_room_for_copy: the copy takes no more than the databases do now, where it is to be and where
# each tablespace is, and its journal what that may grow to while they are loaded.
sw_demand_room_for_copy() {
  local owner index system folder
  local -a sizes=()
  local -A wants=() room=() mounts=()
  sw_know_owner "$sw_old" "$sw_cluster"
  sw_list_sizes
  for ((index = 0; index < ${#sizes[@]}; index += 2)); do
    # A tablespace may lie within the data directory, and has a path from there.
    folder=${sizes[index + 1]}
    [[ $folder == /* ]] || folder=$sw_new_data
    until [[ -d $folder/ ]]; do
      folder=${folder%/*}
    done
    sw_want_room "$folder/" "${sizes[index]}"
  done
  for system in "${!wants[@]}"; do
    ((room[$system] >= wants[$system])) || fail \
      "${mounts[$system]} has $((room[$system] / 1048576)) MiB free, and the copy of cluster $sw_old/$sw_cluster can take $((wants[$system] / 1048576)) MiB there" \
      "make room there; nothing was copied"
  done
}

# sw_list_sizes: sets the caller's sizes to the bytes and the place of each tablespace, in turn, and of
# the journal. What is in the data directory has none.
sw_list_sizes() {
  mapfile -d '' -t sizes < <(
    sw_psql "$owner" "$sw_old/$sw_cluster" template1 --record-separator-zero <<'END'
select unnest(array[pg_tablespace_size(oid)::text, pg_tablespace_location(oid)])
  from pg_tablespace where spcname <> 'pg_global';
-- Whatever may be set, it does not grow to much more than what is written.
-- What is to be kept for others stays beside that; so does what cannot be archived.
select unnest(array[least(greatest(pg_size_bytes(current_setting('max_wal_size')), 1073741824,
    pg_size_bytes(current_setting('wal_keep_size', true)),
    case current_setting('archive_mode') when 'off' then 0 else 9223372036854775807 end),
    2 * sum(pg_tablespace_size(oid)) + 134217728)::bigint::text, ''])
  from pg_tablespace where spcname <> 'pg_global';
select 'end';
END
  )
  [[ ${#sizes[@]} -gt 4 && ${sizes[-1]} == end ]] || sw_fail_to_list "$sw_old/$sw_cluster"
  unset 'sizes[-1]'
}
