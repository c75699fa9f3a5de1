# apt: apt-get, with nothing in it that can ask, and with nobody in its way.

sw_apt_options=() sw_dpkg_options=()
# Seconds that another package manager is waited for.
sw_apt_patience=900
sw_apt_locks=(
  /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
)

# apt_begin [conffiles=keep|replace]: goes before the first apt-get or dpkg of a step. Stops apt's
# timers, waits for whoever works on the packages now, and answers what could be asked.
apt_begin() {
  stop_apt_timers
  wait_for_apt_locks
  export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical DEBCONF_ADMIN_EMAIL=''
  export APT_LISTCHANGES_FRONTEND=none APT_LISTBUGS_FRONTEND=none NEEDRESTART_MODE=a
  # A conffile that was not changed here is replaced all the same.
  sw_dpkg_options=(--force-confdef --force-confold)
  export UCF_FORCE_CONFFOLD=1
  if [[ ${1:-} == conffiles=replace ]]; then
    sw_dpkg_options=(--force-confnew)
    unset UCF_FORCE_CONFFOLD
    export UCF_FORCE_CONFFNEW=1
  fi
  sw_apt_options=(
    --yes -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout="$sw_apt_patience" -o Acquire::Retries=3
    -o APT::Get::AutomaticRemove=false -o APT::Get::Purge=false -o APT::Get::AllowUnauthenticated=false
    "${sw_dpkg_options[@]/#/-oDpkg::Options::=}"
  )
}

# run_apt ARGUMENT…: apt-get, after apt_begin.
run_apt() {
  run apt-get "${sw_apt_options[@]}" "$@"
}

# Where apt keeps what it has fetched.
sw_apt_archives=/var/cache/apt/archives

# settle_packages: what an interrupted dpkg has left is brought to its end. dpkg cannot configure what it
# had half unpacked itself, nor what waits for that; apt gets what is not here.
settle_packages() {
  local sw_text
  local -a again=()
  ! packages_are_settled || return 0
  restore_libraries
  sw_unpack_anew
  run dpkg "${sw_dpkg_options[@]}" --configure --pending || printf 'apt goes on with that\n'
  # Of a version that its sources have, apt unpacks none unless it is told to, which it lets nobody do
  # while others lack something.
  sw_list_half_unpacked
  if [[ -n $sw_text ]]; then
    mapfile -t again <<<"$sw_text"
    again=(--reinstall -- "${again[@]%% *}")
  fi
  apt-get -s --fix-broken install "${again[@]}" >/dev/null 2>&1 || again=()
  run_apt --fix-broken install "${again[@]}"
  restore_libraries
  run dpkg "${sw_dpkg_options[@]}" --configure --pending
}

# sw_unpack_anew: what dpkg was killed over is unpacked from the file that apt has fetched for that.
sw_unpack_anew() {
  local sw_text file
  local -a files=()
  sw_list_half_unpacked
  while read -r _ file; do
    file=$sw_apt_archives/${file//:/%3a}
    [[ ! -f $file ]] || files+=("$file")
  done <<<"$sw_text"
  ((${#files[@]} == 0)) || run dpkg "${sw_dpkg_options[@]}" --unpack -- "${files[@]}" ||
    printf 'apt goes on with that\n'
}

# sw_list_half_unpacked: sets sw_text to the packages that dpkg has to unpack anew, a line each, with the name
# of the file that they are of.
sw_list_half_unpacked() {
  sw_text=$(dpkg-query --show --showformat='${db:Status-Eflag} ${binary:Package} ${Package}_${Version}_${Architecture}.deb\n')
  sw_text=$(sed -n 's/^reinstreq //p' <<<"$sw_text")
}

# wait_for_apt_locks: until no other process holds one, or patience ends.
wait_for_apt_locks() {
  sw_outwait sw_find_lock_holder "$sw_apt_patience" 'let go of it'
}

# sw_find_lock_holder: whether another process holds a lock; which one, in the caller's holder.
sw_find_lock_holder() {
  local line pid inode file inodes name
  inodes=$(stat -c %i -- "${sw_apt_locks[@]}" 2>/dev/null) || :
  while IFS= read -r line; do
    # ID: [->] POSIX ADVISORY WRITE PID MAJOR:MINOR:INODE START END; "->" marks one that waits.
    read -r _ _ _ _ pid inode _ <<<"$line"
    [[ $line == *' POSIX '* && $line != *'->'* && $'\n'$inodes$'\n' == *$'\n'${inode##*:}$'\n'* ]] ||
      continue
    for file in "${sw_apt_locks[@]}"; do
      sw_has_open "$pid" "$file" || continue
      name='?'
      read -r name 2>/dev/null <"/proc/$pid/comm" || :
      holder="process $pid ($name) holds $file"
      return 0
    done
  done </proc/locks
  return 1
}

# sw_has_open PID FILE: whether the process has the file open.
sw_has_open() {
  local descriptor
  for descriptor in "/proc/$1/fd/"*; do
    [[ ! $descriptor -ef $2 ]] || return 0
  done
  return 1
}
