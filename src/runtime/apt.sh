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
  unset UCF_FORCE_CONFFOLD UCF_FORCE_CONFFNEW
  if [[ ${1:-} == conffiles=replace ]]; then
    # What an administrator has set for all of dpkg's runs would count more.
    sw_dpkg_options=(--refuse-confdef --refuse-confold --force-confnew)
    ! sw_ucf_sets conf_force_conffold || sw_fail_with_ucf conf_force_conffold
    export UCF_FORCE_CONFFNEW=1
  else
    ! sw_ucf_sets conf_force_conffnew || sw_fail_with_ucf conf_force_conffnew
    export UCF_FORCE_CONFFOLD=1
  fi
  sw_apt_options=(
    --yes -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout="$sw_apt_patience" -o Acquire::Retries=3
    -o APT::Get::AutomaticRemove=false -o APT::Get::Purge=false -o APT::Get::AllowUnauthenticated=false
    "${sw_dpkg_options[@]/#/-oDpkg::Options::=}"
  )
}

sw_ucf_settings=/etc/ucf.conf

# sw_ucf_sets NAME: whether ucf, which packages keep settings by, has that of its own, whatever the value:
# told the opposite, too, it ends with an error, and with it each package that asks it.
sw_ucf_sets() {
  grep -q -s -E "^[[:space:]]*$1=[\"']?[^[:space:]\"'#]" -- "$sw_ucf_settings"
}

sw_fail_with_ucf() {
  fail "$sw_ucf_settings sets $1, and this step wants the opposite of packages' settings; nothing was changed" \
    "put a # before that line until the upgrade is through"
}

# sw_require_apt: learns where apt keeps what it fetches. Nearly every step keeps changed settings.
sw_require_apt() {
  local sw_text
  sw_text=$(apt-config shell sw_apt_archives Dir::Cache::Archives/d 2>/dev/null) && [[ -n $sw_text ]] && eval "$sw_text"
  sw_apt_archives=${sw_apt_archives%/}
  sw_apt_locks[3]=$sw_apt_archives/lock
  ! sw_ucf_sets conf_force_conffnew ||
    sw_refuse "$sw_ucf_settings sets conf_force_conffnew: packages would fail, for changed settings are to be kept" \
      'put a # before that line until the upgrade is through'
}

sw_hooks_require+=(sw_require_apt)

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
