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
  # A prepared transaction may keep what is to be counted to itself.
  sw_demand_undisturbed
  for database in "${databases[@]}"; do
    [[ $database != *[=\|$'\n']* && $database != postgres*://* ]] || fail \
      "pg_upgradecluster cannot copy database ${database@Q}: it takes the name for something else" \
      "rename it: alter database … rename to …; nothing was copied"
  done
  sw_note_databases
  sw_list_contents "$sw_old" "$sw_cluster" "$sw_place/old" - told
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

sw_upgradecluster=/usr/bin/pg_upgradecluster

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
  # Of packages, only those are needed that a database has an extension of, which was seen to.
  ! grep -q -s -e --force-packages -- "$sw_upgradecluster" || start+=(--force-packages)
  sw_run_unhindered pg_upgradecluster "${start[@]}" -v "$sw_new" "$sw_old" "$sw_cluster" "${place[@]}" || status=$?
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
