# postgres: PostgreSQL servers, asked as the user that owns them.

sw_postgres_settings=/etc/postgresql
# Where Debian puts PostgreSQL's own programs, in a directory for each version.
sw_postgres_programs=/usr/lib/postgresql
# The owners and the data directories of clusters, by VERSION/NAME, as sw_see_cluster found them. Who makes
# or drops a cluster forgets them.
declare -A sw_cluster_owners=() sw_cluster_data=()
# What every pg_ program and libpq would take from the environment of whoever runs the script.
unset "${!PG@}"

# sw_psql USER CLUSTER DATABASE [OPTION…]: runs standard input there as SQL, as that operating system
# user. CLUSTER: VERSION/NAME; the one that Debian's tools take by default when it is empty.
# A name in PGDATABASE is taken as it stands; as an argument, "a=b" would be read as settings.
# The SQL reads, waits as long as it takes, and meets no function that a user put in front of another.
sw_psql() (
  local user=$1 cluster=$2
  export PGDATABASE=$3 PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=30
  PGOPTIONS='-c default_transaction_read_only=on -c search_path=pg_catalog'
  export PGOPTIONS+=' -c statement_timeout=0 -c lock_timeout=0'
  shift 3
  local -a as=()
  [[ $user == root ]] || as=(runuser -u "$user" --)
  cd / || exit 2
  # psql heeds Ctrl-C, which is for this script to heed.
  setsid --wait "${as[@]}" psql ${cluster:+--cluster "$cluster"} --no-psqlrc --no-password --quiet --no-align \
    --tuples-only --set=ON_ERROR_STOP=1 "$@"
)

# sw_run_unhindered COMMAND…: run, and no limit that is set for sessions ends what it does; nor does a trigger of
# a database's own, one on events included, write into what is copied.
sw_run_unhindered() {
  local options='-c statement_timeout=0 -c lock_timeout=0 -c default_transaction_read_only=off'
  options+=' -c session_replication_role=replica'
  PGOPTIONS=$options run "$@"
}

# sw_look_at_cluster VERSION NAME: sets the caller's port, state, owner and data to what pg_lsclusters tells
# of that cluster. Status 1: there is none; 2: it does not tell. Older tools list every cluster,
# whatever is asked for. The state is a list: "online,recovery", "down,binaries_missing". Behind the data
# directory comes the log file: where there are more spaces than one, data is empty.
sw_look_at_cluster() {
  local answer version name rest
  port='' state='' owner='' data=''
  sw_has_cluster "$1" "$2" || return 1
  answer=$(pg_lsclusters -h "$1" "$2") || return 2
  while read -r version name port state owner rest; do
    if [[ $version == "$1" && $name == "$2" ]]; then
      data=$rest
      if [[ $data =~ ^(/[^[:space:]]*)' '[^[:space:]]+$ ]]; then data=${BASH_REMATCH[1]}; else data=''; fi
      # An owner without a name is left out, and everything behind it comes a column earlier.
      [[ $port =~ ^[0-9]+$ && $owner == [!/]* ]] && return
      break
    fi
  done <<<"$answer"
  printf 'pg_lsclusters does not tell how cluster %s/%s is: %s\n' "$1" "$2" "$answer"
  return 2
}

# sw_has_cluster VERSION NAME: whether Debian's tools know such a cluster; they go by this file.
sw_has_cluster() {
  local settings=$sw_postgres_settings/$1/$2/postgresql.conf
  [[ -e $settings || -L $settings ]]
}

# sw_is_online STATE
sw_is_online() {
  [[ ,$1, == *,online,* ]]
}

# sw_list_databases USER CLUSTER: sets the caller's databases to the names of all but template0.
# Status 2 when the server does not tell: the list ends with an empty name, which none can have.
sw_list_databases() {
  databases=()
  mapfile -d '' -t databases < <(
    sw_psql "$1" "$2" template1 --record-separator-zero <<'END'
select datname from pg_database where datname <> 'template0' order by datname;
select '';
END
  )
  [[ ${#databases[@]} -gt 0 && -z ${databases[-1]} ]] || return 2
  unset 'databases[-1]'
}

# sw_marked_databases: SQL that prints the names of all but template0, + before those that let one in,
# - before others, and an empty line.
sw_marked_databases() {
  cat <<'END'
select case when datallowconn then '+' else '-' end || datname
  from pg_database where datname <> 'template0' order by datname;
select '';
END
}

# sw_take_marked LINE…: sorts these names, up to the empty line, into the caller's opened and closed.
sw_take_marked() {
  local name
  for name; do
    [[ -n $name ]] || return 0
    if [[ $name == +* ]]; then opened+=("${name:1}"); else closed+=("${name:1}"); fi
  done
}

# sw_missing_databases NAME…: sets sw_text to those NAMEs that are not among the caller's databases.
sw_missing_databases() {
  local name found
  sw_text=''
  for name; do
    for found in "${databases[@]}"; do
      [[ $found != "$name" ]] || continue 2
    done
    sw_text+="${sw_text:+, }$name"
  done
  [[ -n $sw_text ]]
}

# cluster_answers VERSION NAME [DATABASE…]: it runs, and each DATABASE can be asked.
# Status 1: it is not there, or is down, or lacks one of them.
cluster_answers() {
  local cluster=$1/$2 database port state owner data sw_text
  local -a databases=()
  sw_look_at_cluster "$1" "$2" || return
  sw_is_online "$state" || return 1
  shift 2
  sw_list_databases "$owner" "$cluster" || return
  ! sw_missing_databases "$@" || return 1
  # It was template1 that told the list.
  for database; do
    [[ $database == template1 ]] || sw_psql "$owner" "$cluster" "$database" <<<'select 1' >/dev/null || return 2
  done
}

# answer_from_cluster VERSION NAME [DATABASE…]: starts it, and waits until it takes connections.
answer_from_cluster() {
  local version=$1 name=$2 port state owner data sw_text
  local -a databases=()
  shift 2
  sw_bring_up "$version" "$name"
  if sw_missing_databases "$@"; then
    fail "the PostgreSQL cluster $version/$name runs, and does not hold: $sw_text" \
      "there is: ${databases[*]}" "if they went to another cluster, see: pg_lsclusters"
  fi
}

# sw_bring_up VERSION NAME: starts it if it is down, and waits until it tells the caller its databases:
# after a crash it has its journal to read first.
sw_bring_up() {
  sw_demand_cluster "$1" "$2"
  if ! sw_is_online "$state"; then
    run pg_ctlcluster "$1" "$2" start
    sw_demand_cluster "$1" "$2"
  fi
  sw_await_answer "$1" "$2"
}

# sw_demand_cluster VERSION NAME: the same as sw_look_at_cluster, where there is no going on without.
sw_demand_cluster() {
  local status=0
  sw_look_at_cluster "$1" "$2" || status=$?
  case $status in
    0) ;;
    1) fail "there is no PostgreSQL cluster $1/$2" "see which there are: pg_lsclusters" ;;
    *) fail "how the PostgreSQL cluster $1/$2 is cannot be told" "see: pg_lsclusters" ;;
  esac
}

# sw_see_cluster VERSION NAME: the same, and its owner and its data directory are noted.
sw_see_cluster() {
  sw_demand_cluster "$1" "$2"
  sw_note_cluster "$1/$2"
}

# sw_note_cluster CLUSTER: notes the caller's owner and data as what it was seen to have just now.
sw_note_cluster() {
  sw_cluster_owners[$1]=$owner sw_cluster_data[$1]=$data
}

# sw_forget_clusters: what was noted of clusters holds no more.
sw_forget_clusters() {
  sw_cluster_owners=() sw_cluster_data=()
}

# sw_know_owner VERSION NAME: sets the caller's owner to that of a cluster, asked for once, where there is
# no going on without.
sw_know_owner() {
  local port state data cluster=$1/$2
  owner=${sw_cluster_owners[$cluster]:-}
  [[ -n $owner ]] || sw_see_cluster "$1" "$2"
}

# sw_know_data VERSION NAME: sets the caller's data to its data directory, asked for once; to nothing when
# it does not say.
sw_know_data() {
  local cluster=$1/$2
  data=${sw_cluster_data[$cluster]:-}
  [[ -z $data ]] || return 0
  data=$(sw_setting_of "$1" "$2" data_directory)
  sw_cluster_data[$cluster]=$data
}

# sw_await_answer VERSION NAME [LIST]: waits up to ten minutes until it tells the caller its databases,
# by function LIST.
sw_await_answer() {
  local tries=1
  until "${3:-sw_list_databases}" "$owner" "$1/$2"; do
    ((tries++ < 300)) || fail "the PostgreSQL cluster $1/$2 does not answer" \
      "see: pg_lsclusters; tail /var/log/postgresql/postgresql-$1-$2.log"
    run sleep 2
  done
}
