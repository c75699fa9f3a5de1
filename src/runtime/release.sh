# release: every source of the distribution names another release than it did.

# suites_are FROM TO [mirror=ADDRESS] [security-mirror=ADDRESS] [archived] [component=OLD:NEW,…]…:
# every enabled source of the distribution speaks of TO, at these addresses, and one has TO itself.
# archived: Release files past their date will do; signatures are asked for all the same.
suites_are() {
  sw_with_suites sw_suites_are "$@"
}

# change_suites …: makes it so. What the mirror does not have is disabled, but for the release itself
# and its security suite: without these nothing is changed.
change_suites() {
  sw_with_suites sw_change_suites "$@"
}

# would_change_suites …: tells what change_suites would do.
would_change_suites() {
  sw_with_suites sw_would_change_suites "$@"
}

# sw_with_suites FUNCTION …: calls FUNCTION with the rest taken apart.
sw_with_suites() {
  local sw_from sw_to sw_to_security sw_mirror='' sw_security_mirror='' sw_archived=no sw_found=no
  local -a sw_new_components=() sw_problems=()
  local -A sw_missing=() sw_wanted=()
  sw_take_suites "${@:2}"
  "$1"
}

sw_suites_are() {
  sw_walk_sources sw_judge_suites
  [[ $sw_found == yes ]] && ((${#sw_new_files[@]} + ${#sw_problems[@]} == 0))
}

sw_would_change_suites() {
  sw_walk_sources sw_judge_suites
  sw_would_write_sources
  sw_find_more_problems
  local problem
  for problem in "${sw_problems[@]}"; do
    would_say "this stands against it: $problem"
  done
  would_say 'comment out what the mirror does not have (backports, updates)'
}

# sw_find_more_problems: without a source for the release itself there is nothing to upgrade from.
sw_find_more_problems() {
  [[ $sw_found == yes ]] || sw_problems+=(
    "no enabled source of the distribution is in $sw_apt_etc: write one line for $sw_from into sources.list"
  )
}

sw_change_suites() {
  sw_walk_sources sw_judge_suites
  sw_find_more_problems
  ((${#sw_problems[@]} == 0)) || fail "${sw_problems[@]}" 'Mend that by hand; nothing was changed.'
  sw_note_own_addresses
  sw_probe_suites
  sw_found=no
  sw_walk_sources sw_judge_suites
  [[ $sw_found == yes ]] || fail "no source for $sw_to would be left; nothing was changed"
  sw_write_sources
}

# sw_note_own_addresses: a mirror is known as the distribution's by what apt fetched from there, and
# that is gone when its suite is another.
sw_note_own_addresses() {
  local key
  local -A met=()
  for key in "${!sw_wanted[@]}" "${sw_own_addresses[@]}"; do
    [[ -z $key ]] || met["${key%% *}"]=1
  done
  printf '%s\n' "${!met[@]}" | sw_replace_file "$sw_state/own-sources" 0600
}

# sw_probe_suites: asks each mirror for the Release file of each suite. Sets sw_missing.
sw_probe_suites() {
  local key answer status
  local -a keys=() addresses=()
  for key in "${!sw_wanted[@]}"; do
    [[ $key != http* ]] || keys+=("$key") addresses+=("${key% *}/dists/${key##* }/Release")
  done
  # All at once is quicker; which of them it is that is not there, apt tells best when asked for one.
  ((${#keys[@]} < 2)) || ! sw_probe "${addresses[@]}" >/dev/null 2>&1 || return 0
  for key in "${keys[@]}"; do
    status=0
    answer=$(sw_probe "${key% *}/dists/${key##* }/Release" 2>&1) || status=$?
    if ((status == 0)); then
      continue
    elif [[ $answer == *'404 '* && ${key##* } != "$sw_to" && ${key##* } != "$sw_to_security" ]]; then
      printf '%s: %s\n' "${sw_wanted[$key]}" "${key% *} has no ${key##* }: it is commented out"
      sw_missing[$key]=1
    else
      fail "${key% *} does not give the Release file of ${key##* } (${sw_wanted[$key]}); nothing was changed" \
        "$answer"
    fi
  done
}

# sw_probe ADDRESS…: apt's own way of fetching, with its proxies and certificates; one alone is tried again.
sw_probe() {
  local folder address status=0 retries=2
  local -a words=()
  folder=$(mktemp -d) || return
  (($# == 1)) || retries=0
  for address; do
    # The third word is for a digest.
    words+=("$address" "$folder/${#words[@]}" '')
  done
  "$sw_apt_helper" -o Acquire::Retries="$retries" download-file "${words[@]}" || status=$?
  rm -rf -- "$folder"
  return "$status"
}
