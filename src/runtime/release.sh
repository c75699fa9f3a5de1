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

# sw_probe_suites: asks each mirror for the Release file of each suite, all at the same time. Sets sw_missing.
sw_probe_suites() {
  local key folder at status
  local -a keys=() asking=() statuses=() answers=()
  folder=$(mktemp -d)
  for key in "${!sw_wanted[@]}"; do
    [[ $key == http* ]] || continue
    # What it ends with is judged below, and is no failure of the step before that.
    sw_probe "${key% *}/dists/${key##* }/Release" >"$folder/${#keys[@]}" 2>&1 9>&- || exit &
    keys+=("$key") asking+=("$!")
  done
  for at in "${!keys[@]}"; do
    sw_see_end "${asking[at]}"
    statuses+=("$status") answers+=("$(<"$folder/$at")")
  done
  rm -rf -- "$folder"
  # Ctrl-C ends what apt fetches with, which is no fault of the mirror.
  ! sw_has_to_stop || run true
  for at in "${!keys[@]}"; do
    ((statuses[at] == 0)) || sw_judge_answer "${keys[at]}" "${answers[at]}"
  done
}

# sw_judge_answer KEY ANSWER: what was not given may be missing, or stops the step.
sw_judge_answer() {
  [[ $2 == *'404 '* && ${1##* } != "$sw_to" && ${1##* } != "$sw_to_security" ]] ||
    fail "${1% *} does not give the Release file of ${1##* } (${sw_wanted[$1]}); nothing was changed" "$2"
  printf '%s: %s\n' "${sw_wanted[$1]}" "${1% *} has no ${1##* }: it is commented out"
  sw_missing[$1]=1
}

# sw_probe ADDRESS: apt's own way of fetching, with its proxies and certificates, and as its own user: that
# one can write into no folder of ours.
sw_probe() {
  local file status=0
  file=$(mktemp) || return
  "$sw_apt_helper" -o Acquire::Retries=2 download-file "$1" "$file" || status=$?
  rm -f -- "$file"
  return "$status"
}
