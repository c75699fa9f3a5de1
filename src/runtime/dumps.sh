# dumps: databases of several PostgreSQL clusters saved, from each cluster that holds them.

# What a cluster held when it was last asked is in $sw_state/held/VERSION-NAME, each name with a NUL after
# it: once the cluster has become one of another version, it cannot be asked any more.

# dumps_of_clusters_are_whole FOLDER USER VERSION CLUSTER… -- DATABASE…: each DATABASE is saved as
# FOLDER/CLUSTER/DATABASE.dump from every CLUSTER that held it, and one of them did.
dumps_of_clusters_are_whole() {
  local folder=$1 user=$2 version=$3 cluster name sw_text
  local -a clusters=() named=() databases=() here=() held=()
  sw_split_names "${@:4}"
  ((${#named[@]} > 0)) || return 0
  for cluster in "${clusters[@]}"; do
    sw_recall_held || ! sw_has_cluster "$version" "$cluster" || return 1
    held+=("${databases[@]}")
    sw_find_named
    for name in "${here[@]}"; do
      dump_is_whole "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster" || return
    done
  done
  databases=("${held[@]}")
  ! sw_missing_databases "${named[@]}"
}

# sw_recall_held: sets the caller's databases to what is noted of its cluster. Status 1: nothing is, or
# it is of more than a day ago, and the cluster can be asked.
sw_recall_held() {
  local file=$sw_state/held/$version-$cluster now noted
  databases=()
  [[ -e $file ]] || return 1
  noted=$(stat -c %Y -- "$file") || return
  printf -v now '%(%s)T' -1
  if ((now - noted > sw_dump_age)) && sw_has_cluster "$version" "$cluster"; then
    ! sw_list_databases "$user" "$version/$cluster" 2>/dev/null || return 1
  fi
  mapfile -d '' -t databases <"$file"
}

# sw_note_held: sets the caller's databases to what its cluster holds, and notes it. One that does not
# answer any more, or is gone, holds what was noted of it; one that is gone with no note holds nothing.
sw_note_held() {
  if sw_has_cluster "$version" "$cluster" && sw_list_databases "$user" "$version/$cluster"; then
    (umask 077 && mkdir -p -- "$sw_state/held")
    printf '%s\0' "${databases[@]}" | sw_replace_file "$sw_state/held/$version-$cluster" 0600
  elif ! sw_recall_held && sw_has_cluster "$version" "$cluster"; then
    fail "which databases the PostgreSQL cluster $version/$cluster holds cannot be found out as user $user" \
      "see whether the server runs: pg_lsclusters; start it: pg_ctlcluster $version $cluster start"
  fi
}

# save_dumps_of_clusters FOLDER USER VERSION CLUSTER… -- DATABASE…: saves those that are not.
save_dumps_of_clusters() {
  local folder=$1 user=$2 version=$3 cluster name sw_text
  local -a clusters=() named=() databases=() here=() held=() due=()
  sw_split_names "${@:4}"
  for cluster in "${clusters[@]}"; do
    sw_note_held
    held+=("${databases[@]}")
    sw_find_named
    for name in "${here[@]}"; do
      dump_is_whole "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster" ||
        due+=("$cluster/$name")
    done
  done
  databases=("${held[@]}")
  ! sw_lacks_named "$version" || fail "$sw_text" \
    "see which databases a cluster holds: runuser -u postgres -- psql --cluster $version/NAME --list" \
    "name the cluster that holds it, too (see: pg_lsclusters), or do not name the database"
  [[ -d $folder ]] || run mkdir -p -m 0700 -- "$folder"
  for name in "${due[@]}"; do
    save_dump "$folder/$name.dump" "${name#*/}" "$user" "$version/${name%%/*}"
  done
}

# plan_dumps_of_clusters FOLDER USER VERSION CLUSTER… -- DATABASE…
plan_dumps_of_clusters() {
  local folder=$1 user=$2 version=$3 cluster name sw_text told=yes
  local -a clusters=() named=() databases=() here=() held=()
  sw_split_names "${@:4}"
  for cluster in "${clusters[@]}"; do
    sw_list_databases "$user" "$version/$cluster" 2>/dev/null || sw_recall_held || {
      told=no
      would_say "  (which of the databases cluster $version/$cluster holds cannot be told)"
      continue
    }
    held+=("${databases[@]}")
    sw_find_named
    for name in "${here[@]}"; do
      dump_is_whole "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster" ||
        plan_dump "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster"
    done
  done
  databases=("${held[@]}")
  [[ $told == no ]] || ! sw_lacks_named "$version" || would_say "  (this fails: $sw_text)"
}
