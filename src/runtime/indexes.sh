# indexes: what apt knows of the packages that its sources have.

# What apt plans by.
sw_apt_inputs=(
  /etc/apt /var/lib/apt/lists /var/lib/apt/extended_states /var/lib/dpkg/arch /var/lib/dpkg/status
)
# What apt told of base-files, and what it went by then.
sw_policy='' sw_policy_inputs=''

# indexes_are_due: notes that the sources are about to change: what apt knows is old from now on.
indexes_are_due() {
  : >"$sw_state/indexes-due"
  sync -- "$sw_state/indexes-due" "$sw_state"
}

# indexes_speak_of SUITE…: every enabled source has been fetched, and the package that makes the
# release what it is would come from one of them.
indexes_speak_of() {
  local suite status=1
  [[ ! -e $sw_state/indexes-due ]] && sw_every_source_is_fetched || return
  for suite; do
    status=0
    release_comes_from "$suite" || status=$?
    ((status == 1)) || break
  done
  return "$status"
}

# indexes_are_recent: a run fetched every source in the last half a day.
indexes_are_recent() {
  local fresh
  [[ -e $sw_state/indexes && ! -e $sw_state/indexes-due ]] || return 1
  fresh=$(find "$sw_state" -maxdepth 1 -name indexes -mmin -720) || return 2
  [[ -n $fresh ]]
}

# release_comes_from SUITE: whether apt would take base-files from it, or has. On a machine that is
# SUITE already, an installed one that no source has any more does not count against it.
release_comes_from() {
  local line candidate='' inside=no version
  sw_ask_policy || return 2
  while IFS= read -r line; do
    case $line in
      *'  Candidate: '*) candidate=${line##* } ;;
      ' *** '* | '     '[0-9]*)
        read -r version _ <<<"${line/ \*\*\* /}"
        inside=no
        [[ $version != "$candidate" ]] || inside=yes
        ;;
      # A priority of four figures stands further to the left.
      '       '*)
        [[ $line == *" $1"[/-]* ]] || continue
        sw_codename
        [[ $inside == no && $sw_text != "$1" ]] || return 0
        ;;
    esac
  done <<<"$sw_policy"
  printf '%s\n' "$sw_policy"
  return 1
}

# sw_ask_policy: sets sw_policy to what apt tells of base-files. It is asked once, until it may tell
# something else.
sw_ask_policy() {
  local inputs
  inputs=$(sw_list_inputs)
  [[ -z $sw_policy || $sw_policy_inputs != "$inputs" ]] || return 0
  sw_policy=''
  sw_policy=$(apt-cache policy base-files) || return
  sw_policy_inputs=$inputs
}

# sw_list_inputs: prints the files that apt plans by: its settings, what its sources have, what is
# installed. Each with its size and the time of its last change.
sw_list_inputs() {
  find -L "${sw_apt_inputs[@]}" -type f -printf '%p %s %T@\n' 2>/dev/null || :
}

# sw_stamp_plan: prints what is another whenever apt may plan otherwise.
sw_stamp_plan() {
  sw_list_inputs | sort | sha256sum
}

# sw_ask_plan ARGUMENT…: sets sw_text to what that apt-get says it would fetch and do, as if nothing lay
# ready; status 1 when it does not. It is asked once, as long as it would say the same.
sw_ask_plan() {
  local stamp
  stamp="${*@Q} $(sw_stamp_plan)"
  if [[ ${sw_told[planned]:-} != "$stamp" ]]; then
    sw_text=$(apt-get -o Dir::Cache::Archives=/nonexistent --print-uris "$@") || return 1
    sw_told[plan]=$sw_text sw_told[planned]=$stamp
  fi
  sw_text=${sw_told[plan]}
}

# sw_every_source_is_fetched: apt has the Release file of every enabled source. Tells the place of each
# of which it has not.
sw_every_source_is_fetched() {
  local sw_unfetched=''
  sw_walk_sources sw_judge_fetched
  printf '%s' "$sw_unfetched"
  [[ -z $sw_unfetched ]]
}

sw_judge_fetched() {
  local uri suite name told=''
  for uri in "${sw_uris[@]}"; do
    [[ $uri == http?(s)://* ]] || continue
    for suite in "${sw_suites[@]}"; do
      case $suite in
        */)
          name=${uri%/}/${suite#/}
          ! sw_is_trusted || ! sw_has_packages_of "${name%/}" || continue
          ;;
        *) name=${uri%/}/dists/$suite ;;
      esac
      sw_list_name "${name%/}"
      [[ -e $sw_apt_lists/${sw_text}_InRelease || -e $sw_apt_lists/${sw_text}_Release ]] ||
        told="not fetched: $sw_place"$'\n'
    done
  done
  sw_unfetched+=$told
}

# sw_has_packages_of ADDRESS: whether apt has a list from that folder, which need not have a Release file where
# its source is trusted.
sw_has_packages_of() {
  local file
  sw_list_name "$1"
  for file in "$sw_apt_lists/${sw_text}_Packages"*; do
    [[ ! -e $file ]] || return 0
  done
  return 1
}

# fetch_indexes: apt-get update, which ends without an error when it has fetched nothing at all: its
# words are read too.
fetch_indexes() {
  local log=$sw_state/apt-update status=0
  run apt-get "${sw_apt_options[@]}" -o APT::Update::Error-Mode=any update 2>&1 | tee -- "$log" || status=$?
  if sw_has_failed_to_fetch "$log"; then
    # What is indented says why.
    sw_fail_to_fetch "$(grep -E '^(Err:|E: |W: |  [^ ])' -- "$log")"
  fi
  ((status == 0)) || return "$status"
  : >"$sw_state/indexes"
  rm -f -- "$sw_state/indexes-due" "$log"
}

# sw_has_failed_to_fetch LOG: whether apt-get update tells of a failure. It may find an index in one
# compression, and not in others that it asked for before.
sw_has_failed_to_fetch() {
  awk '
    /^(E: |W: (Failed|Some index|GPG error|An error))/ { failed = 1 }
    /^(Err|Get|Hit):/ { split($1, word, ":"); if (word[1] == "Err") lacks[word[2]] = 1; else delete lacks[word[2]] }
    END { for (number in lacks) failed = 1; exit !failed }
  ' "$1"
}

sw_fail_to_fetch() {
  local advice='see the sources: grep -rnE "^(deb|URIs:|Suites:)" /etc/apt/sources.list /etc/apt/sources.list.d'
  case $1 in
    *NO_PUBKEY* | *EXPKEYSIG* | *'Missing key '* | *'is not live'* | *'is not bound'*)
      advice='a key is missing or has expired: install the newest debian-archive-keyring, or the new key of that source'
      sw_find_own_keys "$1"
      [[ -z $sw_text ]] || advice="the key of a source has expired, or was replaced: remove $sw_text; then run this script again, which fetches it anew"
      ;;
    *'method driver '*'could not be found'*)
      advice='apt cannot read that kind of address; for https: apt-get install apt-transport-https ca-certificates'
      ;;
    *'does not have a Release file'* | *'404 '*)
      advice='that address does not have that suite (any more): put a # before its line, or write Enabled: no into its stanza; or set another mirror'
      ;;
    *'Could not resolve'* | *'connect'*) advice='is the network up, and is there a proxy to be set in /etc/apt/apt.conf.d?' ;;
    *'not valid yet'*) advice='is the clock of this machine right? see: date' ;;
  esac
  fail 'not every source could be fetched:' "$1" "$advice"
}

# sw_find_own_keys TEXT: sets sw_text to the key files that a run has fetched for those of its own sources
# whose address is in what apt has told.
sw_find_own_keys() {
  local sw_message=$1
  local -a sw_own_keys=()
  sw_walk_sources sw_judge_key
  sw_text=${sw_own_keys[*]}
}

sw_judge_key() {
  local name=${sw_file##*/} uri
  name=${name%.list}
  [[ -e $sw_state/key-$name ]] || return 0
  for uri in "${sw_uris[@]}"; do
    [[ $sw_message != *"${uri%/}"* ]] || sw_own_keys+=("$sw_keyrings/$name.asc (of $sw_place)")
  done
}

# refresh_indexes SUITE: fetches them anew when the last time is half a day ago; then they have to
# speak of SUITE.
refresh_indexes() {
  local status=0
  indexes_are_recent || status=$?
  ((status == 0)) || fetch_indexes
  demand_release "$1"
}

# demand_release SUITE: apt would take base-files from there.
demand_release() {
  release_comes_from "$1" ||
    fail "apt would take base-files from another release than $1" "see: apt-cache policy base-files"
}
