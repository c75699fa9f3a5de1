# foreign: sources that are not the distribution's.

# foreign_sources_are_disabled own [host=NAME|list=NAME]…: no source is enabled but the distribution's
# own, those of these hosts, and those in the list files of these names.
foreign_sources_are_disabled() {
  local -a sw_kept=("$@") sw_places=()
  sw_recall_own_addresses
  sw_walk_sources sw_judge_foreign
  ((${#sw_places[@]} == 0))
}

# disable_foreign_sources …: puts each of them into a comment, from which it can be taken again.
disable_foreign_sources() {
  local -a sw_kept=("$@") sw_places=()
  sw_recall_own_addresses
  sw_walk_sources sw_judge_foreign
  printf 'disabled: %s\n' "${sw_places[@]}"
  sw_write_sources
}

# would_disable_foreign_sources …: tells what disable_foreign_sources would do.
would_disable_foreign_sources() {
  local -a sw_kept=("$@") sw_places=()
  sw_recall_own_addresses
  sw_walk_sources sw_judge_foreign
  sw_would_write_sources
}

sw_judge_foreign() {
  local file=${sw_file##*/} uri
  for uri in "${sw_kept[@]}"; do
    [[ $uri != "list=${file%.*}" ]] || return 0
  done
  for uri in "${sw_uris[@]}"; do
    sw_is_own "$uri" || sw_is_kept_host "$uri" || sw_off=$sw_disabled
  done
  [[ -z $sw_off ]] || sw_places+=("$sw_place: ${sw_uris[*]} ${sw_suites[*]}")
}

# sw_is_kept_host ADDRESS: whether one of sw_kept is the host in it.
sw_is_kept_host() {
  local host=${1#*://} kept
  host=${host%%/*}
  host=${host##*@}
  host=${host%%:*}
  for kept in "${sw_kept[@]}"; do
    [[ $kept != "host=$host" ]] || return 0
  done
  return 1
}

# require_known_sources HOST…: every enabled source is the distribution's or of one of these hosts.
require_known_sources() {
  local place
  local -a sw_kept=("${@/#/host=}") sw_places=()
  sw_recall_own_addresses
  sw_walk_sources sw_judge_foreign
  for place in "${sw_places[@]}"; do
    sw_refuse "an apt source that this procedure does not know: $place" \
      "put a # before it (or \"Enabled: no\" below it) in ${place%%:*}, and take that away after the upgrade"
  done
}
