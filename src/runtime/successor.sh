# successor: a PostgreSQL cluster of one version becomes one of another, and nothing is lost.

# The new cluster is a copy by pg_dump and pg_restore: the new release sorts text in another way, so
# that indexes have to be made anew. From the moment when the copying begins until the copy is proved,
# nobody but the owner gets into either cluster, and neither is started at boot. So an unfinished copy
# can be thrown away and made again, as often as it is cut off. The old cluster is dropped when each
# database, relation, row and sequence of it was found in the new one, and as many functions, constraints,
# triggers and what else is counted, and never otherwise. Privileges are not compared.
#
# In $sw_state/clusters/OLD-NEW-NAME:
#   begun       port and state of the old cluster, and where the data of the new one are to be: that
#               directory was empty when this was written
#   start.conf  what the old cluster had before it was kept from being started at boot
#   databases   names of the databases, and closed: of those that let nobody in
#   old, new    what the clusters held when they were looked at last
#   proving     both are shut, or were, to be compared
#   proved      identifier of the new cluster; digest and path of the old one's control file

# sw_name_clusters OLD NEW NAME
sw_name_clusters() {
  sw_old=$1 sw_new=$2 sw_cluster=$3
  sw_place=$sw_state/clusters/$1-$2-$3
}

# sw_clear_place: the folder for notes about the copy is there, with nothing in it, unless an attempt that
# was given up has left databases open: which these are is still to be known.
sw_clear_place() {
  (umask 077 && mkdir -p -- "$sw_place")
  if [[ -e $sw_place/closed && ! -e $sw_place/proved ]]; then
    find "$sw_place" -mindepth 1 ! -name closed -delete
  else
    rm -f -- "$sw_place"/*
  fi
}

# cluster_is_upgraded OLD NEW NAME keep|drop [DATABASE…]: the new cluster answers, and holds each
# DATABASE and those that the old one was seen to hold. The old one is gone; or it is kept, and was
# proved to be in the new one.
cluster_is_upgraded() {
  local sw_old sw_new sw_cluster sw_place sw_text
  local -a databases=() expected=()
  sw_look_at_successor "${@:1:4}" || return
  expected+=("${@:5}")
  sw_holds_expected || return
  ((${#expected[@]} > 0)) || sw_holds_something "${@:5}"
}

# sw_look_at_successor OLD NEW NAME keep|drop: it answers, and the old one is gone or proved. Sets the
# caller's databases to what it holds, and its expected to what the old one was seen to hold.
sw_look_at_successor() {
  local port state owner data
  # The script's own shell keeps nothing for later.
  local -A sw_cluster_owners=() sw_cluster_data=()
  expected=()
  sw_name_clusters "$1" "$2" "$3"
  sw_has_cluster "$sw_new" "$sw_cluster" || return 1
  if sw_has_cluster "$sw_old" "$sw_cluster"; then
    [[ $4 == keep ]] && sw_is_proved keep || return 1
  fi
  sw_look_at_cluster "$sw_new" "$sw_cluster" || return
  sw_is_online "$state" || return 1
  sw_list_databases "$owner" "$sw_new/$sw_cluster" || return
  [[ ! -e $sw_place/databases ]] || mapfile -d '' -t expected <"$sw_place/databases"
}

# sw_holds_expected: each of the caller's expected is among its databases.
sw_holds_expected() {
  sw_missing_databases "${expected[@]}" || return 0
  printf 'the PostgreSQL cluster %s/%s does not hold: %s\n' "$sw_new" "$sw_cluster" "$sw_text"
  return 1
}

# sw_holds_something [DATABASE…]: nobody said what the cluster has to hold, so an empty one may be the
# wrong one; one that holds a DATABASE is not.
sw_holds_something() {
  local database
  for database in "${databases[@]}"; do
    [[ $database == postgres || $database == template1 ]] && [[ " $* " != *" $database "* ]] || return 0
  done
  printf 'the PostgreSQL cluster %s/%s holds no database, and there is no %s/%s to upgrade\n' \
    "$sw_new" "$sw_cluster" "$sw_old" "$sw_cluster"
  printf 'if that is as it should be, leave this step out: --skip\n'
  return 2
}

# sw_is_proved keep|drop: the new cluster is the one that was proved to hold what the old one holds.
# To drop the old one, it must be as it was then, and be stopped: the control file changes whenever it
# is started.
# Where that file is gone, dropping had begun.
sw_is_proved() {
  local identifier digest control found port state owner data
  [[ -e $sw_place/proved ]] || return 1
  { read -r identifier && read -r digest control; } <"$sw_place/proved" || return 1
  sw_know_data "$sw_new" "$sw_cluster"
  found=$(sw_system_identifier "$data") && [[ $found == "$identifier" ]] || return 1
  [[ $1 == drop && -e $control ]] || return 0
  sw_look_at_cluster "$sw_old" "$sw_cluster" && ! sw_is_online "$state" || return 1
  sw_note_cluster "$sw_old/$sw_cluster"
  found=$(sha256sum <"$control") && [[ ${found%% *} == "$digest" ]]
}

# upgrade_cluster OLD NEW NAME keep|drop analyze|- : the upgrade, from wherever an earlier one stopped.
upgrade_cluster() {
  local sw_old sw_new sw_cluster sw_place sw_port='' sw_new_data=''
  sw_name_clusters "$1" "$2" "$3"
  # Locales of the administrator's terminal need not exist here.
  unset "${!LC_@}"
  export LANG=C.UTF-8 LC_ALL=C.UTF-8
  # Shutting down, a large cluster may have much to write.
  export PGCTLTIMEOUT=$sw_cluster_patience
  sw_await_cluster_tools
  sw_forget_clusters
  if sw_has_cluster "$sw_old" "$sw_cluster"; then
    sw_demand_programs
    if ! sw_is_proved "$4"; then
      sw_succeed
    fi
  elif ! sw_has_cluster "$sw_new" "$sw_cluster"; then
    fail "there is no PostgreSQL cluster $sw_old/$sw_cluster, and no $sw_new/$sw_cluster either" \
      "see which there are: pg_lsclusters" "a dump of a database goes into a new one with: pg_restore"
  fi
  sw_open_new
  if [[ $5 == analyze ]] || sw_only_analyzes; then
    sw_analyze
  fi
  [[ $4 != drop ]] || sw_drop_old
}

# sw_demand_programs: the server programs of both versions are there.
sw_demand_programs() {
  local version
  for version in "$sw_old" "$sw_new"; do
    [[ -x $sw_postgres_programs/$version/bin/postgres ]] ||
      fail "the programs of PostgreSQL $version are not installed, and cluster $sw_old/$sw_cluster needs them" \
        "install them: apt-get install postgresql-$version; nothing was changed"
  done
}

# sw_succeed: makes the copy, unless it is there, and proves it.
sw_succeed() {
  sw_judge_new
  if [[ $sw_text != copied ]]; then
    sw_begin_copy
    sw_copy
  fi
  sw_prove
}

# sw_judge_new: what of the new cluster stands in the way of the copy is gone, or this stops the step.
# Sets sw_text: "copied" when the copy is there and only has to be proved; and sw_new_data.
sw_judge_new() {
  sw_text=''
  if sw_has_begun; then
    sw_read_begun
    if sw_is_copied; then
      sw_text=copied
    else
      sw_demand_own_copy
      sw_demand_unused
      sw_remove_copy
    fi
  elif sw_is_given_up; then
    sw_judge_given_up
  elif sw_has_cluster "$sw_new" "$sw_cluster"; then
    sw_judge_other_cluster
  else
    sw_new_data=$(sw_default_data)
  fi
}

# sw_judge_other_cluster: a new cluster that no unfinished copy explains: the empty one that came with
# its package is dropped; one that an upgrade by hand left behind is compared like a copy.
sw_judge_other_cluster() {
  local port state owner data old_state sw_own
  sw_demand_told_data "$sw_old"
  sw_demand_told_data "$sw_new"
  sw_see_cluster "$sw_old" "$sw_cluster"
  old_state=$state
  sw_see_cluster "$sw_new" "$sw_cluster"
  sw_know_data "$sw_new" "$sw_cluster"
  sw_new_data=$data
  sw_know_data "$sw_old" "$sw_cluster"
  [[ ! $sw_new_data -ef $data ]] || fail "clusters $sw_old/$sw_cluster and $sw_new/$sw_cluster have the same data: $data" \
    "set data_directory right in $sw_postgres_settings/$sw_new/$sw_cluster/postgresql.conf; never drop either before"
  if sw_has_begun_to_drop && ! sw_is_online "$state"; then
    run pg_ctlcluster "$sw_new" "$sw_cluster" start || {
      sw_drop_empty
      return
    }
  elif ! sw_is_online "$state"; then
    sw_start_cluster "$sw_new" "$sw_cluster"
  fi
  sw_clear_place
  sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new"
  sw_own=$(sw_own_contents "$sw_place/new" "$owner")
  if [[ -z $sw_own ]]; then
    printf '%s\n' "$sw_new_data" | sw_replace_file "$sw_place/dropping" 0600
    sw_drop_empty
  elif ! sw_is_online "$old_state" && [[ $(sw_start_setting "$sw_old" "$sw_cluster") == manual ]]; then
    sw_text=copied
  else
    sw_fail_to_judge
  fi
}

# sw_has_begun_to_drop: an earlier run found the new cluster empty and was about to drop it. What it
# may have left of it does not start.
sw_has_begun_to_drop() {
  local noted=''
  { IFS= read -r noted <"$sw_place/dropping"; } 2>/dev/null && [[ $noted == "$sw_new_data" ]]
}

sw_drop_empty() {
  run pg_dropcluster --stop "$sw_new" "$sw_cluster"
  sw_forget_clusters
  sw_drop_settings "$sw_new"
  rm -f -- "$sw_place/dropping"
}

# sw_fail_to_judge: nobody is told to drop the old cluster for what was begun as a copy of it.
sw_fail_to_judge() {
  local advice="if the new one counts, drop the old one and run this script again: pg_dropcluster --stop $sw_old $sw_cluster"
  ! sw_was_begun_as_copy ||
    advice='the new one was begun as a copy of the old one, and nothing has found it whole since: do not drop the old one for it; save what was written to the new one before you drop it'
  [[ -z ${sw_own:-} ]] || printf '%s\n' "$sw_own"
  fail "there are clusters $sw_old/$sw_cluster and $sw_new/$sw_cluster, and both hold something: nothing was dropped" \
    "if the old one counts, drop the new one and run this script again: pg_dropcluster --stop $sw_new $sw_cluster" \
    "$advice"
}

# plan_cluster_upgrade OLD NEW NAME keep|drop analyze|-
plan_cluster_upgrade() {
  local sw_old sw_new sw_cluster sw_place
  sw_name_clusters "$1" "$2" "$3"
  if sw_has_cluster "$1" "$3" || ! sw_has_cluster "$2" "$3"; then
    if sw_has_cluster "$2" "$3"; then
      would pg_dropcluster --stop "$2" "$3"
      would_say '  (only if it is empty, or a copy that was cut off)'
    fi
    would pg_upgradecluster -v "$2" "$1" "$3"
    would_say '  (then both are compared, with nobody let in: databases, what is defined in them, rows and sequences)'
  fi
  would pg_ctlcluster "$2" "$3" start
  if [[ $5 == analyze ]] || sw_only_analyzes; then
    would vacuumdb --cluster "$2/$3" --all --analyze-in-stages
  fi
  if [[ $4 == keep ]]; then
    would_say "  ($1/$3 is kept, stopped: drop it when you need it no more: pg_dropcluster $1 $3)"
  elif sw_has_cluster "$1" "$3" || ! sw_has_cluster "$2" "$3"; then
    would pg_dropcluster "$1" "$3"
    would_say "  (only if $2/$3 was found to hold everything that it holds)"
  fi
}
