# cluster: PostgreSQL clusters as Debian's tools keep them, started, stopped and set.

# What was found of these tools, and is relied on here:
# - pg_lsclusters, pg_ctlcluster and the others go by /etc/postgresql/VERSION/NAME/postgresql.conf.
# - pg_ctlcluster goes through systemd unless it is given -o; stopping what is down ends with 2.
# - start.conf says auto, manual (not at boot) or disabled; without one it is auto.

# Only the owner gets in, by the socket: what pg_upgradecluster starts its clusters with, too.
sw_cluster_hba=/run/stepwright-hba.conf

# sw_start_closed VERSION NAME: starts that cluster so that nobody but its owner gets in.
sw_start_closed() {
  local owner
  sw_know_owner "$1" "$2"
  printf 'local all %s peer\n' "$owner" >"$sw_cluster_hba"
  sw_start_cluster "$1" "$2" -o "-c hba_file=$sw_cluster_hba"
}

# sw_start_both_closed NAME VERSION VERSION: the same for two clusters at the same time: pg_ctlcluster
# sleeps for two seconds over each, and the service is down.
sw_start_both_closed() {
  local version owner
  local -a owners=() starting=()
  for version in "${@:2}"; do
    sw_know_owner "$version" "$1"
    owners+=("$owner")
  done
  printf 'local all %s peer\n' "${owners[@]}" | sort -u >"$sw_cluster_hba"
  for version in "${@:2}"; do
    sw_start_cluster "$version" "$1" -o "-c hba_file=$sw_cluster_hba" &
    starting+=("$!")
  done
  sw_join "${starting[@]}"
}

# sw_join PID…: waits for these shells of the step, and stops it if one of them has failed.
sw_join() {
  local pid status worst=0
  for pid; do
    sw_see_end "$pid"
    ((worst > 0)) || worst=$status
  done
  ((worst == 0)) || exit "$worst"
}

# sw_start_cluster VERSION NAME [OPTION…]
sw_start_cluster() {
  run pg_ctlcluster "$1" "$2" start "${@:3}" || fail "the PostgreSQL cluster $1/$2 does not start" \
    "see the message above, and: tail /var/log/postgresql/postgresql-$1-$2.log"
}

# sw_stop_cluster VERSION NAME: it is down, however it had been started.
sw_stop_cluster() {
  local port state owner data
  sw_look_and_stop "$1" "$2"
}

# sw_look_and_stop VERSION NAME: the same, and sets the caller's port, state, owner and data
# to what they were.
sw_look_and_stop() {
  sw_see_cluster "$1" "$2"
  ! sw_is_online "$state" || run pg_ctlcluster "$1" "$2" stop
}

# sw_stop_answering VERSION NAME: the same for one that has just answered, and may be down by now all the same.
sw_stop_answering() {
  local status=0
  run pg_ctlcluster "$1" "$2" stop || status=$?
  ((status == 0 || status == 2)) || {
    sw_words pg_ctlcluster "$1" "$2" stop
    sw_note_failure "$status" "$sw_text"
  }
}

# sw_start_setting VERSION NAME: prints when that cluster is started: auto, manual or disabled.
sw_start_setting() {
  local line setting=''
  local file=$sw_postgres_settings/$1/$2/start.conf
  if [[ -e $file ]]; then
    while [[ -z $setting ]] && { IFS= read -r line || [[ -n $line ]]; }; do
      line=${line%%#*}
      setting=${line//[[:space:]]/}
    done <"$file"
  fi
  printf '%s' "${setting:-auto}"
}

# sw_setting_of VERSION NAME SETTING: prints it; nothing when the cluster has no such setting.
sw_setting_of() {
  pg_conftool -s "$1" "$2" show "$3" || :
}

# sw_demand_told_data [VERSION]: the settings of the old cluster, or of that one, say where its data are.
# Where they do not, Debian's tools go by what is there, and not all of them do.
sw_demand_told_data() {
  local version=${1:-$sw_old} data settings
  settings=$sw_postgres_settings/$version/$sw_cluster/postgresql.conf
  data=$(sw_setting_of "$version" "$sw_cluster" data_directory)
  [[ -n $data ]] || fail "cluster $version/$sw_cluster does not say where its data are" \
    "write into $settings: data_directory = 'PATH' (see: pg_lsclusters); nothing was copied"
}

# sw_print_below FOLDER PATH…: prints those PATHs that are, links followed, FOLDER itself or below it.
sw_print_below() {
  local folder path found
  folder=$(readlink -m -- "$1")
  for path in "${@:2}"; do
    found=$(readlink -m -- "$path")
    [[ $found/ != "$folder"/* ]] || printf '%s\n' "$found"
  done
}

# sw_set_port VERSION NAME PORT
sw_set_port() {
  run pg_conftool "$1" "$2" set port "$3"
}

# sw_free_port: prints a port that no cluster has and nothing listens on.
sw_free_port() {
  local port taken
  taken=$(pg_lsclusters -h)
  for ((port = 5433; port < 5533; port++)); do
    [[ ! $taken =~ (^|$'\n')[^\ ]+\ +[^\ ]+\ +$port\  ]] || continue
    ! sw_port_answers "$port" || continue
    printf '%s' "$port"
    return 0
  done
  return 1
}

# sw_port_answers PORT: whether something of this machine listens there, PostgreSQL or not.
sw_port_answers() {
  [[ -S /var/run/postgresql/.s.PGSQL.$1 ]] || (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# sw_system_identifier DATA: prints what every cluster has of its own since it was made.
sw_system_identifier() {
  local identifier
  identifier=$(od -A n -t u8 -N 8 -- "$1/global/pg_control") || return
  printf '%s' "${identifier//[[:space:]]/}"
}

# Seconds that such a tool is waited for: a large cluster takes its time.
sw_cluster_patience=3600

# sw_await_cluster_tools: waits until no such tool is at work here. One whose script was killed may be:
# pg_upgradecluster copies in a process of its own, which its death does not end.
sw_await_cluster_tools() {
  sw_outwait sw_find_cluster_tool "$sw_cluster_patience" end
}

# sw_find_cluster_tool: whether such a tool is at work; which one, in the caller's holder.
sw_find_cluster_tool() {
  local process name
  for process in /proc/[0-9]*; do
    { IFS= read -r name <"$process/comm"; } 2>/dev/null || continue
    # The kernel keeps 15 characters of a name.
    case $name in
      pg_upgradeclust | pg_createcluste | pg_dropcluster | initdb) ;;
      *) continue ;;
    esac
    # A container's processes show here, too.
    [[ $process/root -ef / ]] || continue
    holder="process ${process##*/} ($name) works on a PostgreSQL cluster"
    return 0
  done
  return 1
}

# sw_reload_systemd: systemd learns which clusters are started at boot.
sw_reload_systemd() {
  [[ ! -d /run/systemd/system ]] || run systemctl daemon-reload
}
