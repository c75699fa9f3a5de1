# foreign: sources that are not the distribution's.

# What is to be done about sources of which apt has nothing to go by.
sw_untold_remedy='run: apt-get update, and if that does not fetch it, put a # before its line (or Enabled: no into its stanza)'

# foreign_sources_are_disabled own [host=NAME|list=NAME]…: no source is enabled but the distribution's
# own, those of these hosts, and those in the list files of these names. Status 2: of some it cannot be
# told whose they are.
foreign_sources_are_disabled() {
  local -a sw_kept=("$@") sw_places=() sw_untold=()
  sw_find_foreign
  if ((${#sw_untold[@]} > 0)); then
    printf '%s\n' "${sw_untold[@]}" "$sw_untold_remedy"
    return 2
  fi
  ((${#sw_places[@]} == 0))
}

# disable_foreign_sources …: puts each of them into a comment, from which it can be taken again.
disable_foreign_sources() {
  local -a sw_kept=("$@") sw_places=() sw_untold=()
  sw_find_foreign
  ((${#sw_untold[@]} == 0)) || fail "${sw_untold[@]}" "$sw_untold_remedy; nothing was changed"
  printf 'disabled: %s\n' "${sw_places[@]}"
  sw_write_sources
}

# would_disable_foreign_sources …: tells what disable_foreign_sources would do.
would_disable_foreign_sources() {
  local place
  local -a sw_kept=("$@") sw_places=() sw_untold=()
  sw_find_foreign
  for place in "${sw_untold[@]}"; do
    would_say "(this fails: $place)"
  done
  ((${#sw_untold[@]} > 0)) || sw_would_write_sources
}

# sw_find_foreign: sets the caller's sw_places to the sources of others. Whose an address is, is told by
# its name or by what apt has fetched from there. Where there is neither, it is another's, unless it may
# well be the distribution's: because that is on the same host, or because apt has nothing of the
# distribution at all. Sets the caller's sw_untold to what is to be said of those.
sw_find_foreign() {
  local sw_own_hosts=' ' known=no entry
  local -a sw_unmet=()
  sw_recall_own_addresses
  sw_walk_sources sw_judge_foreign
  ((${#sw_unmet[@]} > 0)) || return 0
  ! grep -qs '^Origin: Debian$' -- "$sw_apt_lists/"*Release || known=yes
  for entry in "${sw_unmet[@]}"; do
    sw_host_of "${entry%% *}"
    [[ $known == yes && $sw_own_hosts != *" $sw_text "* ]] ||
      sw_untold+=("apt has not fetched ${entry%% *} (${entry#* }): whose it is cannot be told")
  done
}

sw_judge_foreign() {
  local file=${sw_file##*/} uri
  for uri in "${sw_kept[@]}"; do
    [[ $uri != "list=${file%.*}" ]] || return 0
  done
  for uri in "${sw_uris[@]}"; do
    if sw_is_own "$uri"; then
      sw_host_of "$uri"
      sw_own_hosts+="$sw_text "
    elif ! sw_is_kept_host "$uri"; then
      sw_off=$sw_disabled
      sw_is_met "$uri" || sw_unmet+=("$uri $sw_place")
    fi
  done
  [[ -z $sw_off ]] || sw_places+=("$sw_place: ${sw_uris[*]} ${sw_suites[*]}")
}

# sw_is_met ADDRESS: there is something to tell whose this address of the current entry is: apt has a
# Release file from there; it is none that is fetched; or its suites are those of no distribution, but
# folders.
sw_is_met() {
  local file
  [[ $1 == http?(s)://* && " ${sw_suites[*]} " == *[!/]' '* ]] || return 0
  sw_list_name "$1"
  for file in "$sw_apt_lists/${sw_text}_dists_"*Release; do
    [[ ! -e $file ]] || return 0
  done
  return 1
}

# sw_host_of ADDRESS: sets sw_text to the host in it.
sw_host_of() {
  sw_text=${1#*://}
  sw_text=${sw_text%%/*}
  sw_text=${sw_text##*@}
  [[ ! $sw_text =~ ^(.*):[0-9]*$ ]] || sw_text=${BASH_REMATCH[1]}
}

# sw_is_kept_host ADDRESS: whether one of sw_kept is the host in it.
sw_is_kept_host() {
  local sw_text kept
  sw_host_of "$1"
  for kept in "${sw_kept[@]}"; do
    [[ $kept != "host=$sw_text" ]] || return 0
  done
  return 1
}

# require_known_sources HOST…: every enabled source is the distribution's or of one of these hosts.
require_known_sources() {
  local place
  local -a sw_kept=("${@/#/host=}") sw_places=() sw_untold=()
  sw_find_foreign
  for place in "${sw_untold[@]}"; do
    sw_refuse "$place" "$sw_untold_remedy"
  done
  for place in "${sw_places[@]}"; do
    [[ "${sw_untold[*]}" != *"(${place%%: *})"* ]] || continue
    sw_refuse "an apt source that this procedure does not know: $place" \
      "put a # before it (or \"Enabled: no\" below it) in ${place%%:*}, and take that away after the upgrade"
  done
}
