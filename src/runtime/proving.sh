# proving: whether a new PostgreSQL cluster holds all of the old one, and what follows from it.

# sw_prove: both clusters, open to their owner alone, are compared; the note of it is on the disk when
# this returns. Anything that the new one lacks stops the step.
sw_prove() {
  local lost
  # Should this be cut off, that is what the shut clusters are told by.
  rm -f -- "$sw_place/proved"
  : >"$sw_place/proving"
  sw_part_ports
  sw_look_into_both
  lost=$(sw_lost_contents "$sw_place/old" "$sw_place/new")
  [[ -z $lost ]] || sw_fail_to_prove
  run sync
  sw_note_proved
}

# sw_part_ports: both are down, and do not have the same port.
sw_part_ports() {
  local port state owner data new_port
  sw_look_and_stop "$sw_new" "$sw_cluster"
  new_port=$port
  sw_look_and_stop "$sw_old" "$sw_cluster"
  [[ $new_port == "$port" ]] || return 0
  port=$(sw_free_port)
  sw_set_port "$sw_old" "$sw_cluster" "$port"
}

# sw_look_into_both: notes what both hold, databases that let nobody in included.
sw_look_into_both() {
  local version owner
  local -a records=() databases=() closed=() how=(all told)
  sw_start_both_closed "$sw_cluster" "$sw_old" "$sw_new"
  sw_know_owner "$sw_old" "$sw_cluster"
  sw_await_answer "$sw_old" "$sw_cluster" sw_ask_contents
  sw_note_databases
  # It has not told what is in those that are opened now.
  [[ ! -s $sw_place/closed ]] || how=(all)
  for version in "$sw_old" "$sw_new"; do
    sw_allow_connections "$version" true
  done
  sw_list_contents "$sw_old" "$sw_cluster" "$sw_place/old" "${how[@]}"
  sw_finish_copy "$sw_new" "$sw_cluster" "$sw_place/old"
  sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new" all
  # The new one first: should the power fail in between, it is not the one that crashed.
  for version in "$sw_new" "$sw_old"; do
    sw_allow_connections "$version" false
    sw_stop_answering "$version" "$sw_cluster"
  done
}

# sw_allow_connections VERSION true|false: lets owners into the databases that let nobody in, or no more.
sw_allow_connections() {
  local owner database
  local -a closed=()
  mapfile -d '' -t closed <"$sw_place/closed"
  sw_know_owner "$1" "$sw_cluster"
  for database in "${closed[@]}"; do
    printf '+ alter database %q allow_connections %s, in cluster %s\n' "$database" "$2" "$1/$sw_cluster"
    sw_psql "$owner" "$1/$sw_cluster" template1 --set=name="$database" --set=allow="$2" <<'END'
set default_transaction_read_only = off;
select format('alter database %I allow_connections %s', datname, :'allow')
  from pg_database where datname = :'name'
\gexec
END
  done
}

sw_fail_to_prove() {
  local count settings=$sw_postgres_settings/$sw_old/$sw_cluster
  local -a back=()
  count=$(wc -l <<<"$lost")
  printf '%s\n' "what cluster $sw_new/$sw_cluster lacks:" "$(head -n 15 <<<"$lost")"
  [[ ! -e $sw_place/begun ]] || back=(
    "to go back to the old one:"
    "  pg_dropcluster $sw_new $sw_cluster"
    "  pg_conftool $sw_old $sw_cluster set port $sw_port"
    "  cp ${sw_place@Q}/start.conf $settings/"
    "  pg_ctlcluster $sw_old $sw_cluster start"
  )
  fail "cluster $sw_new/$sw_cluster lacks $count things that $sw_old/$sw_cluster holds: both are stopped, nothing was dropped" \
    "all of them: comm -23 ${sw_place@Q}/old ${sw_place@Q}/new" \
    "to have it copied again: pg_dropcluster $sw_new $sw_cluster, then run this script again" \
    "if what it lacks was rightly deleted in it since: pg_dropcluster $sw_old $sw_cluster, then run this script again" \
    "${back[@]}"
}

# sw_note_proved: what the old cluster is dropped on, later.
sw_note_proved() {
  local data identifier digest
  sw_know_data "$sw_new" "$sw_cluster"
  identifier=$(sw_system_identifier "$data")
  sw_know_data "$sw_old" "$sw_cluster"
  digest=$(sha256sum <"$data/global/pg_control")
  digest="${digest%% *} $data/global/pg_control"
  printf '%s\n' "$identifier" "$digest" | sw_replace_file "$sw_place/proved" 0600
}

# sw_open_new: the new cluster serves in the old one's place, now and at boot.
sw_open_new() {
  local port state owner data
  local -a databases=()
  local settings=$sw_postgres_settings/$sw_new/$sw_cluster
  if [[ -e $sw_place/start.conf && $(sw_start_setting "$sw_new" "$sw_cluster") == manual ]]; then
    replace_file "$settings/start.conf" <"$sw_place/start.conf"
  fi
  sw_reload_systemd
  sw_see_cluster "$sw_new" "$sw_cluster"
  if sw_is_online "$state" && sw_is_closed; then
    sw_stop_cluster "$sw_new" "$sw_cluster"
    state=down
  fi
  sw_is_online "$state" || sw_start_cluster "$sw_new" "$sw_cluster"
  sw_await_answer "$sw_new" "$sw_cluster"
}

# sw_is_closed: the new cluster was started for its owner alone, by this or by pg_upgradecluster.
sw_is_closed() {
  local file
  file=$(sw_psql "$owner" "$sw_new/$sw_cluster" template1 <<<'show hba_file') || return 1
  [[ $file == "$sw_cluster_hba" || $file == /tmp/pg_hba.* ]]
}

# sw_analyze: the planner gets its figures, coarse ones first.
sw_analyze() {
  local owner
  sw_know_owner "$sw_new" "$sw_cluster"
  cd /
  sw_run_unhindered runuser -u "$owner" -- vacuumdb --cluster "$sw_new/$sw_cluster" --no-password --all --analyze-in-stages
}

# sw_only_analyzes: the one thing that is hooked into pg_upgradecluster is an analysis of the copy.
sw_only_analyzes() {
  local -a hooks=("$sw_postgres_settings-common/pg_upgradecluster.d"/*)
  [[ ${#hooks[@]} -eq 1 && ${hooks[0]} == */analyze ]]
}

# sw_drop_old: the old cluster, proved to be in the new one, is gone.
sw_drop_old() {
  sw_has_cluster "$sw_old" "$sw_cluster" || return 0
  sw_forget_clusters
  sw_is_proved drop || fail "cluster $sw_old/$sw_cluster has changed since it was compared: it was not dropped" \
    "run this script again: then it is compared again"
  sw_demand_apart
  sw_keep_settings
  run pg_dropcluster "$sw_old" "$sw_cluster"
  sw_forget_clusters
  sw_drop_settings "$sw_old"
}

# sw_keep_settings: what in the old cluster's folder of settings was not taken over, as what is in
# conf.d, is kept, and told in the end.
sw_keep_settings() {
  local file settings=$sw_postgres_settings/$sw_old/$sw_cluster kept=$sw_state/settings/$sw_old-$sw_cluster
  # Where dropping was cut off, some may be gone by now.
  [[ ! -d $kept ]] || return 0
  [[ ! -e $kept.part ]] || rm -rf -- "$kept.part"
  while IFS= read -r -d '' file; do
    ! sw_is_taken_over "$file" || continue
    mkdir -p -- "$kept.part"
    [[ $file != */* ]] || mkdir -p -- "$kept.part/${file%/*}"
    cp -a -- "$settings/$file" "$kept.part/$file"
    printf '%s\0' "$kept/$file" >>"$sw_state/settings/untold"
  done < <(find "$settings/" ! -type d -printf '%P\0')
  [[ -d $kept.part ]] || return 0
  sync -f "$kept.part"
  mv -T -- "$kept.part" "$kept"
}

# sw_is_taken_over FILE: whether that file of the caller's settings was copied by pg_upgradecluster, or the
# new cluster has the same.
sw_is_taken_over() {
  case $1 in
    postgresql.conf | pg_hba.conf | pg_ident.conf | pg_ctl.conf | start.conf)
      [[ ! -e $sw_place/begun ]] || return 0
      ;;
  esac
  cmp -s -- "$settings/$1" "$sw_postgres_settings/$sw_new/$sw_cluster/$1"
}

# sw_tell_settings: of which settings the administrator has to think.
sw_tell_settings() {
  local file
  [[ -e $sw_state/settings/untold ]] || return 0
  while IFS= read -r -d '' file; do
    warn "pg_upgradecluster did not take over these settings of a cluster, which are kept: ${file@Q}"
  done <"$sw_state/settings/untold"
  rm -f -- "$sw_state/settings/untold"
}

sw_hooks_summary+=(sw_tell_settings)

# sw_demand_apart: nothing of the new cluster is in the old data directory, which goes with all that is
# in it. A tablespace is copied to the place that it had.
sw_demand_apart() {
  local data old new below sw_text
  sw_know_data "$sw_old" "$sw_cluster"
  old=$data
  sw_know_data "$sw_new" "$sw_cluster"
  new=$data
  [[ -n $old && -n $new ]] || fail "where the data of clusters $sw_old/$sw_cluster and $sw_new/$sw_cluster are cannot be told: nothing was dropped" \
    "see: pg_lsclusters"
  below=$(sw_print_below "$old" "$new")
  [[ -n $below ]] || below=$(sw_print_below "$old" "$new/pg_wal" "$new/pg_tblspc"/*)
  [[ -z $below ]] || fail "data of cluster $sw_new/$sw_cluster are in $old, and would go with cluster $sw_old/$sw_cluster: nothing was dropped" \
    "they are in: ${below//$'\n'/, }" \
    "move them elsewhere, a tablespace with: create tablespace … location …; alter table all in tablespace … set tablespace …; drop tablespace …" \
    "then run this script again; do not drop $sw_old/$sw_cluster by hand before"
  sw_find_settings_within "$sw_new" "$new" "$old"
  [[ -z $sw_text ]] || fail "settings of cluster $sw_new/$sw_cluster name files in $old, which would go with cluster $sw_old/$sw_cluster: nothing was dropped" \
    "they are: ${sw_text//$'\n'/, }" \
    'move these files elsewhere, and let the settings name them there; then run this script again'
}

# sw_drop_settings VERSION: its settings are gone, too. A data directory that is a mount point is
# emptied by pg_dropcluster, which cannot remove it, leaves the settings, and ends with 0 all the same.
sw_drop_settings() {
  local data found=missing settings=$sw_postgres_settings/$1/$sw_cluster
  sw_has_cluster "$1" "$sw_cluster" || return 0
  data=$(sw_setting_of "$1" "$sw_cluster" data_directory)
  [[ ! -d $data ]] || found=$(find -H "$data" -mindepth 1 -print -quit)
  [[ -z $found ]] || fail "pg_dropcluster did not drop cluster $1/$sw_cluster, whose data are in ${data:-no directory}" \
    "look at what it says above, mend that, and run this script again"
  run rm -rf --one-file-system -- "$settings"
}
