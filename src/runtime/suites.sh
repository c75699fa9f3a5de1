# suites: the distribution's own sources, and the suite that they name.

sw_apt_lists=/var/lib/apt/lists
sw_apt_helper=/usr/lib/apt/apt-helper
sw_own_addresses=()

# sw_recall_own_addresses: those noted before the sources were changed are the distribution's own,
# whatever their names. Who knows of others adds them to sw_own_addresses: an argument that only some
# scripts pass is one that ShellCheck misses in the others.
sw_recall_own_addresses() {
  sw_own_addresses=()
  [[ ! -r $sw_state/own-sources ]] || mapfile -t sw_own_addresses <"$sw_state/own-sources"
}

# sw_is_own ADDRESS: whether the distribution itself is there: by name, or by the Release file that
# apt has fetched from there and found signed.
sw_is_own() {
  local address=${1%/} known
  for known in "${sw_own_addresses[@]}"; do
    [[ $address != "${known%/}" ]] || return 0
  done
  [[ $address != *://people.debian.org/* ]] || return 1
  [[ ! $address =~ ^[a-z+]+://([a-z0-9-]+\.)*debian\.org(:[0-9]+)?(/|$) ]] || return 0
  sw_has_own_release "$address"
}

# sw_list_name ADDRESS: sets sw_text to what apt calls the lists from there: without the scheme and who
# logs in, "_" for "/", and %xx for what apt does not take for a plain character.
sw_list_name() {
  local LC_ALL=C rest=${1%/} plain code
  case $rest in
    cdrom:*) ;;
    *://*) rest=${rest#*://} ;;
    *) rest=${rest#*:} ;;
  esac
  [[ ${rest%%/*} != *@* ]] || rest=${rest#*@}
  # An address of IPv6 stands there without its brackets.
  [[ $rest != \[*\]* ]] || { rest=${rest#\[} && rest=${rest/\]/}; }
  sw_text=''
  while [[ -n $rest ]]; do
    plain=${rest%%[!A-Za-z0-9\'()+,./:;?\`-]*}
    sw_text+=${plain//\//_}
    rest=${rest#"$plain"}
    [[ -n $rest ]] || break
    printf -v code '%d' "'${rest:0:1}"
    printf -v code '%%%02x' "$((code & 255))"
    sw_text+=$code
    rest=${rest:1}
  done
}

sw_has_own_release() {
  local file line count
  sw_list_name "$1"
  for file in "$sw_apt_lists/${sw_text}_dists_"*Release; do
    [[ -r $file ]] || continue
    count=0
    while ((count++ < 12)) && IFS= read -r line; do
      [[ $line != 'Origin: Debian' ]] || return 0
    done <"$file"
  done
  return 1
}

# sw_all_own: whether all addresses of the entry are the distribution's own; one alone is a problem.
sw_all_own() {
  local uri own=0
  for uri in "${sw_uris[@]}"; do
    ! sw_is_own "$uri" || own=$((own + 1))
  done
  ((own > 0)) || return 1
  ((own == ${#sw_uris[@]})) ||
    sw_problems+=("$sw_place has the distribution's address and others in one stanza: make two of it")
}

# sw_take_suites FROM TO [OPTION…]: what suites_are says, into the caller's variables.
sw_take_suites() {
  sw_from=$1 sw_to=$2
  shift 2
  local option
  for option; do
    case $option in
      archived) sw_archived=yes ;;
      mirror=*) sw_mirror=${option#*=} ;;
      security-mirror=*) sw_security_mirror=${option#*=} ;;
      component=*) sw_new_components+=("${option#*=}") ;;
    esac
  done
  case $sw_to in
    wheezy | jessie | stretch | buster) sw_to_security=$sw_to/updates ;;
    *) sw_to_security=$sw_to-security ;;
  esac
  sw_recall_own_addresses
  sw_own_addresses+=("$sw_mirror" "$sw_security_mirror")
}

# sw_map_suite NAME: sets sw_text to what NAME is to become; status 1 when it is of neither release.
# A name like "stable" means another release from one day to the next.
sw_map_suite() {
  local base=${1%%[-/]*}
  case $base in
    "$sw_from" | "$sw_to" | stable | oldstable | oldoldstable) ;;
    *) return 1 ;;
  esac
  case ${1#"$base"} in
    /updates | -security) sw_text=$sw_to_security ;;
    *) sw_text=$sw_to${1#"$base"} ;;
  esac
}

# sw_is_dated ADDRESS: whether the archive is there as it was on one day: of a release that came later
# it has what was then in the making.
sw_is_dated() {
  [[ $1 == *://snapshot.debian.org/* ]]
}

# sw_judge_suites: what each of the distribution's own entries has to say.
sw_judge_suites() {
  sw_all_own || return 0
  local uri name mirror='' security=no other=no
  local -a names=()
  for uri in "${sw_uris[@]}"; do
    ! sw_is_dated "$uri" ||
      sw_problems+=("$sw_place has the archive as it was on one day: let it name a mirror")
  done
  for name in "${sw_suites[@]}"; do
    if ! sw_map_suite "$name"; then
      sw_problems+=("$sw_place names the suite $name, which is of neither $sw_from nor $sw_to")
      return 0
    fi
    names+=("$sw_text")
    if [[ $sw_text == "$sw_to_security" ]]; then security=yes; else other=yes; fi
  done
  if [[ $security == yes ]]; then mirror=$sw_security_mirror; else mirror=$sw_mirror; fi
  if [[ $security$other == yesyes && $sw_mirror != "$sw_security_mirror" ]]; then
    sw_problems+=("$sw_place has ${names[*]} in one stanza, and they get two addresses: make two of it")
    return 0
  fi
  [[ -z $mirror || ${sw_uris[*]%/} == "${mirror%/}" ]] || sw_uris=("$mirror")
  [[ $sw_archived == no ]] || sw_undated=yes
  sw_suites=("${names[@]}")
  sw_map_components
  sw_drop_missing
}

# sw_map_components: each component in the place of which others are wanted gives way to these.
sw_map_components() {
  local name rule
  local -a names=()
  for name in "${sw_components[@]}"; do
    for rule in "${sw_new_components[@]}" "$name:$name"; do
      [[ ${rule%%:*} == "$name" ]] || continue
      sw_add_components "${rule#*:}"
      break
    done
  done
  sw_components=("${names[@]}")
}

# sw_add_components NAME,…: adds them to the caller's names, each once.
sw_add_components() {
  local added
  for added in ${1//,/ }; do
    [[ " ${names[*]} " == *" $added "* ]] || names+=("$added")
  done
}

# sw_drop_missing: suites that their mirror lacks are disabled. Notes whether the suite that the
# release itself is in remains.
sw_drop_missing() {
  local name
  local -a names=() gone=()
  for name in "${sw_suites[@]}"; do
    sw_wanted["${sw_uris[0]%/} $name"]=$sw_place
    if [[ -n ${sw_missing["${sw_uris[0]%/} $name"]:-} ]]; then
      gone+=("$name")
    else
      names+=("$name")
      [[ $name != "$sw_to" || " $sw_types " != *' deb '* ]] || sw_found=yes
    fi
  done
  ((${#gone[@]} > 0)) || return 0
  if ((${#names[@]} == 0)); then
    sw_off=$sw_missed
  else
    sw_suites=("${names[@]}")
    sw_remarks+=("$sw_missed: ${gone[*]}")
  fi
}

# require_known_suites FROM TO: each of the distribution's own sources names a suite of one of these
# releases, by its own name, as it is today. Somebody may have gone further by hand. A machine that
# runs another release is refused for that alone.
require_known_suites() {
  local sw_from=$1 sw_to=$2 sw_to_security='' running sw_others='' sw_dated='' sw_proposed=''
  sw_started && return
  sw_codename
  running=$sw_text
  [[ $running == "$sw_from" || $running == "$sw_to" ]] || return 0
  sw_recall_own_addresses
  sw_walk_sources sw_judge_known_suites
  [[ -z $sw_dated ]] ||
    sw_refuse "apt's sources have the archive as it was on one day: $sw_dated" \
      "let them name a mirror, and run: apt-get update"
  [[ -z $sw_proposed ]] ||
    sw_refuse "apt's sources name what is proposed for a release, and no part of it yet: $sw_proposed" \
      'put a # before it, and run: apt-get update'
  [[ -z $sw_others ]] ||
    sw_refuse "apt's sources name suites of neither $sw_from nor $sw_to: $sw_others" \
      "let them name those of $running again, and run: apt-get update; or use a procedure that leads from $running to what they name"
}

sw_judge_known_suites() {
  local uri name own=no
  for uri in "${sw_uris[@]}"; do
    ! sw_is_own "$uri" || own=yes
    ! sw_is_dated "$uri" || sw_dated+="${sw_dated:+, }$uri ($sw_place)"
  done
  [[ $own == yes ]] || return 0
  for name in "${sw_suites[@]}"; do
    [[ $name != *-proposed-updates ]] || sw_proposed+="${sw_proposed:+, }$name ($sw_place)"
    # apt tells what a source has by the name that the source calls it by.
    [[ $name != @(|old|oldold)stable?([-/]*) ]] && sw_map_suite "$name" ||
      sw_others+="${sw_others:+, }$name ($sw_place)"
  done
}

# sources_have SUITE: no source of the distribution's own names a suite of another release.
sources_have() {
  local sw_from=$1 sw_to=$1 sw_to_security='' sw_others='' sw_dated='' sw_proposed=''
  sw_recall_own_addresses
  sw_walk_sources sw_judge_known_suites
  [[ -z $sw_others ]]
}
