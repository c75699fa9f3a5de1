# upgrade: the packages of a new release in the place of the old ones.

# What an upgrade has told of itself is in $sw_state/upgraded-packages: the run that made it, how many
# packages it left as they were, and what apt went by then.

# How many the last upgrade that was looked at has left as they were.
sw_left_back=0

# packages_are_upgraded SUITE ARGUMENT…: that apt-get finds nothing to do, every package is
# configured, apt knows the packages of SUITE, and nothing is left of an upgrade that was cut off. Sets
# sw_text to the number of packages that apt leaves as they are.
packages_are_upgraded() {
  packages_are_configured || return
  ! copies_are_left || return 1
  if ! sw_upgrade_has_told "$2"; then
    release_comes_from "$1" && sw_finds_nothing "${@:2}" || return
  fi
  sw_left_back=$sw_text
  [[ $sw_text == 0 ]] || printf 'apt keeps back %s packages: see apt list --upgradable\n' "$sw_text"
}

# sw_upgrade_has_told ACTION: whether an upgrade that this run has just made ended well, and said that
# nothing is left; what a minimal one leaves is for the next. apt, which may be a newer one by now, is not
# asked for more then. Sets sw_text as packages_are_upgraded does.
sw_upgrade_has_told() {
  local left='' stamp='' now
  sw_recall_upgrade || return
  [[ $left == 0 || ($left == [1-9]* && $1 == upgrade) ]] || return
  now=$(sw_stamp_plan)
  [[ $now == "$stamp" ]] || return
  sw_stamp_packages
  sw_told[settled]=$sw_text
  sw_text=$left
}

# sw_recall_upgrade: whether the last upgrade was one of this run. Sets the caller's left and stamp to what
# is noted of it.
sw_recall_upgrade() {
  local run
  [[ -s $sw_state/upgraded-packages ]] || return
  read -r run left stamp <"$sw_state/upgraded-packages"
  [[ $run == "$$" ]]
}

# sw_finds_nothing ARGUMENT…: whether that apt-get would do nothing. Sets sw_text to the number of packages
# that it would leave as they are.
sw_finds_nothing() {
  local plan stamp
  sw_stamp_packages
  stamp=$sw_text
  sw_ask_plan "$@" || {
    printf '%s\n' "$sw_text"
    return 1
  }
  plan=$sw_text sw_text=0
  # To simulate a run takes apt longer than to plan one: that is for those whose settings hide its figures.
  [[ $plan == *' not upgraded.'* ]] || plan=$(apt-get -s "$@") || return 1
  # It does not plan anything while a package lacks what it depends on.
  sw_told[settled]=$stamp
  [[ ! $plan =~ 'to remove and '([1-9][0-9]*)' not upgraded' ]] || sw_text=${BASH_REMATCH[1]}
  [[ ! $'\n'$plan =~ $'\n'(Inst|Remv|Purg|Conf)' ' && $plan != *' not fully installed or removed.'* ]] || return 1
  [[ $plan != *' not upgraded.'* || $'\n'$plan == *$'\n0 upgraded, 0 newly installed, 0 to remove and '* ]]
}

# minimal_upgrade_is_done STEP SUITE ARGUMENT…: the same, of what is upgraded first. What that leaves is
# remembered: the upgrade of the rest is not done.
minimal_upgrade_is_done() {
  sw_told[left]=''
  ! lies_ahead "$1" "$2" && packages_are_upgraded "${@:2}" || return
  [[ $sw_text == 0 ]] || ! sw_was_begun "$1" || sw_told[left]=${sw_told[settled]}
}

# lies_ahead STEP SUITE: whether STEP was never begun, on a machine that is not SUITE yet: it is not
# done then, and apt, which takes its time over a whole release, need not be asked.
lies_ahead() {
  sw_codename
  [[ $sw_text != "$2" ]] && ! sw_was_begun "$1"
}

# distribution_is_upgraded STEP SUITE [LATER]: the whole of it, and the machine calls itself so. Where apt
# takes packages from LATER already, there is no way back to SUITE, and nothing to do.
distribution_is_upgraded() {
  if [[ -n ${3:-} ]] && release_comes_from "$3" >/dev/null; then
    return 0
  fi
  sw_codename
  [[ $sw_text == "$2" ]] && ! sw_is_left "$1" && packages_are_upgraded "$2" dist-upgrade
}

# sw_is_left STEP: whether STEP was never begun, and a minimal upgrade has left packages behind. On the
# way between two releases apt takes its longest to tell that there is something to do.
sw_is_left() {
  local sw_text
  ! sw_was_begun "$1" && sw_still_holds left
}

# prepare_upgrade SUITE: goes before an upgrade, after apt_begin: packages are settled, apt knows those of
# SUITE, and there is room for them.
prepare_upgrade() {
  settle_packages
  if packages_were_fetched; then
    demand_release "$1"
  else
    refresh_indexes "$1"
  fi
  sw_has_minimally_upgraded || demand_room_to_upgrade
  : >"$sw_state/upgraded-packages"
}

# sw_has_minimally_upgraded: whether the last upgrade was a minimal one, of this run: it has had room for the
# rest, too.
sw_has_minimally_upgraded() {
  local left stamp
  sw_still_holds left && sw_recall_upgrade
}

# upgrade_packages ARGUMENT…: that apt-get, after prepare_upgrade; what it leaves is told afterwards.
upgrade_packages() {
  note_links
  keep_libraries
  sw_run_upgrade "$@"
  drop_libraries
}

# update_packages ARGUMENT…: the same within a release, where libraries keep their names.
update_packages() {
  sw_run_upgrade "$@"
  # An upgrade that was cut off has left some.
  drop_libraries
}

# sw_run_upgrade ARGUMENT…: that apt-get. What it says of packages that it leaves is in the log; a pipe would
# stay open as long as a daemon that it starts. It is believed where dpkg has written something since.
sw_run_upgrade() {
  local bytes left='' sw_text before
  sw_log_size bytes
  sw_stamp_packages
  before=$sw_text
  run_apt "$@"
  [[ ! -f $sw_log ]] || left=$(tail -c "+$((bytes + 1))" -- "$sw_log" |
    sed -n -E 's/^[0-9]+ upgraded, .* and ([0-9]+) not upgraded\.$/\1/p') || left=''
  left=${left%%$'\n'*}
  sw_stamp_packages
  [[ $sw_text != "$before" ]] || left=''
  printf '%s %s %s\n' "$$" "${left:-?}" "$(sw_stamp_plan)" >"$sw_state/upgraded-packages"
}

# sw_tell_leftovers: packages that were kept back; and settings, new or old, that wait beside those in use.
sw_tell_leftovers() {
  local file
  [[ $sw_left_back == 0 ]] ||
    warn "apt keeps back $sw_left_back packages, which are of the old release still: see apt list --upgradable"
  [[ -e $sw_state/upgraded-packages ]] || return 0
  while IFS= read -r file; do
    case $file in
      *-old) warn "these settings were replaced by a package's: compare ${file@Q} with ${file%.*}" ;;
      *) warn "a package brought settings that were not taken over: compare ${file@Q} with ${file%.*}" ;;
    esac
  done < <(find /etc -xdev -type f \( -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.dpkg-old' \
    -o -name '*.ucf-dist' -o -name '*.ucf-old' \) 2>/dev/null | sort)
  rm -f -- "$sw_state/upgraded-packages"
}

sw_hooks_summary+=(sw_tell_leftovers)
