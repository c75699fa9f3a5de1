# unfinished: a copy of a PostgreSQL cluster that was begun: whether it is whole, or can be thrown away.

# sw_is_copied: the unfinished copy has got the old cluster's port, or was taken into use by hand.
# Before 229 the port comes with the settings, a little before the copy is whole; what was last
# started by pg_upgradecluster, closed, was not in use.
sw_is_copied() {
  sw_has_cluster "$sw_new" "$sw_cluster" && [[ -e $sw_new_data/postmaster.opts ]] || return 1
  [[ $(sw_setting_of "$sw_new" "$sw_cluster" data_directory) == "$sw_new_data" ]] || return 1
  [[ $(sw_setting_of "$sw_new" "$sw_cluster" port) == "$sw_port" ]] || return 1
  [[ $(sw_setting_of "$sw_old" "$sw_cluster" port) == "$sw_port" ]] || return 0
  ! sw_ran_closed
}

# sw_ran_closed: whether pg_upgradecluster started the new cluster last: nobody but its owner got in.
sw_ran_closed() {
  local started=''
  IFS= read -r started <"$sw_new_data/postmaster.opts" || :
  [[ $started == *hba_file=/tmp/pg_hba.* ]]
}

# sw_demand_own_copy: what there is of the new cluster is where the copy was begun, and nowhere else.
sw_demand_own_copy() {
  local data found
  data=$(sw_setting_of "$sw_old" "$sw_cluster" data_directory)
  [[ -n $data && ! $sw_new_data -ef $data && $data/ != "$sw_new_data"/* ]] ||
    fail "the data of cluster $sw_old/$sw_cluster are in $sw_new_data, where the copy is to be"
  sw_has_cluster "$sw_new" "$sw_cluster" || return 0
  found=$(sw_setting_of "$sw_new" "$sw_cluster" data_directory)
  [[ -z $found || $found == "$sw_new_data" || $found -ef $data ]] || sw_fail_to_judge
}

# sw_demand_unused: the unfinished copy holds no more than what is copied. After it was cut off,
# somebody may have made a cluster of this name, and used it. What was looked at once is noted in
# unused: its removal may be cut off, too.
sw_demand_unused() {
  local sw_own noted=''
  # What was never started was not used, nor what was closed.
  sw_has_cluster "$sw_new" "$sw_cluster" && [[ -e $sw_new_data/postmaster.opts ]] || return 0
  [[ $(sw_setting_of "$sw_new" "$sw_cluster" data_directory) == "$sw_new_data" ]] || return 0
  ! sw_ran_closed || return 0
  [[ ! -e $sw_place/unused ]] || IFS= read -r noted <"$sw_place/unused" || :
  # Without that file nobody can have used it any more.
  [[ -e $sw_new_data/global/pg_control ]] || return 0
  [[ -z $noted || $noted != "$(sha256sum <"$sw_new_data/global/pg_control")" ]] || return 0
  sw_list_new
  sw_own=$(sw_further_contents "$sw_place/old" "$sw_place/new")
  [[ -z $sw_own ]] || sw_fail_to_judge
  # The control file changes whenever it is started.
  sw_stop_by_data "$sw_new_data"
  sha256sum <"$sw_new_data/global/pg_control" | sw_replace_file "$sw_place/unused" 0600
}

# sw_list_new: notes what the new cluster holds; it is left running or stopped, as it was.
sw_list_new() {
  local port state owner data
  sw_see_cluster "$sw_new" "$sw_cluster"
  if sw_is_online "$state"; then
    sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new"
    return 0
  fi
  # Both may have one port.
  sw_stop_cluster "$sw_old" "$sw_cluster"
  sw_start_closed "$sw_new" "$sw_cluster"
  sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new"
  sw_stop_answering "$sw_new" "$sw_cluster"
}

# sw_is_given_up: a copy was begun, and the old cluster put back into service since; the new one is where
# that copy was to be, or has the settings of the old one, as a copy has them at first.
sw_is_given_up() {
  local found data
  [[ -e $sw_place/begun ]] && sw_has_cluster "$sw_new" "$sw_cluster" || return 1
  sw_read_begun
  found=$(sw_setting_of "$sw_new" "$sw_cluster" data_directory)
  data=$(sw_setting_of "$sw_old" "$sw_cluster" data_directory)
  [[ -z $found || $found == "$sw_new_data" || $found -ef $sw_new_data || $found -ef $data ]]
}

# sw_judge_given_up: such a copy is stale, whole or not, for the old cluster has served since: it is never
# proved, but made anew. It is thrown away where it was never started, or pg_upgradecluster was the last
# to start it: then nobody but its owner has ever got in. After any other start only a person can tell
# whether it was used: rows that were changed in their place do not show in a list.
sw_judge_given_up() {
  sw_demand_own_copy
  if [[ ! -e $sw_new_data/postmaster.opts ]] || sw_ran_closed; then
    sw_remove_copy
    sw_new_data=$(sw_default_data)
  else
    sw_was_begun_as_copy || sw_judge_other_cluster
    sw_fail_to_judge
  fi
}

# sw_was_begun_as_copy: the new cluster's data are where a copy of the old one was begun.
sw_was_begun_as_copy() {
  local copy found
  { read -r _ && IFS= read -r copy; } 2>/dev/null <"$sw_place/begun" || return 1
  found=$(sw_setting_of "$sw_new" "$sw_cluster" data_directory)
  [[ -n $found ]] && [[ $found == "$copy" || $found -ef $copy ]]
}

# sw_remove_copy: the unfinished copy is gone, with its data and its settings.
sw_remove_copy() {
  local settings=$sw_postgres_settings/$sw_new/$sw_cluster
  sw_forget_clusters
  sw_stop_by_data "$sw_new_data"
  # Until it was started it has no tablespaces, and its settings may be the old cluster's.
  if sw_has_cluster "$sw_new" "$sw_cluster" && [[ -e $sw_new_data/postmaster.opts ]]; then
    run pg_conftool "$sw_new" "$sw_cluster" set data_directory "$sw_new_data"
    run pg_conftool "$sw_new" "$sw_cluster" set external_pid_file \
      "/var/run/postgresql/$sw_new-$sw_cluster.pid"
    [[ $(sw_setting_of "$sw_new" "$sw_cluster" data_directory) == "$sw_new_data" ]] ||
      fail "where the data of cluster $sw_new/$sw_cluster are cannot be set" "it was not dropped: see pg_lsclusters"
    run pg_dropcluster "$sw_new" "$sw_cluster"
  fi
  [[ ! -e $sw_new_data/ ]] || run find -H "$sw_new_data" -mindepth 1 -xdev -delete
  [[ ! -e $settings ]] || run rm -rf --one-file-system -- "$settings"
}

# sw_stop_by_data DATA: the server whose data is there is stopped, whatever any setting says of it.
sw_stop_by_data() {
  local pid='' sw_data=$1
  [[ -e $1/postmaster.pid ]] || return 0
  IFS= read -r pid <"$1/postmaster.pid" || :
  [[ $pid =~ ^[0-9]+$ && /proc/$pid/cwd -ef $1 ]] || return 0
  run kill -INT "$pid"
  sw_outwait sw_find_server "$sw_cluster_patience" stop
}

# sw_find_server: whether process pid still serves the caller's sw_data; told in the caller's holder.
sw_find_server() {
  [[ /proc/$pid/cwd -ef $sw_data ]] || return
  holder="process $pid serves $sw_data"
}

# sw_tell_closed: which clusters serve nobody until their copy is whole and proved, and how to have one
# serve before. start.conf, put back, ends the attempt: the next run begins anew. A restart would go
# through systemd, which does not know of a server that was started closed.
sw_tell_closed() {
  local place rest old new name settings
  for place in "$sw_state/clusters"/*; do
    rest=${place##*/}
    old=${rest%%-*}
    rest=${rest#*-}
    new=${rest%%-*}
    name=${rest#*-}
    settings=$sw_postgres_settings/$old/$name
    [[ ! -e $place/proved && -e $settings/start.conf ]] || continue
    [[ $(sw_start_setting "$old" "$name") == manual ]] || continue
    if [[ -e $place/begun ]]; then
      sw_tell_closed_copy
    elif [[ -e $place/proving ]] && sw_has_cluster "$new" "$name"; then
      # It had been upgraded by hand.
      ! sw_runs_open "$(sw_setting_of "$new" "$name" data_directory)" || continue
      sw_complain "  until this has gone on, PostgreSQL cluster $new/$name lets in its owner alone"
      sw_complain "  to have it serve before: pg_ctlcluster $new ${name@Q} stop; pg_ctlcluster $new ${name@Q} start"
      sw_tell_opened
    fi
  done
}

# sw_tell_closed_copy: the same of the caller's place, where a copy was begun. When that has the port, it is
# being proved. It is only said to be dropped when its data are where it was begun: at first its settings
# name those of the old cluster.
sw_tell_closed_copy() {
  local port copy='' data back hba=$settings/pg_hba.conf
  { read -r port && { IFS= read -r copy || :; }; } <"$place/begun" || return 0
  back="cp ${place@Q}/start.conf ${settings@Q}/ && pg_conftool $old ${name@Q} set port $port && { pg_ctlcluster $old ${name@Q} stop; pg_ctlcluster $old ${name@Q} start; }"
  # Up to 202, pg_upgradecluster has put one of its own in its place.
  [[ ! -e $hba.pg_upgradecluster ]] || back="mv -T ${hba@Q}.pg_upgradecluster ${hba@Q} && $back"
  if [[ $(sw_setting_of "$new" "$name" port 2>/dev/null) != "$port" ]]; then
    sw_complain "  until this has gone on, PostgreSQL cluster $old/$name lets in its owner alone, and is not started at boot"
    sw_complain "  to have it serve before: $back"
  else
    data=$(sw_setting_of "$new" "$name" data_directory 2>/dev/null)
    ! sw_runs_open "$data" || return 0
    sw_complain "  until this has gone on, PostgreSQL clusters $old/$name and $new/$name let in their owner alone, and are not started at boot"
    sw_complain '  to go on: run this script again'
    [[ -n $copy && $data == "$copy" ]] || return 0
    sw_complain "  to have $old/$name serve instead, without the copy: pg_dropcluster --stop $new ${name@Q} && $back"
  fi
  sw_tell_opened
}

# sw_tell_opened: which databases of the caller's place the upgrade may have opened for itself.
sw_tell_opened() {
  local -a shut=()
  [[ ! -e $place/closed ]] || mapfile -d '' -t shut <"$place/closed"
  ((${#shut[@]} == 0)) ||
    sw_complain "  then these databases of it may be open, which let nobody in; shut them, with alter database … allow_connections false: ${shut[*]@Q}"
}

# sw_runs_open DATA: the server whose data is there runs, and lets in others than its owner.
sw_runs_open() {
  local started=''
  [[ -e $1/postmaster.pid ]] || return 1
  IFS= read -r started <"$1/postmaster.opts" || :
  [[ $started != *hba_file=/tmp/pg_hba.* && $started != *"hba_file=$sw_cluster_hba"* ]]
}

sw_hooks_early+=(sw_tell_closed)
