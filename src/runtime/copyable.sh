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
select unnest(array[least(greatest(pg_size_bytes(current_setting('max_wal_size')), 1073741824),
    2 * sum(pg_tablespace_size(oid)) + 134217728)::bigint::text, ''])
  from pg_tablespace where spcname <> 'pg_global';
select 'end';
END
  )
  [[ ${#sizes[@]} -gt 4 && ${sizes[-1]} == end ]] || sw_fail_to_list "$sw_old/$sw_cluster"
  unset 'sizes[-1]'
}
