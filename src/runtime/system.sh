# system: the state of the whole system, saved before and verified after.

# An archive of more than a day ago is of an earlier attempt, and lacks what was changed since.
sw_archive_age=86400

# system_is_saved ARCHIVE: it is there, whole, and so are the package selections beside it; both are of
# the last day.
system_is_saved() {
  sw_is_young "$1" && sw_is_young "$1.selections" || return 1
  tar --list --gzip --file="$1" >/dev/null || return 1
}

# sw_is_young FILE: it holds something, and was written in the last day.
sw_is_young() {
  local now written
  [[ -s $1 ]] || return 1
  written=$(stat -c %Y -- "$1") || return 1
  printf -v now '%(%s)T' -1
  ((now - written <= sw_archive_age))
}

# save_system ARCHIVE [DIRECTORY…]: keeps /etc, what dpkg, apt and debconf know, and these
# directories; after apt_begin. An archive that is there already is never written over: it may be
# from before the upgrade. One of an earlier day is kept as ARCHIVE.~1~ and so on.
save_system() {
  local archive=$1 directory selections status=0
  local -a saved=()
  selections=$(dpkg --get-selections '*')
  # Where nobody else may look: there are keys and passwords in it.
  [[ -d ${archive%/*}/ ]] || (umask 077 && mkdir -p -- "${archive%/*}/")
  if ! sw_is_young "$archive.selections"; then
    replace_file "$archive.selections.part" 0600 <<<"$selections"
    run mv --backup=numbered -T -- "$archive.selections.part" "$archive.selections"
  fi
  if sw_is_young "$archive"; then
    system_is_saved "$archive" || fail "$archive is there, and it is not whole" \
      'look at what it is, then move it away: what the upgrade has changed cannot be saved any more'
    return 0
  fi
  for directory in etc var/lib/dpkg var/lib/apt/extended_states var/cache/debconf "${@:2}"; do
    [[ ! -e /${directory#/} ]] || saved+=("./${directory#/}")
  done
  [[ ! -e $archive.part ]] || rm -f -- "$archive.part"
  (umask 077 && : >"$archive.part")
  run tar --create --gzip --numeric-owner --acls --xattrs --file="$archive.part" --directory=/ -- "${saved[@]}" || status=$?
  # 1: a file was changed, or removed, while it was read; which one, tar has said.
  ((status < 2)) || fail "$archive could not be written: tar ended with status $status" \
    "what it says is above; is there room? see: df ${archive%/*}"
  tar --list --gzip --file="$archive.part" >/dev/null
  sync -- "$archive.part"
  run mv --backup=numbered -T -- "$archive.part" "$archive"
  sync -- "${archive%/*}/"
}

# system_is_verified RELEASE [kernel]: the machine runs RELEASE with every package in order, and the
# newest kernel that is installed. What is not so is told.
system_is_verified() {
  local wrong=0
  sw_codename
  if [[ $sw_text != "$1" ]]; then
    printf 'the release is %s, not %s\n' "${sw_text:-unknown}" "$1"
    wrong=1
  fi
  if ! packages_are_settled; then
    printf 'there are packages that are half-installed, unconfigured or lack a dependency: see dpkg --audit\n'
    wrong=1
  fi
  [[ ${2:-} != kernel ]] || sw_runs_newest_kernel || wrong=1
  return "$wrong"
}

# sw_runs_newest_kernel: whether no newer one is in /boot than the running one. Where that one is not
# there, the machine does not choose its kernel: a provider does, or it is a container.
sw_runs_newest_kernel() {
  local installed newest running
  running=$(uname -r)
  # Of copies that somebody has kept, no boot menu knows.
  installed=$(find /boot -maxdepth 1 -name 'vmlinuz-*' -printf '%f\n' |
    sed -E '/(~|\.(old|bak|dpkg-[a-z]+))$/d' | sort -V)
  [[ $'\n'$installed$'\n' == *$'\n'"vmlinuz-$running"$'\n'* ]] || return 0
  newest=${installed##*vmlinuz-}
  [[ $newest == "$running" ]] || {
    printf 'the running kernel is %s, and the newest installed one is %s\n' "$running" "$newest"
    return 1
  }
}

# require_newest_kernel: no newer one is installed than the running one.
require_newest_kernel() {
  local answer
  answer=$(sw_runs_newest_kernel) ||
    sw_refuse "$answer" "boot that one (see the boot loader's menu), then run this script again"
}

# require_newest_kernel_before ID: the same, until this part itself goes on to the next release: once
# its step ID has begun, it may have installed a newer one.
require_newest_kernel_before() {
  sw_was_begun "$1" || require_newest_kernel
}

# verify_system RELEASE [kernel]: nothing can be changed here; says what has to be done by hand.
verify_system() {
  local answer
  # Updates that begin at boot leave packages half-way for a while.
  wait_for_apt_locks
  answer=$(system_is_verified "$@") || fail 'the system is not as it should be:' "$answer" \
    'Mend that, or boot that kernel, then run this script again.'
}
