# dump: databases saved to files.

# What was dumped is noted in $sw_state/dumps, a line a file: SIZE INODE TIME of the file, the
# identifier of the cluster that the database was in, and the file's path.

# A dump of a database that is still in use is worth a day.
sw_dump_age=86400

# dump_is_whole FILE DATABASE USER [CLUSTER]: FILE is a dump that this procedure took and read back.
# One of more than a day is of an earlier attempt: it does not count as long as the cluster that it
# came from can serve the database.
dump_is_whole() {
  local file=$1 sw_text now identity='' identifier='' status=0
  [[ -s $file ]] || return 1
  sw_noted_dump "$file" || return
  now=$(stat -c '%s %i %Y' -- "$file") || return 2
  [[ $now == "$identity" ]] || return 1
  sw_find_pg_restore
  "$sw_text" --list -- "$file" >/dev/null || status=$?
  ((status == 0)) || return "$((status == 1 ? 1 : 2))"
  printf -v now '%(%s)T' -1
  ((now - ${identity##* } > sw_dump_age)) || return 0
  sw_is_last_word "${@:2}"
}

# sw_is_last_word DATABASE USER [CLUSTER]: the cluster of the caller's identifier, which its file was
# dumped from, is gone or has handed over to its successor: however old, there is no later dump of it.
# Status 1: it serves, or was made anew under its name. 2: it is silent, and may serve again.
sw_is_last_word() {
  local serving='' cluster=${3:-} sw_text=''
  serving=$(sw_serving_cluster "$@") || serving=''
  [[ $serving != "$identifier" ]] || return 1
  if [[ -z $cluster ]]; then
    [[ -z $serving ]] || return 0
    sw_find_cluster_of "$identifier" || return 0
    cluster=$sw_text
  fi
  sw_has_cluster "${cluster%%/*}" "${cluster#*/}" || return 0
  ! sw_has_handed_over "$cluster" || return 0
  [[ -z $serving ]] || return 1
  printf 'cluster %s does not answer, and %s is of more than a day ago: whether that is the last of it cannot be told\n' \
    "$cluster" "$file"
  printf 'if it was upgraded by hand, or nothing was written since, leave this step out: --skip\n'
  printf 'else wait until it answers, or start it: pg_ctlcluster %s start\n' "${cluster/\// }"
  return 2
}

# sw_find_cluster_of IDENTIFIER: sets sw_text to the cluster that has it, as VERSION/NAME.
sw_find_cluster_of() {
  local settings data found
  for settings in "$sw_postgres_settings"/*/*/postgresql.conf; do
    sw_text=${settings#"$sw_postgres_settings/"}
    sw_text=${sw_text%/*}
    data=$(sw_setting_of "${sw_text%%/*}" "${sw_text#*/}" data_directory 2>/dev/null)
    [[ -n $data ]] || continue
    found=$(sw_system_identifier "$data" 2>/dev/null) || continue
    [[ $found != "$1" ]] || return 0
  done
  return 1
}

# sw_has_handed_over CLUSTER: its copy was begun, or is proved. Who went back to it since has let it
# start at boot again.
sw_has_handed_over() {
  local version=${1%%/*} name=${1#*/} place
  [[ $(sw_start_setting "$version" "$name") == manual ]] || return 1
  for place in "$sw_state/clusters/$version-"*"-$name"; do
    # A name may have hyphens in it, too.
    [[ ${place##*/} =~ ^[0-9.]+-[0-9.]+-(.*)$ && ${BASH_REMATCH[1]} == "$name" ]] || continue
    [[ ! -e $place/begun && ! -e $place/proved ]] || return 0
  done
  return 1
}

# sw_find_pg_restore: sets sw_text to the newest one. The one in PATH asks for the machine's clusters
# first, and fails while the settings of any of them are half written.
sw_find_pg_restore() {
  local path version newest=0
  sw_text=pg_restore
  for path in "$sw_postgres_programs"/*/bin/pg_restore; do
    version=${path#"$sw_postgres_programs"/}
    version=${version%%[./]*}
    [[ -x $path && $version =~ ^[0-9]+$ && $version -ge $newest ]] || continue
    newest=$version
    sw_text=$path
  done
}

# sw_noted_dump FILE: sets the caller's identity and identifier to what the note says of it.
# Status 1: it says nothing.
sw_noted_dump() {
  local line size inode time
  [[ -e $sw_state/dumps ]] || return 1
  while IFS= read -r line; do
    [[ /${line#*/} == "$1" ]] || continue
    read -r size inode time identifier <<<"${line%%/*}"
    identity="$size $inode $time"
    return 0
  done <"$sw_state/dumps"
  return 1
}

# sw_note_dump FILE PART IDENTIFIER: notes PART, which is about to become FILE.
sw_note_dump() {
  local line text='' identity
  identity=$(stat -c '%s %i %Y' -- "$2")
  if [[ -e $sw_state/dumps ]]; then
    while IFS= read -r line; do
      [[ /${line#*/} == "$1" ]] || text+=$line$'\n'
    done <"$sw_state/dumps"
  fi
  printf '%s%s %s %s\n' "$text" "$identity" "$3" "$1" | sw_replace_file "$sw_state/dumps" 0600
}

# sw_serving_cluster DATABASE USER [CLUSTER]: prints the identifier of the cluster that has it now.
sw_serving_cluster() {
  sw_psql "$2" "${3:-}" "$1" <<<'select system_identifier from pg_control_system()'
}

# save_dump FILE DATABASE USER [CLUSTER]: FILE, which only root may read, gets the database. The dump
# is read back before it has that name. A file that has the name already is kept, as FILE.~1~ and so
# on: it may be the only whole dump there is.
save_dump() {
  local file=$1 database=$2 user=$3 cluster=${4:-} identifier sw_text
  local part=$file.part folder=${file%/*}/
  local -a as=()
  [[ $user == root ]] || as=(runuser -u "$user" --)
  [[ ! -d $file ]] || fail "$file is a directory, and is to be the dump of database $database"
  identifier=$(sw_serving_cluster "${@:2}") || sw_fail_to_ask
  [[ -d $folder ]] || run mkdir -p -m 0700 -- "$folder"
  sw_demand_room_for_dump
  rm -f -- "$part"
  run sw_output_to "$part" "${as[@]}" pg_dump ${cluster:+--cluster "$cluster"} --no-password \
    --format=custom --dbname="$database"
  sw_find_pg_restore
  run "$sw_text" --file=/dev/null -- "$part"
  run sync "$part"
  sw_note_dump "$file" "$part" "$identifier"
  run mv --backup=numbered -T -- "$part" "$file"
  run sync "$folder"
}

# sw_output_to FILE COMMAND…: FILE, which must not be there, gets what COMMAND prints. It is opened
# by root: the user that COMMAND runs as needs no rights where it lies.
sw_output_to() (
  umask 077
  set -o noclobber
  exec >"$1"
  shift
  cd /
  sw_run_apart "$@"
)

sw_fail_to_ask() {
  fail "database $database cannot be read as user $user${cluster:+ in cluster $cluster}" \
    "see which databases there are: runuser -u postgres -- psql --list" \
    "see whether the server runs: pg_lsclusters"
}

# sw_demand_room_for_dump: as much as the database takes; its dump takes less.
sw_demand_room_for_dump() {
  local needed free
  needed=$(sw_psql "$user" "$cluster" "$database" \
    <<<'select pg_database_size(current_database())') || sw_fail_to_ask
  free=$(df --output=avail -B 1 -- "$folder" | tail -n 1)
  ((free >= needed)) || fail \
    "$folder has $((free / 1048576)) MiB free, and a dump of $database can take $((needed / 1048576)) MiB" \
    "make room there, or have the dump written elsewhere"
}

# plan_dump FILE DATABASE USER [CLUSTER]
plan_dump() {
  local -a as=()
  [[ $3 == root ]] || as=(runuser -u "$3" --)
  would "${as[@]}" pg_dump ${4:+--cluster "$4"} --no-password --format=custom --dbname="$2"
  would_say "  (its output goes to ${1@Q}, which only root may read, and is read back)"
  [[ ! -e $1 ]] || would_say "  (the file that has this name is kept, as ${1@Q}.~1~ or the next free number)"
}

# dumps_are_whole FOLDER USER CLUSTER DATABASE…: each of them is saved in FOLDER.
dumps_are_whole() {
  local folder=$1 user=$2 cluster=$3 name
  for name in "${@:4}"; do
    dump_is_whole "$folder/$name.dump" "$name" "$user" "$cluster" || return
  done
}

# save_dumps FOLDER USER CLUSTER DATABASE…: saves those that are not.
save_dumps() {
  local folder=$1 user=$2 cluster=$3 name
  local -a missing=()
  for name in "${@:4}"; do
    dump_is_whole "$folder/$name.dump" "$name" "$user" "$cluster" || missing+=("$name")
  done
  for name in "${missing[@]}"; do
    save_dump "$folder/$name.dump" "$name" "$user" "$cluster"
  done
}

# plan_dumps FOLDER USER CLUSTER DATABASE…
plan_dumps() {
  local folder=$1 user=$2 cluster=$3 name
  for name in "${@:4}"; do
    dump_is_whole "$folder/$name.dump" "$name" "$user" "$cluster" ||
      plan_dump "$folder/$name.dump" "$name" "$user" "$cluster"
  done
}
