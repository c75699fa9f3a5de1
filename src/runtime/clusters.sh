# clusters: several PostgreSQL clusters of a server, each in its turn, by the functions for one.

# Names of clusters and of databases come as CLUSTER… -- DATABASE…; no name begins with a hyphen. Which
# database is in which cluster nobody has to say: each has to be in one of them.

# sw_split_names CLUSTER… -- DATABASE…: sets the caller's clusters and named.
sw_split_names() {
  clusters=()
  until [[ $1 == -- ]]; do
    clusters+=("$1")
    shift
  done
  named=("${@:2}")
}

# sw_find_named: sets the caller's here to those of its named that are among its databases.
sw_find_named() {
  local name found
  here=()
  for name in "${named[@]}"; do
    for found in "${databases[@]}"; do
      [[ $found != "$name" ]] || here+=("$name")
    done
  done
}

# sw_lacks_named VERSION: whether one of the caller's named is not among its databases, which are all
# that its clusters hold. Sets sw_text to what is to be said of that.
sw_lacks_named() {
  local name names=''
  sw_missing_databases "${named[@]}" || return 1
  for name in "${clusters[@]}"; do
    names+="${names:+, }$1/$name"
  done
  sw_text="none of the PostgreSQL clusters ${names:-of version $1} holds: $sw_text"
}

# sw_find_absent VERSION…: sets sw_text to those of the caller's clusters that are there in none of
# these versions.
sw_find_absent() {
  local name version
  sw_text=''
  for name in "${clusters[@]}"; do
    for version; do
      ! sw_has_cluster "$version" "$name" || continue 2
    done
    sw_text+="${sw_text:+, }$name"
  done
}

# sw_lacks_clusters VERSION…: whether one of the caller's clusters is there in none of these versions.
# Sets sw_text to what is to be said of that.
sw_lacks_clusters() {
  local versions
  sw_find_absent "$@"
  [[ -n $sw_text ]] || return 1
  printf -v versions ' or %s' "$@"
  sw_text="there is no PostgreSQL cluster of version ${versions# or } with the name: $sw_text"
}

# sw_demand_clusters VERSION…: each of the caller's clusters is there in one of these versions.
sw_demand_clusters() {
  ((${#clusters[@]} > 0)) || fail 'no PostgreSQL cluster is named' "see which there are: pg_lsclusters"
  ! sw_lacks_clusters "$@" || fail "$sw_text" \
    "see which there are: pg_lsclusters; nothing was changed"
}

# sw_is_any_named: none of no clusters lacks anything, so that would always hold.
sw_is_any_named() {
  ((${#clusters[@]} > 0)) && return
  printf 'no PostgreSQL cluster is named\n'
  return 2
}

# sw_tell_unnamed VERSION…: which clusters of these versions are not among the caller's clusters.
sw_tell_unnamed() {
  local version folder name named
  for version; do
    for folder in "$sw_postgres_settings/$version"/*/; do
      name=${folder%/}
      name=${name##*/}
      sw_has_cluster "$version" "$name" || continue
      for named in "${clusters[@]}"; do
        [[ $named != "$name" ]] || continue 2
      done
      warn "this PostgreSQL cluster is not named, and stays one of version $version: ${name@Q}"
    done
  done
}

# require_clusters CLUSTER… -- VERSION…: each is there in one of these versions, of which the last is
# the new one; others that are there in an old one are told.
require_clusters() {
  local sw_text
  local -a clusters=() named=()
  sw_started && return
  sw_split_names "$@"
  if ((${#clusters[@]} == 0)); then
    sw_refuse 'no PostgreSQL cluster is named' 'name those that are to be upgraded; see which there are: pg_lsclusters'
  elif sw_lacks_clusters "${named[@]}"; then
    sw_refuse "$sw_text" 'name those that are to be upgraded; see which there are: pg_lsclusters'
  else
    sw_tell_unnamed "${named[@]::${#named[@]}-1}"
    sw_refuse_unreadable
  fi
}

# sw_refuse_unreadable: refuses those of the caller's clusters, of versions named, that do not tell their
# owner what they hold, or that follow another one: after the upgrade it would be late to find out.
sw_refuse_unreadable() {
  local name version port state owner data status
  local -a databases=()
  # Nobody else can ask as the owner.
  ((EUID == 0)) || return 0
  for name in "${clusters[@]}"; do
    for version in "${named[@]}"; do
      status=0
      sw_look_at_cluster "$version" "$name" >/dev/null || status=$?
      ((status != 1)) || continue
      if [[ $state == *recovery* ]]; then
        sw_refuse "PostgreSQL cluster $version/$name is a standby of another one" \
          'upgrade that one first, or do not name this one'
      elif ((status > 0)) || { sw_is_online "$state" && ! sw_list_databases "$owner" "$version/$name"; }; then
        sw_refuse "PostgreSQL cluster $version/$name does not tell its owner${owner:+, $owner,} which databases it holds" \
          "let it in, by a first line \"local all ${owner:-postgres} peer\" in $sw_postgres_settings/$version/$name/pg_hba.conf: see pg_lsclusters; pg_ctlcluster $version $name reload"
      elif [[ $version != "${named[-1]}" && -e $sw_postgres_settings/$version/$name/postgresql.conf ]]; then
        sw_refuse_uncopyable "$version" "$name"
      fi
    done
  done
}

# sw_refuse_uncopyable VERSION NAME: refuses that cluster where it can be told by now that it could not be
# copied. With its port, state, owner and data as the caller has them.
sw_refuse_uncopyable() {
  local sw_old=$1 sw_new=${named[-1]} sw_cluster=$2 sw_new_data sw_asking=yes demand told more
  local -a demands=(
    sw_demand_enabled sw_demand_told_data sw_demand_settable_port sw_demand_outside sw_demand_lasting_settings
  )
  local -A sw_cluster_owners=() sw_cluster_data=()
  sw_note_cluster "$1/$2"
  ! sw_is_online "$state" || demands+=(sw_demand_room_for_copy sw_demand_undisturbed)
  # One that is there and holds nothing, as a package makes it, gives way to the copy.
  sw_has_cluster "$sw_new" "$sw_cluster" || demands+=(sw_demand_empty_data)
  sw_new_data=$(sw_default_data)
  for demand in "${demands[@]}"; do
    told=$("$demand") && continue
    more=${told#*$'\n'}
    sw_refuse "${told%%$'\n'*}" "${more//$'\n'/; }"
  done
}

# clusters_are_upgraded OLD NEW keep|drop CLUSTER… -- DATABASE…: each CLUSTER is, and holds what its old
# one was seen to hold; each DATABASE is in one of them.
clusters_are_upgraded() {
  local sw_old sw_new sw_cluster sw_place sw_text name
  local -a clusters=() named=() databases=() expected=() held=()
  sw_split_names "${@:4}"
  sw_is_any_named || return
  for name in "${clusters[@]}"; do
    sw_look_at_successor "$1" "$2" "$name" "$3" || return
    sw_holds_expected || return
    ((${#expected[@]} > 0)) || sw_holds_something "${named[@]}" || return
    held+=("${databases[@]}")
  done
  databases=("${held[@]}")
  sw_lacks_named "$2" || return 0
  printf '%s\n' "$sw_text"
  return 1
}

# upgrade_clusters OLD NEW keep|drop analyze|- CLUSTER…: when all are there, one after the other.
upgrade_clusters() {
  local name sw_text
  local -a clusters=("${@:5}")
  sw_demand_clusters "$1" "$2"
  for name in "${clusters[@]}"; do
    upgrade_cluster "$1" "$2" "$name" "$3" "$4"
  done
}

# plan_clusters_upgrade OLD NEW keep|drop analyze|- CLUSTER…
plan_clusters_upgrade() {
  local name
  for name in "${@:5}"; do
    plan_cluster_upgrade "$1" "$2" "$name" "$3" "$4"
  done
}

# clusters_answer VERSION CLUSTER… -- DATABASE…: each CLUSTER runs, each DATABASE is in one of them, and
# wherever it is, it can be asked. Status 1: one is not there, or is down, or tells nothing yet, as after
# a crash; or they lack a DATABASE.
clusters_answer() {
  local version=$1 cluster name port state owner data sw_text
  local -a clusters=() named=() databases=() here=() held=()
  sw_split_names "${@:2}"
  sw_is_any_named || return
  for cluster in "${clusters[@]}"; do
    sw_look_at_cluster "$version" "$cluster" || return
    sw_is_online "$state" || return 1
    sw_list_databases "$owner" "$version/$cluster" || return 1
    held+=("${databases[@]}")
    sw_find_named
    # It was template1 that told the list.
    for name in "${here[@]}"; do
      [[ $name == template1 ]] || sw_psql "$owner" "$version/$cluster" "$name" <<<'select 1' >/dev/null || return 2
    done
  done
  databases=("${held[@]}")
  ! sw_missing_databases "${named[@]}"
}

# answer_from_clusters VERSION CLUSTER… -- DATABASE…: starts those that are down.
answer_from_clusters() {
  local version=$1 name port state owner data sw_text
  local -a clusters=() named=() databases=() held=()
  sw_split_names "${@:2}"
  sw_demand_clusters "$version"
  for name in "${clusters[@]}"; do
    sw_bring_up "$version" "$name"
    held+=("${databases[@]}")
  done
  databases=("${held[@]}")
  ! sw_lacks_named "$version" || fail "$sw_text" \
    "see which clusters there are, and which databases one holds: pg_lsclusters; runuser -u postgres -- psql --cluster $version/NAME --list" \
    "if they are in another cluster, name that one, too"
}

# plan_clusters_start VERSION CLUSTER…
plan_clusters_start() {
  local name port state owner data
  for name in "${@:2}"; do
    if ! sw_look_at_cluster "$1" "$name" >/dev/null 2>&1 || ! sw_is_online "$state"; then
      would pg_ctlcluster "$1" "$name" start
    fi
  done
}
