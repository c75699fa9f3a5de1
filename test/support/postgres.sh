# The stubs of a pretended PostgreSQL: clusters are directories below $host. They do what Debian's
# tools do as far as the steps rely on it, the dangerous part of it included.
#   etc/postgresql/VERSION/NAME/postgresql.conf  settings, as NAME=VALUE lines
#   data/VERSION/NAME                            global/pg_control, contents/DATABASE, closed, cluster
#   run/VERSION-NAME                             there while it runs: its hba file, and a process
# They are called often: what they look up themselves takes no further process.
conf=$host/etc/postgresql
# setting VERSION NAME KEY: its value is in $value.
setting() {
  local line
  value=''
  while IFS= read -r line; do
    [[ $line != "$3="* ]] || value=${line#*=}
  done <"$conf/$1/$2/postgresql.conf"
}
set_to() {
  local file=$conf/$1/$2/postgresql.conf
  {
    grep -v "^$3=" "$file"
    printf '%s=%s\n' "$3" "$4"
  } >"$file.new"
  mv "$file.new" "$file"
}
there() { [[ -e $conf/$1/$2/postgresql.conf ]]; }
online() {
  local pid=''
  [[ -e $host/run/$1-$2 ]] || return 1
  { read -r _ && read -r pid; } <"$host/run/$1-$2"
  [[ -n $pid ]] || return 0
  setting "$1" "$2" data_directory
  [[ /proc/$pid/cwd -ef $value ]]
}
touch_control() {
  local control known
  setting "$1" "$2" data_directory
  control=$value/global/pg_control
  IFS= read -r -N 8 known <"$control"
  printf '%s' "$known$RANDOM$RANDOM" >"$control.new" && mv "$control.new" "$control"
}

pg_lsclusters() {
  local state=down port
  there "$2" "$3" || {
    echo "Error: Cluster $2 $3 does not exist" >&2
    exit 1
  }
  ! online "$2" "$3" || state=online
  [[ ! -e $host/pg_lsclusters ]] || {
    cat "$host/pg_lsclusters"
    exit
  }
  setting "$2" "$3" port
  port=$value
  setting "$2" "$3" data_directory
  printf '%s  %s    %s %s postgres %s /var/log/postgresql/x.log\n' "$2" "$3" "$port" "$state" "$value"
}

pg_conftool() {
  if [[ $1 == -s && $2 == /* ]]; then
    sed -n "s/^data_directory = '\(.*\)'$/\1/p" "$2" | sed "s/''/'/g" | grep . || exit 1
  elif [[ $1 == -s ]]; then
    there "$2" "$3" && setting "$2" "$3" "$5" && [[ -n $value ]] || exit 1
    printf '%s\n' "$value"
  else
    there "$1" "$2" && set_to "$1" "$2" "$4" "$5"
  fi
}

pg_ctlcluster() {
  local hba=/etc/pg_hba.conf port data
  there "$1" "$2" || exit 1
  [[ ${4:-} != -o ]] || hba=${5#-c hba_file=}
  setting "$1" "$2" port
  port=$value
  setting "$1" "$2" data_directory
  data=$value
  case $3 in
    start)
      ! online "$1" "$2" || {
        echo 'Cluster is already running.'
        exit 2
      }
      for other in "$conf"/*/*; do
        other=${other#"$conf/"}
        online "${other%/*}" "${other#*/}" || continue
        setting "${other%/*}" "${other#*/}" port
        [[ $value != "$port" ]] || {
          echo 'Port conflict'
          exit 1
        }
      done
      [[ -e $data/contents ]] || exit 1
      printf '%s\n' "$hba" >"$host/run/$1-$2"
      printf 'postgres "-c" "hba_file=%s"\n' "$hba" >"$data/postmaster.opts"
      touch_control "$1" "$2"
      ;;
    stop)
      online "$1" "$2" || {
        echo 'Cluster is not running.'
        exit 2
      }
      rm "$host/run/$1-$2"
      touch_control "$1" "$2"
      ;;
  esac
}

pg_dropcluster() {
  local stop=no
  [[ $1 != --stop ]] || {
    stop=yes
    shift
  }
  if online "$1" "$2"; then
    [[ $stop == yes ]] || {
      echo 'Error: This cluster is still running.' >&2
      exit 1
    }
  fi
  rm -f "$host/run/$1-$2"
  setting "$1" "$2" data_directory
  rm -r "$value"
  rm -r "${conf:?}/$1/$2"
}

# made VERSION NAME DATA: a new, empty cluster's data.
made() {
  mkdir -p "$3/global" "$3/contents"
  printf '%08d' "$RANDOM" >"$3/global/pg_control"
  printf '%s\n' 'role "postgres"' >"$3/cluster"
  for database in postgres template1; do
    printf 'in "%s": schema "public"\n' "$database" >"$3/contents/$database"
  done
  : >"$3/closed"
}

# at PHASE: the script is killed here when the test wants that.
at() {
  [[ ! -e $host/kill-at || $(<"$host/kill-at") != "$1" ]] || {
    rm "$host/kill-at"
    # The command is run by a shell of its own.
    kill -9 "$(ps -o ppid= -p "$PPID")" "$PPID"
    exit 137
  }
}

pg_upgradecluster() {
  local start=no new old name data free=5444 old_port from
  while [[ $1 == -* ]]; do
    case $1 in
      -v)
        new=$2
        shift
        ;;
    esac
    shift
  done
  old=$1 name=$2 data=${3:-$host/data/$new/$2}
  setting "$old" "$name" data_directory
  from=$value
  there "$old" "$name" && ! there "$new" "$name" && [[ ! -e $data/contents ]] || {
    echo 'target exists' >&2
    exit 1
  }
  online "$old" "$name" || pg_ctlcluster "$old" "$name" start -o '-c hba_file=/tmp/pg_hba.x.conf'
  setting "$old" "$name" port
  old_port=$value
  made "$new" "$name" "$data"
  at created
  mkdir -p "$conf/$new/$name"
  cp -r "$conf/$old/$name/." "$conf/$new/$name"
  at settings
  set_to "$new" "$name" data_directory "$data"
  set_to "$new" "$name" port "$free"
  pg_ctlcluster "$new" "$name" start -o '-c hba_file=/tmp/pg_hba.x.conf' || exit 1
  (cd "$data" && exec env --default-signal=INT sleep 50) >&2 2>/dev/null </dev/null &
  printf '%s\n' /tmp/pg_hba.x.conf "$!" >"$host/run/$new-$name"
  printf '%s\n' "$!" >"$data/postmaster.pid"
  cp "$from/contents/walt" "$data/contents/walt"
  at copying
  if [[ -e $host/fail ]]; then
    kill "$(<"$data/postmaster.pid")"
    pg_dropcluster --stop "$new" "$name"
    echo 'Error during cluster dumping, removing new cluster' >&2
    exit 1
  fi
  cp "$from/contents/"* "$data/contents"
  cp "$from/closed" "$from/cluster" "$data"
  [[ ! -e $host/lose ]] || sed -i "$(<"$host/lose")" "$data/contents/walt"
  kill "$(<"$data/postmaster.pid")"
  rm "$data/postmaster.pid" "$host/run/$new-$name"
  pg_ctlcluster "$old" "$name" stop
  at stopped
  echo manual >"$conf/$old/$name/start.conf"
  set_to "$old" "$name" port "$free"
  at old-port
  set_to "$new" "$name" port "$old_port"
  at new-port
}

vacuumdb() { :; }
systemctl() { :; }
runuser() {
  shift 3
  exec "$@"
}

psql() {
  local cluster sql data option name='' allow=''
  read -r cluster <"$host/default-cluster"
  for option; do
    case $option in
      --set=name=*) name=${option#--set=name=} ;;
      --set=allow=*) allow=${option#--set=allow=} ;;
      */*) cluster=$option ;;
    esac
  done
  IFS= read -r -d '' sql
  sql=${sql%$'\n'}
  online "${cluster%/*}" "${cluster#*/}" || {
    echo 'psql: error: connection failed' >&2
    exit 2
  }
  setting "${cluster%/*}" "${cluster#*/}" data_directory
  data=$value
  [[ -e $data/contents/$PGDATABASE ]] || {
    echo "psql: error: no database \"$PGDATABASE\"" >&2
    exit 2
  }
  case $sql in
    *pg_roles*)
      printf '%s\0' "$data"
      listed both
      for file in "$data/cluster" "$data/contents/$PGDATABASE"; do
        while IFS= read -r line; do printf '%s\0' "$line"; done <"$file"
        printf 'end\0'
      done
      ;;
    # Nothing would disturb a copy.
    *pg_replication_slots*) printf 'end\0' ;;
    *'show hba_file'*) head -n 1 "$host/run/${cluster/\//-}" ;;
    *'as place'*) exec cat "$data/contents/$PGDATABASE" ;;
    *'refresh materialized view %I'*) printf '\0' ;;
    *'select datname'*) listed ;;
    *allow_connections*)
      grep -v -x -F -e "$name" "$data/closed" >"$data/closed.new"
      [[ $allow == true ]] || printf '%s\n' "$name" >>"$data/closed.new"
      mv "$data/closed.new" "$data/closed"
      ;;
    *pg_database_size*) exec cat "$host/size" ;;
    *pg_tablespace_size*) printf '%s\0\0%s\0\0end\0' "$(<"$host/size")" 0 ;;
    *pg_control_system*) exec head -c 8 "$data/global/pg_control" ;;
    'select 1') echo 1 ;;
    *)
      echo "psql: unexpected: $sql" >&2
      exit 1
      ;;
  esac
}
listed() {
  local file mark closed
  IFS= read -r -d '' closed <"$data/closed"
  for file in "$data"/contents/*; do
    mark=''
    if [[ ${1:-} == both ]]; then
      mark=+
      [[ $'\n'$closed != *$'\n'"${file##*/}"$'\n'* ]] || mark=-
    fi
    printf '%s\0' "$mark${file##*/}"
  done
  printf '\0'
}
