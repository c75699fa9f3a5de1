# copying: pg_upgradecluster, begun, taken back and begun again.

# What it leaves behind when it is killed, in the order of its work (postgresql-common 200 to 278):
# - the old cluster up, open to its owner alone (until 202 by a pg_hba.conf of its own: the original
#   is pg_hba.conf.pg_upgradecluster);
# - the new data directory, with or without settings below /etc, never started;
# - the new settings as a plain copy of the old ones: for a moment their data_directory and pid file
#   are THE OLD CLUSTER'S, and pg_dropcluster of the new cluster would stop the old one and delete its
#   data. Since 229 that is before the data are copied, earlier it was after;
# - the new cluster up on a port of its own, with some of the data, and databases that let nobody in
#   open in the old one;
# - both down; the old one's start.conf "manual"; the old one on another port; then, last of all, the
#   new one on the port that the old one had: that is the mark of a whole copy.
# It ends with 0 even when rows could not be restored: only a comparison tells.

# sw_begin_copy: the old cluster is noted as it is, not started at boot any more, and stopped.
sw_begin_copy() {
  local port state owner data
  if sw_has_begun; then
    sw_read_begun
    sw_take_back_port
    sw_see_cluster "$sw_old" "$sw_cluster"
    sw_list_old
  else
    # Of an attempt that was given up, the settings may be left.
    [[ ! -e $sw_place/begun ]] || sw_take_back_hba
    sw_demand_copyable
    sw_clear_place
    sw_list_old
    sw_note_begun
    sw_read_begun
  fi
  printf 'manual\n' | replace_file "$sw_postgres_settings/$sw_old/$sw_cluster/start.conf"
  sw_stop_answering "$sw_old" "$sw_cluster"
}

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

# sw_note_begun: the note that makes what is found of the new cluster from now on an unfinished copy.
sw_note_begun() {
  local port state owner data file=$sw_postgres_settings/$sw_old/$sw_cluster/start.conf
  sw_demand_cluster "$sw_old" "$sw_cluster"
  if [[ -e $file ]]; then
    sw_keep_copy "$file" "$sw_place/start.conf"
  else
    printf 'auto\n' | sw_replace_file "$sw_place/start.conf" 0644
  fi
  printf '%s\n' "$port" "$sw_new_data" | sw_replace_file "$sw_place/begun" 0600
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

# sw_has_begun: whether the copy was begun, and the old cluster is still as it was left then: who
# puts it back into service by hand has ended the attempt.
sw_has_begun() {
  [[ -e $sw_place/begun ]] && [[ $(sw_start_setting "$sw_old" "$sw_cluster") == manual ]]
}

# sw_read_begun: sets sw_port, which the old cluster had and the new one is to have, and sw_new_data.
sw_read_begun() {
  { read -r sw_port && IFS= read -r sw_new_data; } <"$sw_place/begun" ||
    fail "$sw_place/begun does not tell what was begun" "see: pg_lsclusters"
}

# sw_take_back_port: the old cluster has its port and its pg_hba.conf, whatever came between.
sw_take_back_port() {
  local port state owner data
  sw_demand_cluster "$sw_old" "$sw_cluster"
  sw_take_back_hba
  if [[ $port != "$sw_port" ]]; then
    sw_stop_cluster "$sw_old" "$sw_cluster"
    sw_set_port "$sw_old" "$sw_cluster" "$sw_port"
  fi
}

# sw_take_back_hba: where pg_upgradecluster has put a pg_hba.conf of its own, the cluster's is back.
sw_take_back_hba() {
  local hba=$sw_postgres_settings/$sw_old/$sw_cluster/pg_hba.conf
  [[ -e $hba.pg_upgradecluster ]] || return 0
  sw_stop_cluster "$sw_old" "$sw_cluster"
  run mv -f -T -- "$hba.pg_upgradecluster" "$hba"
}

# sw_list_old: notes what the old cluster, in the caller's state, holds before anything is copied.
sw_list_old() {
  local database
  local -a records=() databases=() closed=()
  sw_is_online "$state" || sw_start_closed "$sw_old" "$sw_cluster"
  sw_await_answer "$sw_old" "$sw_cluster" sw_ask_contents
  for database in "${databases[@]}"; do
    [[ $database != *[=\|$'\n']* && $database != postgres*://* ]] || fail \
      "pg_upgradecluster cannot copy database ${database@Q}: it takes the name for something else" \
      "rename it: alter database … rename to …; nothing was copied"
  done
  sw_note_databases
  sw_list_contents "$sw_old" "$sw_cluster" "$sw_place/old" - told
  sw_demand_none_prepared "$sw_old/$sw_cluster" "$sw_place/old"
  sw_demand_extensions
  sw_demand_room_for_copy
}

# sw_note_databases: notes the old cluster's databases, as the caller has them, and its closed, those
# that let nobody in. What was once noted as closed stays so: an unfinished copy may have left it open.
sw_note_databases() {
  local -a shut=()
  printf '%s\0' "${databases[@]}" | sw_replace_file "$sw_place/databases" 0600
  [[ ! -e $sw_place/closed ]] || mapfile -d '' -t shut <"$sw_place/closed"
  shut+=("${closed[@]}")
  { ((${#shut[@]} == 0)) || printf '%s\0' "${shut[@]}"; } | sort -u -z |
    sw_replace_file "$sw_place/closed" 0600
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

# sw_copy: the copy itself. When it fails, the old cluster is put back as it was.
sw_copy() {
  local default status=0
  local -a start=() place=()
  # The hook of postgresql-common 278 would have the new cluster started, open to everybody.
  ! sw_only_analyzes || start=(--no-start)
  default=$(sw_default_data)
  [[ $sw_new_data == "$default" ]] || place=("$sw_new_data")
  sw_forget_clusters
  if sw_has_cluster "$sw_new" "$sw_cluster"; then
    sw_take_back_port
    sw_put_old_back
    fail "cluster $sw_new/$sw_cluster was made while $sw_old/$sw_cluster was listed, which serves as before: nothing was copied" \
      "see: pg_lsclusters; run this script again: then the new one is looked at"
  fi
  run pg_upgradecluster "${start[@]}" -v "$sw_new" "$sw_old" "$sw_cluster" "${place[@]}" || status=$?
  ((status > 0)) || return 0
  ! sw_is_copied || fail "pg_upgradecluster copied everything, and then ended with status $status" \
    "look at what it says above, and run this script again: then the copy is compared"
  sw_remove_copy
  sw_take_back_port
  sw_put_old_back
  fail "pg_upgradecluster failed with status $status; cluster $sw_old/$sw_cluster serves as before" \
    "look at what it says above, mend that, and run this script again"
}

# sw_default_data: prints where pg_createcluster puts the data of the new cluster.
sw_default_data() {
  local data
  data=$(pg_conftool -s "$sw_postgres_settings-common/createcluster.conf" show data_directory) || :
  data=${data:-/var/lib/postgresql/%v/%c}
  while [[ $data == ?*/ ]]; do
    data=${data%/}
  done
  data=${data//%v/"$sw_new"}
  printf '%s' "${data//%c/"$sw_cluster"}"
}

# sw_put_old_back: the old cluster serves as it did before the copy was begun.
sw_put_old_back() {
  sw_stop_cluster "$sw_old" "$sw_cluster"
  replace_file "$sw_postgres_settings/$sw_old/$sw_cluster/start.conf" <"$sw_place/start.conf"
  sw_reload_systemd
  sw_start_cluster "$sw_old" "$sw_cluster"
  sw_allow_connections "$sw_old" false
  run rm -f -- "$sw_place/begun" "$sw_place/closed" "$sw_place/proving"
}
