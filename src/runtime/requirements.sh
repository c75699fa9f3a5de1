# requirements: what a procedure may ask of the packages, and of where it keeps things, before it starts.

sw_apt_preferences=/etc/apt/preferences

# require_packages_in_order OLD: no package is held, half-installed or unconfigured. What the script itself
# has left half-way, it mends; what somebody has held since counts as long as the machine is of release OLD.
# Before a further way, updates that begin at boot may be at work: the steps wait for them, and mend.
require_packages_in_order() {
  [[ -n $sw_way ]] || sw_started || sw_refuse_unsettled
  sw_is_upgrading "$1" || sw_refuse_held
}

# sw_is_upgrading OLD: whether an earlier run has begun, and may have gone on from release OLD.
sw_is_upgrading() {
  local sw_text
  sw_started || return
  sw_codename
  [[ $sw_text != "$1" ]]
}

sw_refuse_unsettled() {
  sw_refuse_busy_apt || packages_are_settled >/dev/null 2>&1 ||
    sw_refuse 'dpkg has packages that are half-installed, unconfigured or lack a dependency' \
      'see: dpkg --audit; apt-get check; mend it with: dpkg --configure -a; apt-get --fix-broken install'
}

sw_refuse_held() {
  local held
  if ! held=$(dpkg --get-selections '*'); then
    sw_refuse 'which packages are held could not be found out' "see: dpkg --get-selections '*'"
    return
  fi
  held=$(sed -n -E 's/[[:space:]]+hold$//p' <<<"$held")
  if [[ -n $held ]]; then
    sw_refuse "these packages are held back from any upgrade: ${held//$'\n'/ }" \
      "let them go for the upgrade: apt-mark unhold ${held//$'\n'/ }"
  fi
}

# sw_refuse_busy_apt: whether another apt or dpkg is at work, which leaves packages half-way meanwhile.
sw_refuse_busy_apt() {
  local holder=''
  sw_find_lock_holder || return
  sw_refuse "another program is at work on the packages: $holder" 'let it finish, then run this script again'
}

# require_no_pins: no setting of apt prefers other versions than those of the new release. Steps may set
# such themselves.
require_no_pins() {
  local file line where release
  sw_started && return
  for file in "$sw_apt_preferences" "$sw_apt_preferences.d/"*; do
    where=${file##*/}
    # apt reads those without an extension, and those that end in .pref.
    [[ -f $file && (${where} != *.* || $where == *.pref) ]] || continue
    while IFS= read -r line || [[ -n $line ]]; do
      [[ ${line,,} =~ ^pin:[[:space:]]*(.*) ]] || continue
      sw_refuse "$file pins packages (${BASH_REMATCH[1]})" \
        "move it away for the upgrade: mv ${file@Q} /root/"
      break
    done <"$file"
  done
  release=$(apt-config dump APT::Default-Release) || release=''
  [[ $release != *'"'?*'"'* ]] ||
    sw_refuse "apt prefers one release: $release" \
      "take that out of /etc/apt/apt.conf and /etc/apt/apt.conf.d (see: grep -r Default-Release /etc/apt)"
}

# require_lasting PATH [PARAMETER]: a reboot does not empty the folder that PATH is in. Asked at each start:
# another one may be given then.
require_lasting() {
  local path remedy='let it be elsewhere' leads=''
  path=$(readlink -m -- "$1") || path=$1
  case $path/ in
    # Where /var/run is no link, it is emptied all the same.
    /tmp/* | /run/* | /var/run/* | /var/lock/* | /dev/*) ;;
    *) return 0 ;;
  esac
  [[ $path == "$1" ]] || leads=", which leads to $path,"
  if [[ -n ${2:-} ]]; then
    remedy="name one that lasts: --set $2=/var/backups/$sw_procedure"
    # What a run has laid there is needed by the next one.
    [[ ! -e $path ]] || remedy="take along what is there: cp -a -T ${path@Q} /var/backups/$sw_procedure; then $remedy"
  fi
  sw_refuse "$1$leads is emptied by the reboot, and what is kept there is needed after it" "$remedy"
}
