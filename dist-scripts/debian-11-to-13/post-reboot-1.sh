#!/bin/bash
# post-reboot-1.sh of debian-11-to-13: Debian 11 to Debian 13, by way of Debian 12, after reboot 1 of 2
#
# For a Debian 11 server with PostgreSQL and one service that uses it. Debian knows no way past a
# release: the server becomes one of Debian 12, serves as such, and goes on to Debian 13 when that
# is asked for.
#
# Use, as root, in tmux or screen:
#   bash post-reboot-1.sh --check      what would keep it from starting, and its steps
#   bash post-reboot-1.sh --dry-run    what each step would do
#   bash post-reboot-1.sh              do it; after any interruption, run it again
#   bash post-reboot-1.sh --help       everything else
#
# Made by stepwright from procedure debian-11-to-13: change that, not this file.

case ${BASH_VERSION:-} in
  "" | [0-3].*)
    echo "Run this script with bash 4.4 or later." >&2
    exit 2
    ;;
esac
if [[ ! -f ${BASH_SOURCE[0]:-} ]]; then
  echo "Save this script as a file, and run that: bash FILE" >&2
  exit 2
elif [[ ${BASH_SOURCE[0]##*/} == "${0##*/}" ]]; then
  if [[ $- != *p* ]]; then
    # A shell of its own, with no options and no functions of the one that this was started from.
    for sw_name in $(compgen -A function); do unset -f "$sw_name"; done
    LC_ALL=C.UTF-8 exec "$BASH" "-p${-//[!vx]/}" -- "${BASH_SOURCE[0]}" "$@"
  fi
  set +o posix
  mapfile -t sw_whole <"${BASH_SOURCE[0]}"
  if [[ "${sw_whole[*]: -3}" != *'# End of the script.'* ]]; then
    echo "$0 is cut short: copy it again." >&2
    exit 2
  fi
  unset sw_whole
fi

parameters() {
  service=app.service
  parameter service identifier \
    'the unit that uses the database: stopped for the upgrade, and started after it'
  databases_list=()
  other_parameter databases identifiers '' \
    'databases that are saved, and have to be in one of the clusters afterwards; every other one is copied as well'
  clusters_list=()
  clusters=main
  parameter clusters identifiers \
    'the PostgreSQL clusters that are upgraded, as pg_lsclusters names them'
  mirror=''
  parameter mirror url-or-none \
    'where the packages of the new release come from; empty: from where those of the old one do'
  security_mirror=''
  parameter security_mirror url-or-none 'the same for its security updates'
  backup_dir=/var/backups/release-upgrade
  parameter backup_dir path 'where the backups and lists go'
  kernel_packages_list=()
  other_parameter kernel_packages identifiers linux-image-amd64 \
    "the kernel's metapackage: linux-image-ARCHITECTURE; none in a container"
  keep_list=()
  other_parameter keep identifiers '' 'packages that the upgrade must not remove'
  purge_obsolete=no
  parameter purge_obsolete boolean \
    'whether packages that the new release does not have any more are purged'
}

preflight() {
  require_release bookworm 'Debian 12' trixie 'Debian 13'
  require_newest_kernel_before to-13-suites-changed
  require_commands apt-cache apt-get debconf-set-selections diff dpkg dpkg-query grep gzip \
    pg_conftool pg_ctlcluster pg_dropcluster pg_dump pg_lsclusters pg_restore pg_upgradecluster \
    psql runuser systemctl tar
  asks_until_begun to-13-packages-settled
  require_packages_in_order bookworm
  require_no_pins
  require_unit "$service"
  require_true requirement_4__holds \
    'apt has never fetched what its sources have: which are those of Debian cannot be told' \
    'run: apt-get update'
  require_true requirement_5__holds 'apt does not know each of the kernel packages' \
    'name what this machine has: --set kernel-packages=linux-image-ARCHITECTURE; in a container: --set kernel-packages=; see: dpkg --print-architecture; ls /boot'
  require_true requirement_6__holds \
    'the kernel of this machine is that of PACKAGES, and kernel-packages names others' \
    'name what is installed: --set kernel-packages=PACKAGES' found=PACKAGES
  require_true requirement_7__holds \
    '/etc/crypttab names encrypted volumes, and apt is set not to install what is recommended: Debian 13 unlocks them at boot by package systemd-cryptsetup, which would not come' \
    "let apt install what is recommended: echo 'APT::Install-Recommends \"true\";' >>/etc/apt/apt.conf; take that line out after the upgrade; where the packages are those of Debian 13 already: apt-get install systemd-cryptsetup"
  require_true requirement_8__holds \
    'volumes of type plain in /etc/crypttab do not say how they are encrypted, and the defaults are others in Debian 13, with which what they hold cannot be read: NAMES' \
    'add to the options of each, in /etc/crypttab, what it lacks of cipher=aes-cbc-essiv:sha256,size=256 and, where a passphrase opens it, and no key file, of hash=ripemd160 (the defaults before Debian 13; where it was made with others: these)' \
    found=NAMES
  require_lasting "$backup_dir" backup-dir
  require_known_suites bookworm trixie
  require_space /boot 300 'another kernel'
  require_space /usr 1500 'the new packages'
  require_space /var 1000 'the fetched packages'
}

steps() {
  step to-12-system-verified 'the machine runs bookworm, with every package in order' \
    until-begun=to-13-suites-changed
  step to-12-cluster-answers \
    "each of the PostgreSQL clusters $clusters of version 15 answers, with all databases that are named" \
    until-begun=to-13-suites-changed
  step to-12-service-started "the service $service runs" until-begun=to-13-suites-changed
  step to-12-obsolete-listed "obsolete packages are listed in $backup_dir/obsolete-bookworm.list" \
    until-begun=to-13-suites-changed
  step to-12-obsolete-purged 'no obsolete package is left' until-begun=to-13-suites-changed \
    "when=$purge_obsolete" is=yes
  step to-13-packages-settled 'every package is configured and has what it depends on'
  step to-13-system-saved \
    "the system's settings and the state of its packages are saved in $backup_dir/system-bookworm.tar.gz" \
    until-begun=to-13-suites-changed
  step to-13-other-sources-disabled 'no source of others is enabled'
  step to-13-old-indexes-fetched 'apt knows the newest packages of bookworm or trixie' \
    until=to-13-suites-changed needs=to-13-other-sources-disabled
  step to-13-old-release-current 'Debian 12 is at its latest point release' \
    until-begun=to-13-suites-changed needs=to-13-old-indexes-fetched \
    follows=to-13-old-indexes-fetched
  step to-13-foreign-listed \
    "packages that no source has are listed in $backup_dir/foreign-bookworm.list"
  step to-13-suites-changed "the distribution's sources speak of trixie"
  step to-13-indexes-fetched 'apt knows the packages of trixie' needs=to-13-old-indexes-fetched
  step to-13-packages-fetched 'the packages of trixie lie ready' follows=to-13-indexes-fetched
  step to-13-sysctl-settings-kept \
    'what /etc/sysctl.conf sets stands in /etc/sysctl.d/99-sysctl.conf-kept.conf'
  step to-13-service-stopped "the service $service is stopped" until=to-13-cluster-upgraded \
    opposite=to-12-service-started
  step to-13-databases-saved 'each of the named databases is saved in a file'
  step to-13-minimally-upgraded 'what can be upgraded to trixie by itself is upgraded' \
    follows=to-13-indexes-fetched
  step to-13-distribution-upgraded 'the distribution is upgraded to trixie' \
    follows=to-13-indexes-fetched
  step to-13-kernel-installed "the kernel's metapackage is installed"
  step to-13-postgresql-installed 'installed: postgresql-17 and tzdata-legacy' \
    needs=to-13-distribution-upgraded
  step to-13-cluster-upgraded \
    "each of the PostgreSQL clusters $clusters is upgraded from version 15 to 17"
  step to-13-rebooted 'the machine is rebooted' reboot
}

# to-12-system-verified: the machine runs bookworm, with every package in order
#   Why: nothing is built upon an upgrade that did not come to its end
to_12_system_verified__check() {
  system_is_verified bookworm kernel
}
to_12_system_verified__apply() {
  verify_system bookworm kernel
}
to_12_system_verified__plan() {
  would_say 'make sure that bookworm runs, with every package in order'
}

# to-12-cluster-answers: each of the PostgreSQL clusters $clusters of version 15 answers, with all databases that are named
#   Why: the service needs it
to_12_cluster_answers__check() {
  clusters_answer 15 "${clusters_list[@]}" -- "${databases_list[@]}"
}
to_12_cluster_answers__apply() {
  answer_from_clusters 15 "${clusters_list[@]}" -- "${databases_list[@]}"
}
to_12_cluster_answers__plan() {
  plan_clusters_start 15 "${clusters_list[@]}"
}

# to-12-service-started: the service $service runs
#   Why: it is what the machine is for
to_12_service_started__check() {
  unit_runs "$service"
}
to_12_service_started__apply() {
  run systemctl start -- "$service"
}

# to-12-obsolete-listed: obsolete packages are listed in $backup_dir/obsolete-bookworm.list
#   Why: nobody mends these packages any more
to_12_obsolete_listed__check() {
  obsolete_is_listed "$backup_dir/obsolete-bookworm.list" \
    "foreign=$backup_dir/foreign-bullseye.list"
}
to_12_obsolete_listed__apply() {
  list_obsolete "$backup_dir/obsolete-bookworm.list" "foreign=$backup_dir/foreign-bullseye.list"
}
to_12_obsolete_listed__plan() {
  would_say "list in $backup_dir/obsolete-bookworm.list the packages that no source has any more"
}

# to-12-obsolete-purged: no obsolete package is left
#   Why: nobody mends these packages any more
to_12_obsolete_purged__check() {
  obsolete_is_purged "$backup_dir/foreign-bullseye.list" "${keep_list[@]}"
}
to_12_obsolete_purged__apply() {
  apt_begin conffiles=keep
  purge_obsolete "$backup_dir/foreign-bullseye.list" "${keep_list[@]}"
}
to_12_obsolete_purged__plan() {
  would_purge_obsolete "$backup_dir/foreign-bullseye.list" "${keep_list[@]}"
}
to_12_obsolete_purged__undo() {
  advise 'install them again from the old release; their settings are in the archive of /etc'
}

# to-13-packages-settled: every package is configured and has what it depends on
#   Why: a run that was cut off may have left some half-way, and apt does nothing until they are not
to_13_packages_settled__check() {
  packages_are_settled
}
to_13_packages_settled__apply() {
  apt_begin conffiles=keep
  settle_packages
}
to_13_packages_settled__plan() {
  would dpkg --configure --pending
  would apt-get --yes --fix-broken install
}

# to-13-system-saved: the system's settings and the state of its packages are saved in $backup_dir/system-bookworm.tar.gz
#   Why: settings and what dpkg knows cannot be had back otherwise
to_13_system_saved__check() {
  system_is_saved "$backup_dir/system-bookworm.tar.gz"
}
to_13_system_saved__apply() {
  apt_begin conffiles=keep
  save_system "$backup_dir/system-bookworm.tar.gz"
}
to_13_system_saved__plan() {
  would tar --create --gzip "--file=$backup_dir/system-bookworm.tar.gz" --directory=/ etc \
    var/lib/dpkg var/lib/apt/extended_states var/cache/debconf
}
to_13_system_saved__undo() {
  advise 'unpack the archive elsewhere, and compare'
}

# to-13-other-sources-disabled: no source of others is enabled
#   Why: what they have was made for the old release
to_13_other_sources_disabled__check() {
  foreign_sources_are_disabled own
}
to_13_other_sources_disabled__apply() {
  disable_foreign_sources own
}
to_13_other_sources_disabled__plan() {
  would_disable_foreign_sources own
}
to_13_other_sources_disabled__undo() {
  advise 'take the comment signs away, once they have packages for the new release'
}

# to-13-old-indexes-fetched: apt knows the newest packages of bookworm or trixie
#   Why: packages that no source has can be told only by them, and the point release by no older ones
to_13_old_indexes_fetched__check() {
  indexes_are_recent && indexes_speak_of bookworm trixie
}
to_13_old_indexes_fetched__apply() {
  apt_begin conffiles=keep
  fetch_indexes
}
to_13_old_indexes_fetched__plan() {
  would apt-get update
}

# to-13-old-release-current: Debian 12 is at its latest point release
#   Why: nobody has tried the upgrade from an older one; services restart as for any security update
to_13_old_release_current__check() {
  distribution_is_upgraded to-13-old-release-current bookworm trixie
}
to_13_old_release_current__apply() {
  apt_begin conffiles=keep
  answer_questions restart-services libc-upgrade grub=boot-disk
  prepare_upgrade bookworm
  keep_packages dist-upgrade -- "${keep_list[@]}"
  update_packages dist-upgrade
}
to_13_old_release_current__plan() {
  would env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get --yes \
    --option=Dpkg::Options::=--force-confdef --option=Dpkg::Options::=--force-confold dist-upgrade
}

# to-13-foreign-listed: packages that no source has are listed in $backup_dir/foreign-bookworm.list
#   Why: the administrator's own packages are not obsolete
to_13_foreign_listed__check() {
  foreign_is_listed "$backup_dir/foreign-bookworm.list" bookworm \
    "except=$backup_dir/obsolete-bookworm.list"
}
to_13_foreign_listed__apply() {
  list_foreign "$backup_dir/foreign-bookworm.list" "except=$backup_dir/obsolete-bookworm.list"
}
to_13_foreign_listed__plan() {
  would_say "list in $backup_dir/foreign-bookworm.list the packages that no enabled source has"
}

# to-13-suites-changed: the distribution's sources speak of trixie
#   Why: the packages of Debian 13 come from there
to_13_suites_changed__check() {
  suites_are bookworm trixie "mirror=$mirror" "security-mirror=$security_mirror"
}
to_13_suites_changed__apply() {
  change_suites bookworm trixie "mirror=$mirror" "security-mirror=$security_mirror"
}
to_13_suites_changed__plan() {
  would_change_suites bookworm trixie "mirror=$mirror" "security-mirror=$security_mirror"
}
to_13_suites_changed__undo() {
  advise \
    'as long as nothing was upgraded: copy the sources back out of the archive system-bookworm.tar.gz, then apt-get update'
}

# to-13-indexes-fetched: apt knows the packages of trixie
#   Why: an upgrade without them ends well, and does nothing
to_13_indexes_fetched__check() {
  indexes_speak_of trixie
}
to_13_indexes_fetched__apply() {
  apt_begin conffiles=keep
  fetch_indexes
}
to_13_indexes_fetched__plan() {
  would apt-get update
}

# to-13-packages-fetched: the packages of trixie lie ready
#   Why: the service is down for the installation alone, and the network is not needed then
to_13_packages_fetched__check() {
  packages_are_fetched to-13-packages-fetched trixie --keep "${keep_list[@]}" --install \
    postgresql-17 tzdata-legacy "${kernel_packages_list[@]}"
}
to_13_packages_fetched__apply() {
  apt_begin conffiles=keep
  fetch_packages trixie --keep "${keep_list[@]}" --install postgresql-17 tzdata-legacy \
    "${kernel_packages_list[@]}"
}
to_13_packages_fetched__plan() {
  would apt-get --yes --download-only dist-upgrade -- postgresql-17 tzdata-legacy \
    "${kernel_packages_list[@]}"
}

# to-13-sysctl-settings-kept: what /etc/sysctl.conf sets stands in /etc/sysctl.d/99-sysctl.conf-kept.conf
#   Why: Debian 13 reads the settings of the kernel from /etc/sysctl.d alone: from the reboot on, those of /etc/sysctl.conf would be gone
to_13_sysctl_settings_kept__check() {
  [[ -f /etc/sysctl.d/99-sysctl.conf-kept.conf ]] && cmp -s -- /etc/sysctl.conf /etc/sysctl.d/99-sysctl.conf-kept.conf ||
    ! grep -qs '^[[:space:]]*[^#;[:space:]]' /etc/sysctl.conf
}
to_13_sysctl_settings_kept__apply() (
  run mkdir -p -- /etc/sysctl.d
  run cp -- /etc/sysctl.conf /etc/sysctl.d/99-sysctl.conf-kept.conf.new
  run mv -T -- /etc/sysctl.d/99-sysctl.conf-kept.conf.new /etc/sysctl.d/99-sysctl.conf-kept.conf
)
to_13_sysctl_settings_kept__plan() {
  would_do to_13_sysctl_settings_kept__apply
}
to_13_sysctl_settings_kept__undo() {
  advise 'remove /etc/sysctl.d/99-sysctl.conf-kept.conf; /etc/sysctl.conf is as it was'
}

# to-13-service-stopped: the service $service is stopped
#   Why: it must not write while its database moves
to_13_service_stopped__check() {
  unit_is_stopped "$service"
}
to_13_service_stopped__apply() {
  run systemctl stop -- "$service"
}
to_13_service_stopped__undo() {
  advise 'start it again, with systemctl start'
}

# to-13-databases-saved: each of the named databases is saved in a file
#   Why: the upgrade of their cluster could fail
to_13_databases_saved__check() {
  dumps_of_clusters_are_whole "$backup_dir/databases-bookworm" postgres 15 "${clusters_list[@]}" \
    -- "${databases_list[@]}"
}
to_13_databases_saved__apply() {
  save_dumps_of_clusters "$backup_dir/databases-bookworm" postgres 15 "${clusters_list[@]}" -- \
    "${databases_list[@]}"
}
to_13_databases_saved__plan() {
  plan_dumps_of_clusters "$backup_dir/databases-bookworm" postgres 15 "${clusters_list[@]}" -- \
    "${databases_list[@]}"
}

# to-13-minimally-upgraded: what can be upgraded to trixie by itself is upgraded
#   Why: what conflicts with nothing is out of the way of the rest
to_13_minimally_upgraded__check() {
  minimal_upgrade_is_done to-13-minimally-upgraded trixie upgrade --without-new-pkgs
}
to_13_minimally_upgraded__apply() {
  apt_begin conffiles=keep
  answer_questions restart-services libc-upgrade grub=boot-disk
  prepare_upgrade trixie
  upgrade_packages upgrade --without-new-pkgs
}
to_13_minimally_upgraded__plan() {
  would env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get --yes \
    --option=Dpkg::Options::=--force-confdef --option=Dpkg::Options::=--force-confold upgrade \
    --without-new-pkgs
}

# to-13-distribution-upgraded: the distribution is upgraded to trixie
#   Why: this is the upgrade
to_13_distribution_upgraded__check() {
  distribution_is_upgraded to-13-distribution-upgraded trixie
}
to_13_distribution_upgraded__apply() {
  apt_begin conffiles=keep
  answer_questions restart-services libc-upgrade grub=boot-disk
  prepare_upgrade trixie
  keep_packages dist-upgrade -- "${keep_list[@]}"
  upgrade_packages dist-upgrade
}
to_13_distribution_upgraded__plan() {
  would env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get --yes \
    --option=Dpkg::Options::=--force-confdef --option=Dpkg::Options::=--force-confold dist-upgrade
}

# to-13-kernel-installed: the kernel's metapackage is installed
#   Why: the metapackage brings the kernel of the release, and its security updates
to_13_kernel_installed__check() {
  packages_are_installed -- "${kernel_packages_list[@]}"
}
to_13_kernel_installed__apply() {
  apt_begin conffiles=keep
  install_packages -- "${kernel_packages_list[@]}"
}
to_13_kernel_installed__plan() {
  would apt-get --yes install -- "${kernel_packages_list[@]}"
}

# to-13-postgresql-installed: installed: postgresql-17 and tzdata-legacy
#   Why: the server of Debian 12 gets no security updates in Debian 13; the settings of a cluster or of a role may have an old name of a time zone, such as US/Eastern, which only tzdata-legacy has now
to_13_postgresql_installed__check() {
  packages_are_installed -- postgresql-17 tzdata-legacy
}
to_13_postgresql_installed__apply() {
  apt_begin conffiles=keep
  install_packages -- postgresql-17 tzdata-legacy
}
to_13_postgresql_installed__plan() {
  would apt-get --yes install -- postgresql-17 tzdata-legacy
}

# to-13-cluster-upgraded: each of the PostgreSQL clusters $clusters is upgraded from version 15 to 17
#   Why: the new server does not read the data of the old one, and texts are sorted in another way
to_13_cluster_upgraded__check() {
  clusters_are_upgraded 15 17 drop "${clusters_list[@]}" -- "${databases_list[@]}"
}
to_13_cluster_upgraded__apply() {
  upgrade_clusters 15 17 drop - "${clusters_list[@]}"
}
to_13_cluster_upgraded__plan() {
  plan_clusters_upgrade 15 17 drop - "${clusters_list[@]}"
}

requirement_4__holds() (
  grep -qs '^Origin: Debian$' -- /var/lib/apt/lists/*Release
)
requirement_5__holds() (
  kernels=("${kernel_packages_list[@]}")
  local name known
  for name in "${kernels[@]}"; do
    known=$(apt-cache pkgnames -- "$name")
    [[ $'\n'$known$'\n' == *$'\n'"$name"$'\n'* ]] || return 1
  done
)
requirement_6__holds() (
  kernels=("${kernel_packages_list[@]}")
  local state name metas=()
  while read -r state name; do
    [[ $state == installed && ! $name =~ ^linux-image-[0-9]+\.|-dbg$ ]] || continue
    [[ " ${kernels[*]} " != *" $name "* ]] || return 0
    metas+=("$name")
  done < <(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' 'linux-image-*' 2>/dev/null)
  ((${#kernels[@]} == 0 || ${#metas[@]} == 0)) || {
    printf '%q\n' "${metas[*]}"
    return 1
  }
)
requirement_7__holds() (
  local found
  grep -qs '^[[:space:]]*[^#[:space:]]' /etc/crypttab || return 0
  found=$(dpkg-query --show --showformat='${db:Status-Status}' systemd-cryptsetup 2>/dev/null) || found=none
  [[ $found != installed ]] || return 0
  found=$(apt-config shell recommends APT::Install-Recommends/b) || return 1
  [[ $found != *false* ]]
)
requirement_8__holds() (
  local name key options names=''
  [[ -r /etc/crypttab ]] || return 0
  while read -r name _ key options _ || [[ -n $name ]]; do
    [[ $name != '#'* && ,$options, == *,plain,* && $key != /dev/*random ]] || continue
    [[ ,$options == *,cipher=* && (,$options == *,hash=* || ! $key =~ ^(none|-|)$) ]] || names+=" $name"
  done </etc/crypttab
  [[ -z $names ]] || {
    printf '%s\n' "${names# }"
    return 1
  }
)

main() {
  procedure debian-11-to-13 'Debian 11 to Debian 13, by way of Debian 12' 4.4
  part 2 pre-reboot.sh post-reboot-1.sh post-reboot-2.sh
  resume_after_reboot
  perform "$@"
}

# ---- Below: the runtime. It is the same in every script that needs the same parts of it. ----

# hooks: what some parts of this runtime want done around every run.

# Functions to call with the other requirements, when a run begins to change things, before the
# reboot, when a run ends however it ends, when it ends before its time, below the summary of one that
# went through, and below what --status tells.
sw_hooks_require=() sw_hooks_begin=() sw_hooks_reboot=() sw_hooks_end=() sw_hooks_summary=()
sw_hooks_early=() sw_hooks_status=()
# Options that only some scripts have, each with its help, and those of them that were given.
declare -A sw_more_options=()
sw_taken_options=()

# sw_call_hooks require|begin|reboot|end|early|summary|status: calls them all. Status 1 when one failed.
sw_call_hooks() {
  local sw_hook sw_bad=0
  case $1 in
    require) set -- "${sw_hooks_require[@]}" ;;
    begin) set -- "${sw_hooks_begin[@]}" ;;
    reboot) set -- "${sw_hooks_reboot[@]}" ;;
    end) set -- "${sw_hooks_end[@]}" ;;
    early) set -- "${sw_hooks_early[@]}" ;;
    summary) set -- "${sw_hooks_summary[@]}" ;;
    status) set -- "${sw_hooks_status[@]}" ;;
  esac
  for sw_hook; do
    "$sw_hook" || sw_bad=1
  done
  return "$sw_bad"
}

# sw_taken OPTION: whether it was given.
sw_taken() {
  [[ " ${sw_taken_options[*]} " == *" $1 "* ]]
}

# resume: the next script is run by itself after the reboot, by a unit that is there for one boot.

sw_units=/etc/systemd/system
# Boots at which the unit tries: more than one, since the power may fail while it runs; and no more,
# since what it runs may be what makes the machine fail.
sw_resume_attempts=3

# resume_after_reboot: this script is one of several: all but the last can have the next one run; and what
# came of the reboot is told.
resume_after_reboot() {
  ((sw_part == ${#sw_scripts[@]})) ||
    sw_more_options[--resume]='reboot without asking, and run the next script by itself after that'
  sw_hooks_require+=(sw_require_resume)
  sw_hooks_begin+=(sw_copy_scripts sw_note_failed_units)
  sw_hooks_summary+=(sw_tell_failed_units sw_tell_locked_out)
  sw_hooks_reboot+=(sw_install_resume)
  sw_hooks_end+=(sw_remove_resume)
  sw_hooks_status+=(sw_tell_resume)
}

# sw_resume_unit PART: sets sw_text to the unit that runs that part.
sw_resume_unit() {
  sw_text=stepwright-$sw_procedure-$1.service
}

# sw_require_resume: what --resume asks for.
sw_require_resume() {
  local script
  local -a lines
  sw_taken --resume || return 0
  sw_reboot=yes
  [[ -d /run/systemd/system ]] ||
    sw_refuse '--resume needs systemd, which does not run here' 'leave --resume out, and run the next script by hand'
  for script in "${sw_scripts[@]:sw_part}"; do
    lines=()
    { mapfile -t lines <"$sw_folder/$script"; } 2>/dev/null || :
    if [[ ${lines[1]:-} != "# $script of $sw_procedure:"* ]]; then
      sw_refuse "--resume needs $script of $sw_procedure beside this script, in $sw_folder" \
        'copy it there; or leave --resume out, and run it by hand'
    # After the reboot it would refuse itself, with nobody there. The words are not in one piece here:
    # no half of a script is to have them near its end.
    elif [[ ${lines[*]: -3} != *'# End of the script'.* ]]; then
      sw_refuse "--resume needs the whole of $script, and what is in $sw_folder is cut short" \
        'copy it there again; or leave --resume out, and run it by hand'
    fi
  done
}

# sw_copy_scripts: the scripts that come next, where no reboot takes them away.
sw_copy_scripts() {
  local script
  sw_taken --resume || return 0
  (umask 077 && mkdir -p -- "$sw_state/resume") || return
  for script in "${sw_scripts[@]:sw_part}"; do
    [[ ! $sw_folder/$script -ef $sw_state/resume/$script ]] || continue
    sw_replace_file "$sw_state/resume/$script" 0700 <"$sw_folder/$script" || return
  done
}

# sw_install_resume: the unit, enabled. Fails when it is not.
sw_install_resume() {
  local unit
  sw_taken --resume || return 0
  sw_resume_unit "$((sw_part + 1))"
  unit=$sw_text
  rm -f -- "$sw_state/resume/attempts"
  if ! { sw_print_go_on "$unit" | sw_replace_file "$sw_state/resume/go-on" 0700 &&
    sw_print_unit "$unit" | sw_replace_file "$sw_units/$unit" 0644 &&
    systemctl enable "$unit" >&7 2>&1 9>&- && sync "$sw_units"; }; then
    sw_complain "The unit $unit could not be installed (see $sw_log)."
    return 1
  fi
}

# sw_print_go_on UNIT: what the unit runs. needrestart would restart the unit itself, and wait for it.
sw_print_go_on() {
  local unit=$1 next=${sw_scripts[sw_part]} attempts
  local -a arguments=(--yes --log "$sw_log")
  sw_words "$sw_state/resume/attempts"
  attempts=$sw_text
  ((sw_part + 1 == ${#sw_scripts[@]})) || arguments+=(--resume)
  sw_words bash "$sw_state/resume/$next" "${arguments[@]}"
  printf '%s\n' '#!/bin/bash' \
    "# Goes on with $sw_procedure after the reboot, at $sw_resume_attempts boots at most." \
    'attempt=0' \
    "{ read -r attempt <$attempts; } 2>/dev/null" \
    "if ((attempt >= $sw_resume_attempts)); then" \
    "  echo 'It was cut off at $sw_resume_attempts boots: go on by hand:' ${sw_text@Q}" \
    '  exit 1' \
    'fi' \
    "echo \"\$((attempt + 1))\" >$attempts && sync $attempts" \
    "NEEDRESTART_SUSPEND=1 STEPWRIGHT_UNIT=$unit exec $sw_text"
}

# sw_print_unit UNIT: it waits until everything that starts at boot has been started: a step may well
# start or stop a service, which would wait for the boot to end. When it has run, whatever came of
# that, it is there no more; unless the machine was shut down under it, which is no end of it, and counts
# as one of its boots. A shutdown lets the command that runs end first.
sw_print_unit() {
  # For systemd, $$ is $.
  local unless="case \$\$EXIT_STATUS in 0 | 10) ;; *) [ \"\$\$(systemctl is-system-running)\" != stopping ] || exit 0 ;; esac"
  printf '%s\n' "# ${sw_scripts[sw_part]} of $sw_procedure, once, after the reboot." \
    "# To keep it from that: systemctl disable $1" \
    '[Unit]' \
    "Description=${sw_scripts[sw_part]} of $sw_procedure, after the reboot" \
    'Wants=network-online.target' \
    'After=network-online.target multi-user.target' \
    '' '[Service]' 'Type=oneshot' \
    "ExecStart=/bin/bash $sw_state/resume/go-on" \
    "ExecStopPost=/bin/bash -c '$unless; rm -f $sw_units/multi-user.target.wants/$1 $sw_units/$1'" \
    'SuccessExitStatus=10' 'TimeoutStartSec=infinity' 'TimeoutStopSec=1h' 'KillMode=mixed' \
    'IgnoreSIGPIPE=no' 'StandardInput=null' 'StandardOutput=journal' 'StandardError=journal' \
    '' '[Install]' 'WantedBy=multi-user.target'
}

# sw_remove_resume: a part that has finished is not run at boot, whoever has run it. A unit that runs
# it now removes itself: it has to be there until it has ended.
sw_remove_resume() {
  ((sw_part > 1)) && sw_part_has "$sw_part" finished || return 0
  sw_resume_unit "$sw_part"
  [[ -e $sw_units/$sw_text ]] || return 0
  [[ ${STEPWRIGHT_UNIT:-} == "$sw_text" ]] ||
    rm -f -- "$sw_units/multi-user.target.wants/$sw_text" "$sw_units/$sw_text"
  say "The unit $sw_text has done its work, and is removed."
}

# sw_tell_resume: for --status.
sw_tell_resume() {
  local part
  for ((part = 2; part <= ${#sw_scripts[@]}; part++)); do
    sw_resume_unit "$part"
    [[ ! -e $sw_units/$sw_text ]] || printf '%s: at the next boot %s runs by itself (or runs now; see: systemctl status %s)\n' \
      "Unit $sw_text" "${sw_scripts[part - 1]}" "$sw_text"
  done
}

# health: what no step looks at, and what an upgrade may have broken: units of systemd, and the way in by
# SSH.

sw_run_folder=/run
sw_sshd=/usr/sbin/sshd

# sw_list_failed_units: prints the units that have failed; of those, the ones that run these scripts are told
# of by themselves. Status 1 where systemd does not run, or does not tell.
sw_list_failed_units() {
  local answer unit rest
  [[ -d $sw_run_folder/systemd/system ]] || return 1
  answer=$(systemctl --failed --plain --full --no-legend --no-pager 2>/dev/null 9>&-) || return 1
  while read -r unit rest; do
    # Some versions put a dot in front of what has failed.
    [[ $unit == *.* ]] || unit=${rest%% *}
    [[ -z $unit || $unit == "stepwright-$sw_procedure-"* ]] || printf '%s\n' "$unit"
  done < <(printf '%s\n' "$answer")
}

# sw_note_failed_units: before the first part changes anything, the units that have failed already.
sw_note_failed_units() {
  local units
  ((sw_part == 1)) && ! sw_started || return 0
  units=$(sw_list_failed_units) || return 0
  printf '%s\n' "$units" | sw_replace_file "$sw_state/failed-units" 0600
}

# sw_tell_failed_units: after a reboot, those that have failed and had not then. One that is on its way up
# has not.
sw_tell_failed_units() {
  local known unit sw_text
  local -a failed=()
  ((sw_part > 1)) && known=$(cat -- "$sw_state/failed-units" 2>/dev/null) || return 0
  while IFS= read -r unit; do
    [[ $'\n'$known$'\n' == *$'\n'"$unit"$'\n'* ]] || failed+=("$unit")
  done < <(sw_list_failed_units)
  ((${#failed[@]} > 0)) || return 0
  sw_words systemctl status -- "${failed[@]}"
  warn "these units have failed since the upgrade began: ${failed[*]}: see $sw_text"
}

# sw_tell_locked_out: before a reboot, whether the sshd that is installed now takes the settings that were
# kept: the one that runs may be older.
sw_tell_locked_out() {
  local answer
  ((sw_part < ${#sw_scripts[@]})) && ! sw_rebooted || return 0
  # Without that folder no sshd has run since the boot, and the lack of it is all that it would tell.
  [[ -x $sw_sshd && -d $sw_run_folder/sshd ]] || return 0
  answer=$("$sw_sshd" -t 2>&1 9>&-) && return 0
  sw_locked_out=yes
  sw_complain "sshd does not take its settings: after a reboot nobody can log in by SSH." "$sw_red"
  sw_complain "  it says: ${answer//[[:cntrl:]]/ }"
  sw_complain '  mend them before you reboot, until this is silent: sshd -t'
}

# service: what systemd says of a unit. Status 0: so it is; 1: it is not; 2: it does not tell.

# sw_ask_systemd UNIT: sets the caller's activity, file (the state of the unit's file) and wanted
# (the units that start it) with one question. Status 2 when there is no answer.
sw_ask_systemd() {
  local answer line
  answer=$(systemctl show --property=ActiveState,UnitFileState,WantedBy,RequiredBy -- "$1") ||
    return 2
  while IFS= read -r line; do
    case $line in
      ActiveState=*) activity=${line#*=} ;;
      UnitFileState=*) file=${line#*=} ;;
      WantedBy=?* | RequiredBy=?*) wanted+=${wanted:+ }${line#*=} ;;
    esac
  done <<<"$answer"
  [[ -n $activity ]] || return 2
}

# unit_is_stopped UNIT: nothing of it runs, or is about to. A unit that does not exist is stopped.
unit_is_stopped() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $activity in
    inactive | failed) return 0 ;;
    active | activating | deactivating | reloading | refreshing | maintenance) return 1 ;;
  esac
  return 2
}

# unit_runs UNIT: it has started, and did not end.
unit_runs() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $activity in
    active | reloading | refreshing) return 0 ;;
    inactive | failed | activating | deactivating | maintenance) return 1 ;;
  esac
  return 2
}

# unit_is_enabled UNIT: it is started at boot.
unit_is_enabled() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $file in
    enabled) return 0 ;;
    disabled | enabled-runtime | linked | linked-runtime | masked | masked-runtime) return 1 ;;
    bad | invalid) return 2 ;;
  esac
  # It has no file, or one that cannot be enabled by itself: what counts is who starts it.
  [[ -n $wanted ]]
}

# unit_is_disabled UNIT: it is not started at boot. A unit that does not exist is not.
unit_is_disabled() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $file in
    disabled | linked | linked-runtime | masked) return 0 ;;
    enabled | enabled-runtime) return 1 ;;
    bad | invalid) return 2 ;;
    masked-runtime)
      printf '%s is masked until the next boot, and what it is then systemd does not tell: unmask it\n' "$1"
      return 2
      ;;
  esac
  [[ -n $wanted ]] || return 0
  # An init script can be disabled; whatever else has no state of its own is started by another unit.
  [[ $file != generated ]] || return 1
  printf '%s cannot be disabled (its file is %s): %s starts it\n' "$1" "${file:-missing}" "$wanted"
  return 2
}

# file: files changed whole or not at all, with their originals kept.

# sw_part_of FILE: sets sw_text to the name that FILE's new content has until it is whole. It is hidden:
# what reads a directory full of settings passes over it.
sw_part_of() {
  sw_text=${1%/*}/.${1##*/}.sw-part
}

# keep_original FILE: keeps FILE as it is now, with its mode and owner, in $sw_state/originals. What is
# found there later is kept beside the first one, as FILE.~2~ and so on, unless a run has once left it so
# or such a content is kept already. A link is followed. That a file is not there yet is noted in
# $sw_state/created. Stops the step when this cannot be done.
keep_original() {
  local file kept number=1
  file=$(readlink -m -- "$1")
  [[ ! -e $file || -f $file ]] || fail "$1 is no plain file, and was not changed"
  kept=$sw_state/originals$file
  if [[ -f $kept || -f $sw_state/created$file ]]; then
    [[ -e $file ]] || return 0
    ! sw_is_as_left "$file" || return 0
    until [[ $number -gt 1 && ! -e $kept ]]; do
      ! cmp -s -- "$file" "$kept" || return 0
      number=$((number + 1))
      kept=$sw_state/originals$file.~$number~
    done
  fi
  if [[ -e $file ]]; then
    sw_keep_copy "$file" "$kept" || sw_fail_to_keep "$1"
  else
    sw_replace "$sw_state/created$file" 0600 </dev/null || sw_fail_to_keep "$1"
  fi
}

# sw_is_as_left FILE: whether FILE is what a run has once put there, restored or not, and nobody's work.
sw_is_as_left() {
  local sw_text
  [[ -e $sw_state/left ]] && sw_identify "$1" "$1" && grep -q -F -x -e "$sw_text" -- "$sw_state/left"
}

# sw_identify PATH FILE: sets sw_text to what tells PATH, which becomes FILE, from any other content of it.
sw_identify() {
  sw_text=$(sha256sum <"$1") || return
  sw_text="${sw_text%% *} $2"
}

sw_fail_to_keep() {
  fail "$1 could not be kept below $sw_state, and was not changed" "is the disk full? see: df ${sw_state@Q}"
}

# sw_keep_copy FILE COPY: COPY is FILE with its mode and owner, and on the disk when this returns.
sw_keep_copy() {
  local part sw_text
  sw_part_of "$2"
  part=$sw_text
  { [[ -d ${2%/*} ]] || (umask 077 && mkdir -p -- "${2%/*}"); } &&
    { [[ ! -e $part && ! -L $part ]] || rm -rf -- "$part"; } &&
    cp -a -T -- "$1" "$part" &&
    { [[ -L $part ]] || sync -- "$part"; } &&
    mv -T -- "$part" "$2" &&
    sync -- "${2%/*}"
}

# replace_file FILE [MODE]: FILE gets standard input as its content, whole or not at all. Input that
# a failing command cut short would be taken for whole: make it first, then give it here.
# A link is followed. Mode and owner stay those that FILE had; MODE sets the mode; a new file has
# 0644, and the directories above it are made. Stops the step when this cannot be done.
replace_file() {
  local file sw_text
  file=$(readlink -m -- "$1")
  [[ ! -e $file || -f $file ]] || fail "$1 is no plain file, and cannot get another content"
  printf '+ write %q\n' "$file"
  sw_replace "$file" "${2:-}" || sw_fail_to_replace "$1"
}

# sw_fail_to_replace FILE: stops the step, with what was written of the caller's file taken away.
sw_fail_to_replace() {
  sw_part_of "$file"
  rm -f -- "$sw_text" || :
  fail "$1 could not be written, and was not changed" \
    "is the disk full, or mounted read-only? see: df ${1@Q} ${sw_state@Q}" \
    "is it mounted by itself, or may it not be changed? see: findmnt ${file@Q}; lsattr ${file@Q}"
}

# sw_replace FILE MODE: FILE, which is no link, gets standard input.
sw_replace() {
  local part sw_text
  sw_part_of "$1"
  part=$sw_text
  { [[ -d ${1%/*}/ ]] || mkdir -p -- "${1%/*}/"; } &&
    { [[ ! -e $part && ! -L $part ]] || rm -f -- "$part"; } &&
    (umask 077 && set -o noclobber && exec cat >"$part") &&
    sw_dress "$1" "$part" "$2" &&
    sw_sync_part "$1" "$part" &&
    mv -f -T -- "$part" "$1" &&
    sync -- "${1%/*}/"
}

# sw_sync_part FILE PART: PART is on the disk; before it becomes FILE, of which an original is kept, that is
# noted, too.
sw_sync_part() {
  local sw_text
  if [[ -e $sw_state/originals$1 || -e $sw_state/created$1 ]]; then
    sw_identify "$2" "$1" || return
    printf '%s\n' '' "$sw_text" >>"$sw_state/left" && sync -- "$2" "$sw_state/left"
  else
    sync -- "$2"
  fi
}

# sw_dress FILE PART MODE: PART, which has mode 0600, gets the mode, the owner and all else that FILE
# has but its content.
sw_dress() {
  if [[ -e $1 ]]; then
    cp --attributes-only --preserve=all -T -- "$1" "$2" && touch -- "$2" || return
    [[ -z $3 ]] || chmod -- "$3" "$2"
  else
    [[ $3 == 0600 ]] || chmod -- "${3:-0644}" "$2"
  fi
}

# room: what has to fit on the file systems of this machine, all that goes to one of them together.

# sw_want_room PATH BYTES: so much more is wanted where PATH is: adds it to the caller's wants, and sets
# its room and mounts, each by file system.
sw_want_room() {
  local available system mount
  {
    read -r _
    read -r available system mount
  } < <(df -B 1 --output=avail,source,target -- "$1")
  # Two mounts of one device are one; what has no device is known by its mount.
  [[ $system == /* ]] || system=$mount
  room[$system]=$available
  mounts[$system]=${mounts[$system]:-$mount}
  wants[$system]=$((${wants[$system]:-0} + $2))
}

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

# packages: what dpkg says of packages. Status 0: so it is; 1: it is not; 2: it does not tell.

sw_dpkg_updates=/var/lib/dpkg/updates
sw_dpkg_status=/var/lib/dpkg/status
# What apt has told, each as of sw_stamp_packages. settled: no package lacks what it depends on; left: a
# minimal upgrade of ours has left packages behind.
declare -A sw_told=()

# sw_ask_dpkg NAME…: sets the caller's sw_found to a line for each that dpkg knows: state, name,
# architecture, version. A name can have an architecture: libc6:i386.
sw_ask_dpkg() {
  local status=0
  sw_found=$(dpkg-query --show --showformat \
    '${db:Status-Abbrev}|${Package}|${Architecture}|${Version}\n' -- "$@" 2>/dev/null) || status=$?
  # 1: dpkg does not know one of them.
  ((status < 2)) || return 2
}

# sw_name_plainly ARRAY: its names become those that apt prints: without the architecture of the machine itself,
# which dpkg adds to some.
sw_name_plainly() {
  local -n sw_names=$1
  local sw_own
  [[ ${sw_names[*]} == *:* ]] || return 0
  sw_own=$(dpkg --print-architecture) || return
  sw_names=("${sw_names[@]%":$sw_own"}")
  sw_names=("${sw_names[@]%:all}")
}

# packages_are_installed [minimum=VERSION] -- NAME…: each is installed and configured.
packages_are_installed() {
  local minimum='' sw_found name
  [[ $1 != minimum=* ]] || {
    minimum=${1#*=}
    shift
  }
  shift
  (($# > 0)) || return 0
  sw_ask_dpkg "$@" || return
  for name; do
    sw_is_installed "$name" "$minimum" || return
  done
}

# sw_is_installed NAME MINIMUM: whether sw_found has it, at this version or a later one.
sw_is_installed() {
  local state name architecture version
  while IFS='|' read -r state name architecture version; do
    [[ $state == ?'i '* ]] || continue
    [[ $name == "$1" || $name:$architecture == "$1" ]] || continue
    [[ -z $2 ]] || dpkg --compare-versions "$version" ge "$2" || continue
    return 0
  done <<<"$sw_found"
  return 1
}

# packages_are_absent NAME…: none is there; what a removed one has left in /etc does not count.
packages_are_absent() {
  local -a sw_present=()
  sw_find_present "$@" || return
  ((${#sw_present[@]} == 0))
}

# sw_find_present NAME…: sets the caller's sw_present to those that are there, whole or in part. They
# have their architecture where apt would take the name alone for another one's.
sw_find_present() {
  local sw_found state name architecture
  sw_present=()
  (($# > 0)) || return 0
  sw_ask_dpkg "$@" || return
  while IFS='|' read -r state name architecture _; do
    case $state in
      '' | ?n* | ?c*) ;;
      *)
        [[ $sw_found != *"|$name|"*"|$name|"* && " $* " != *" $name:$architecture "* ]] ||
          name+=:$architecture
        sw_present+=("$name")
        ;;
    esac
  done <<<"$sw_found"
}

# packages_are_settled: no package is half-way to anywhere, and none lacks what it depends on.
packages_are_settled() {
  local sw_text
  packages_are_configured || return
  ! sw_still_holds settled || return 0
  sw_check_packages || return 1
  sw_told[settled]=$sw_text
}

# sw_check_packages: asks apt whether any lacks what it depends on. What sources have does not matter to
# that, and would take most of the time; a release that is preferred then has to be known from nowhere.
sw_check_packages() {
  apt-get -qq -o Debug::NoLocking=true -o APT::Default-Release= -o Dir::State::Lists=/nonexistent \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= check
}

# sw_still_holds NAME: whether sw_told has NAME, and dpkg has written nothing since. Sets sw_text as
# sw_stamp_packages does.
sw_still_holds() {
  sw_stamp_packages
  [[ -n $sw_text && $sw_text == "${sw_told[$1]:-}" ]]
}

# sw_stamp_packages: sets sw_text to what is another after each change that dpkg makes.
sw_stamp_packages() {
  sw_text=$(stat -c '%s %y' -- "$sw_dpkg_status" 2>/dev/null) || sw_text=''
}

# packages_are_configured: dpkg was not interrupted, and has nothing that is left to do.
packages_are_configured() {
  local found file status=0
  for file in "$sw_dpkg_updates/"[0-9]*; do
    [[ ! -e $file ]] || return 1
  done
  found=$(dpkg --audit) || status=2
  if [[ -n $found ]]; then
    printf '%s\n' "$found"
    status=1
  fi
  return "$status"
}

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

# sources: apt's lists of sources, read line by line and stanza by stanza. Comments, layout and what
# is disabled already stay as they are.

sw_apt_etc=/etc/apt
# Why a source is in a comment.
sw_disabled='disabled for the upgrade'
sw_missed='not on the mirror'
sw_new_files=() sw_new_texts=()
sw_source_line="^([[:space:]]*(deb|deb-src)[[:space:]]+)(\\[([^]]*)\\][[:space:]]*)?"
sw_source_line+="(cdrom:\\[[^]]*\\][^[:space:]]*|[^[:space:]]+)([[:space:]]+)([^[:space:]#]+)([^#]*)(#.*)?\$"

# sw_walk_sources JUDGE: calls JUDGE for each enabled entry: a line of a .list file, a stanza of a
# .sources file. JUDGE reads sw_place (where the entry is) and sw_types, and reads and may change
#   sw_uris, sw_suites, sw_components   what the entry says, each an array
#   sw_undated                          yes: an expired Release file will do
#   sw_off                              why the entry is to be disabled
#   sw_remarks                          comments to put above it, an array
# Sets sw_new_files and sw_new_texts: the files that then are others, and what each would hold.
sw_walk_sources() {
  local sw_judge=$1 sw_file sw_touched sw_at sw_body
  local -a sw_lines
  sw_new_files=() sw_new_texts=()
  for sw_file in "$sw_apt_etc/sources.list" "$sw_apt_etc/sources.list.d/"*; do
    sw_is_read_by_apt "$sw_file" || continue
    mapfile -t sw_lines <"$sw_file"
    # For apt, what ends a line in DOS is a blank.
    sw_lines=("${sw_lines[@]%$'\r'}")
    sw_touched=no sw_body=''
    case $sw_file in
      *.list) sw_walk_lines ;;
      *.sources) sw_walk_stanzas ;;
    esac
    [[ $sw_touched == yes ]] || continue
    sw_new_files+=("$sw_file")
    sw_new_texts+=("$sw_body")
  done
}

# sw_is_read_by_apt FILE: whether apt reads it: files of other names it passes over in silence, such as
# "x (copy).list". Byte by byte, for what else is a letter in a UTF-8 locale is none here.
sw_is_read_by_apt() {
  local LC_ALL=C name=${1##*/}
  [[ $name == *.@(list|sources) && $name != *[!A-Za-z0-9_.:-]* && -f $1 ]]
}

# sw_is_trusted: for a judge: whether apt wants no signature of what the entry has.
sw_is_trusted() {
  [[ " ${sw_line_options:-} " == *' trusted=yes '* || ${sw_fields[trusted]:-} == *yes* ]]
}

# sw_ask_judge: calls the judge. Status 0 when it wants the entry to be another. The old values stay
# in the caller's sw_before.
sw_ask_judge() {
  local sw_now
  sw_off='' sw_remarks=()
  sw_before=("${sw_uris[*]}" "${sw_suites[*]}" "${sw_components[*]}" "$sw_undated")
  "$sw_judge"
  sw_now="${sw_uris[*]}|${sw_suites[*]}|${sw_components[*]}|$sw_undated"
  [[ -n $sw_off || ${#sw_remarks[@]} -gt 0 ||
    $sw_now != "${sw_before[0]}|${sw_before[1]}|${sw_before[2]}|${sw_before[3]}" ]]
}

# sw_walk_lines: byte by byte, for a comment may be in any encoding.
sw_walk_lines() {
  local LC_ALL=C sw_line
  for sw_at in "${!sw_lines[@]}"; do
    sw_line=${sw_lines[sw_at]}
    [[ ! $sw_line =~ $sw_source_line ]] || sw_walk_line "${BASH_REMATCH[@]}"
    sw_body+=$sw_line$'\n'
  done
}

# sw_walk_line PART…: the parts of a line as sw_source_line has them. Sets the caller's sw_line.
sw_walk_line() {
  local prefix=$2 bracket=$4 sw_line_options=$5 gap=$7 rest=$9 comment=${10:-} remark
  local sw_place="$sw_file:$((sw_at + 1))" sw_types=$3 sw_undated=no sw_off
  local -A sw_fields=()
  local -a sw_uris=("$6") sw_suites=("$8") sw_components=() sw_remarks sw_before words
  read -r -a sw_components <<<"$rest"
  [[ " $sw_line_options " != *' check-valid-until=no '* ]] || sw_undated=yes
  sw_ask_judge || return 0
  sw_touched=yes
  if [[ -n $sw_off ]]; then
    sw_line="# $sw_off: $1"
    return 0
  fi
  if [[ $sw_undated != "${sw_before[3]}" ]]; then
    read -r -a words <<<"${sw_line_options//check-valid-until=yes/} check-valid-until=no"
    bracket="[${words[*]}] "
  fi
  [[ ${sw_components[*]} == "${sw_before[2]}" ]] || rest=" ${sw_components[*]}${comment:+ }"
  sw_line="$prefix$bracket${sw_uris[0]}$gap${sw_suites[0]}$rest$comment"
  for remark in "${sw_remarks[@]}"; do
    sw_line="# $remark"$'\n'$sw_line
  done
}

sw_walk_stanzas() {
  local sw_first=0
  for ((sw_at = 0; sw_at <= ${#sw_lines[@]}; sw_at++)); do
    [[ -z ${sw_lines[sw_at]:-} || ${sw_lines[sw_at]} =~ ^[[:space:]]+$ ]] || continue
    ((sw_at == sw_first)) || sw_walk_stanza
    ((sw_at == ${#sw_lines[@]})) || sw_body+=${sw_lines[sw_at]}$'\n'
    sw_first=$((sw_at + 1))
  done
}

# sw_walk_stanza: the stanza from line sw_first to the one before sw_at.
sw_walk_stanza() {
  local sw_place="$sw_file:$((sw_first + 1))" sw_types sw_undated=no sw_off sw_line_options=''
  local -a sw_uris=() sw_suites=() sw_components=() sw_remarks=() sw_before types
  local -A sw_fields=() sw_owners=()
  sw_read_stanza
  read -r -a sw_uris <<<"${sw_fields[uris]:-}"
  read -r -a sw_suites <<<"${sw_fields[suites]:-}"
  read -r -a sw_components <<<"${sw_fields[components]:-}"
  read -r -a types <<<"${sw_fields[types]:-}"
  sw_types=${types[*]}
  [[ ${sw_fields['check-valid-until']:-} != *no* ]] || sw_undated=yes
  if ((${#sw_uris[@]} > 0)) && sw_is_enabled "${sw_fields[enabled]:-yes}" && sw_ask_judge; then
    sw_touched=yes
    sw_rewrite_stanza
  else
    printf -v sw_text '%s\n' "${sw_lines[@]:sw_first:sw_at-sw_first}"
    sw_body+=$sw_text
  fi
}

# sw_is_enabled TEXT: what apt makes of the value of field Enabled.
sw_is_enabled() {
  local value=${1,,}
  case ${value//[[:space:]]/} in
    no | false | without | off | disable | 0) return 1 ;;
  esac
}

# sw_read_stanza: sets sw_fields (name to value, in one line) and sw_owners (line to name).
sw_read_stanza() {
  local at name='' line
  for ((at = sw_first; at < sw_at; at++)); do
    line=${sw_lines[at]}
    case $line in
      '#'*) continue ;;
      [[:space:]]*) [[ -z $name ]] || sw_fields[$name]+=" $line" ;;
      *:*)
        name=${line%%:*}
        name=${name,,}
        sw_fields[$name]=${line#*:}
        ;;
      *) continue ;;
    esac
    [[ -z $name ]] || sw_owners[$at]=$name
  done
}

# sw_rewrite_stanza: adds the stanza to sw_body, with what the judge wants of it.
sw_rewrite_stanza() {
  local at name remark last=''
  local -A new=()
  if [[ -n $sw_off ]]; then
    sw_remarks+=("$sw_off (to enable it again, remove the line \"Enabled: no\")")
    new[enabled]='Enabled: no'
  fi
  [[ ${sw_uris[*]} == "${sw_before[0]}" ]] || new[uris]="URIs: ${sw_uris[*]}"
  [[ ${sw_suites[*]} == "${sw_before[1]}" ]] || new[suites]="Suites: ${sw_suites[*]}"
  [[ ${sw_components[*]} == "${sw_before[2]}" ]] || new[components]="Components: ${sw_components[*]}"
  [[ $sw_undated == "${sw_before[3]}" ]] || new['check-valid-until']='Check-Valid-Until: no'
  for remark in "${sw_remarks[@]}"; do
    sw_body+="# $remark"$'\n'
  done
  for ((at = sw_first; at < sw_at; at++)); do
    name=${sw_owners[$at]:-}
    if [[ -z $name || -z ${new[$name]:-} ]]; then
      sw_body+=${sw_lines[at]}$'\n'
    elif [[ $name != "$last" ]]; then
      sw_body+=${new[$name]}$'\n'
    fi
    last=${name:-$last}
  done
  for name in enabled uris suites components check-valid-until; do
    [[ -z ${new[$name]:-} || -n ${sw_fields[$name]:-} ]] || sw_body+=${new[$name]}$'\n'
  done
}

# sw_write_sources: writes what the last walk made of the files, each with its original kept.
sw_write_sources() {
  local at
  ((${#sw_new_files[@]} > 0)) || return 0
  indexes_are_due
  for at in "${!sw_new_files[@]}"; do
    keep_original "${sw_new_files[at]}"
    printf '%s' "${sw_new_texts[at]}" | replace_file "${sw_new_files[at]}"
  done
}

# sw_would_write_sources: what sw_write_sources would change, line by line.
sw_would_write_sources() {
  local at line
  for at in "${!sw_new_files[@]}"; do
    would_say "change ${sw_new_files[at]@Q}:"
    while IFS= read -r line; do
      [[ $line != [\<\>]' '* ]] || would_say "  $line"
    done < <(printf '%s' "${sw_new_texts[at]}" | diff -- "${sw_new_files[at]}" -)
  done
}

# sw_tell_disabled_sources: which ones a run has put into comments, below the summary.
sw_tell_disabled_sources() {
  local file line
  for file in "$sw_apt_etc/sources.list" "$sw_apt_etc/sources.list.d/"*; do
    sw_is_read_by_apt "$file" || continue
    while IFS= read -r line; do
      # Above a stanza, brackets say what to do.
      case $line in
        "# $sw_disabled: "* | "# $sw_disabled ("* | "# $sw_missed: "* | "# $sw_missed ("*)
          warn "$file: ${line#\# }"
          ;;
      esac
    done <"$file"
  done
}

sw_hooks_summary+=(sw_tell_disabled_sources)

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

# repository: a source of packages that is not the distribution's, and the key that signs it.

sw_keyrings=/usr/share/keyrings

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

# timers: what starts apt by itself rests while a run works on the packages.

sw_apt_timers=(apt-daily.timer apt-daily-upgrade.timer)

# stop_apt_timers: stops those that run, and notes them first: whatever happens, the end of this run
# or of the next one starts them again. An upgrade of apt starts them, so each step asks anew.
stop_apt_timers() {
  local timer
  local -a running=() stopped=()
  systemctl is-active --quiet "${sw_apt_timers[@]}" 2>/dev/null || return 0
  for timer in "${sw_apt_timers[@]}"; do
    ! systemctl is-active --quiet "$timer" 2>/dev/null || running+=("$timer")
  done
  ((${#running[@]} > 0)) || return 0
  [[ ! -r $sw_state/stopped-timers ]] || mapfile -t stopped <"$sw_state/stopped-timers"
  printf '%s\n' "${stopped[@]}" "${running[@]}" | sort -u | sed '/^$/d' |
    sw_replace_file "$sw_state/stopped-timers" 0600
  run systemctl stop "${running[@]}"
}

# sw_start_apt_timers: when a run ends, the timers that one has stopped are started again.
sw_start_apt_timers() {
  local timer enabled
  local -a resting=() stopped=()
  [[ -r $sw_state/stopped-timers ]] || return 0
  mapfile -t resting <"$sw_state/stopped-timers"
  # One that was disabled since is to stay as it is.
  for timer in "${resting[@]}"; do
    enabled=$(systemctl is-enabled "$timer" 2>/dev/null) || :
    [[ $enabled == disabled || $enabled == masked* ]] || stopped+=("$timer")
  done
  if ((${#stopped[@]} == 0)) || systemctl start "${stopped[@]}" 9>&- >&7 2>&1; then
    rm -f -- "$sw_state/stopped-timers"
  else
    warn "these timers are still stopped: ${stopped[*]} (start them: systemctl start ${stopped[*]})"
  fi
}

sw_hooks_end+=(sw_start_apt_timers)

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

# fetched: packages that lie ready, so that nothing has to be fetched when it matters.

# What was fetched is noted in $sw_state/fetched-packages: what was asked for, the stamp of
# apt's plan, "GROW KERNEL" as sw_ask_room sets them, then "SIZE NAME" of each file in apt's archives.

# packages_are_fetched STEP SUITE [--keep NAME…] [--install NAME…]: all that an upgrade to SUITE, and an
# installation of these packages, would fetch is here; none of the kept packages would be removed.
packages_are_fetched() {
  local -a sw_keep=() sw_upgrade=()
  ! lies_ahead "$1" "$2" || return 1
  sw_take_wanted "${@:3}"
  release_comes_from "$2" && sw_nothing_to_fetch && sw_nothing_kept_goes "${sw_upgrade[@]}"
}

# sw_take_wanted WORD…: into the caller's sw_keep, and its sw_upgrade: what apt-get is asked for. An upgrade
# takes names of packages, too (apt 0.9.11); in an installation of its own each would be planned as on
# the old release.
sw_take_wanted() {
  local word list=''
  local -a install=()
  for word; do
    case $word,$list in
      --*) list=$word ;;
      *,--keep) sw_keep+=("$word") ;;
      *,--install) install+=("$word") ;;
    esac
  done
  sw_upgrade=(dist-upgrade)
  ((${#install[@]} == 0)) || sw_upgrade+=(-- "${install[@]}")
}

sw_nothing_to_fetch() {
  sw_lies_as_noted || sw_has_fetched "${sw_upgrade[@]}"
}

# sw_lies_as_noted: whether all that was fetched lies there at its size, and apt would plan the same
# still. Then it need not be asked, which takes its time over a whole release.
sw_lies_as_noted() {
  local -a sw_noted=()
  sw_recall_fetched && [[ ${sw_noted[0]} == "${sw_upgrade[*]@Q}" ]]
}

# sw_recall_fetched: the same for whatever was asked for. Sets the caller's sw_noted to what is noted.
sw_recall_fetched() {
  local stamp lying wanted
  [[ -e $sw_state/fetched-packages ]] || return
  mapfile -t sw_noted <"$sw_state/fetched-packages"
  stamp=$(sw_stamp_plan)
  [[ ${sw_noted[1]:-} == "$stamp" ]] || return
  ((${#sw_noted[@]} > 3)) || return 0
  lying=$(sw_list_fetched "${sw_noted[@]:3}")
  printf -v wanted '%s\n' "${sw_noted[@]:3}"
  [[ $lying == "${wanted%$'\n'}" ]]
}

# packages_were_fetched: what is here was fetched by the lists that are here, less than a week ago: it can
# be installed by them, and no network is needed with the service down.
packages_were_fetched() {
  local found
  [[ -e $sw_state/indexes && ! -e $sw_state/indexes-due ]] || return 1
  found=$(find "$sw_state" -maxdepth 1 -name fetched-packages -newer "$sw_state/indexes" -mmin -10080)
  [[ -n $found ]]
}

# sw_list_fetched NOTE…: prints "SIZE NAME" of each package file that lies there; a NOTE is the same of
# one that should.
sw_list_fetched() {
  cd -- "$sw_apt_archives" 2>/dev/null || return 0
  stat -c '%s %n' -- "${@#* }" 2>/dev/null || :
}

# sw_has_fetched ARGUMENT…: what this apt-get needs is here. It reads what a file: source has in its
# place.
sw_has_fetched() {
  local missing
  missing=$(apt-get -qq --print-uris "$@") || return 1
  missing=$(sed -e "/^'file:/d" <<<"$missing")
  [[ -z $missing ]]
}

# sw_nothing_kept_goes ARGUMENT…: a simulated apt-get removes none of sw_keep. Tells those it would.
sw_nothing_kept_goes() {
  local plan name status=0
  ((${#sw_keep[@]} > 0)) || return 0
  sw_name_plainly sw_keep
  plan=$(apt-get -s -o APT::Get::AutomaticRemove=false "$@") || return 1
  for name in "${sw_keep[@]}"; do
    [[ $'\n'$plan != *$'\n'@(Remv|Purg)" $name"[\ :]* ]] || {
      printf 'apt would remove %s\n' "$name"
      status=1
    }
  done
  return "$status"
}

# keep_packages ARGUMENT… -- NAME…: stops the step when that apt-get would remove one of the named.
keep_packages() {
  local -a sw_keep=() words=()
  while [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  sw_keep=("${@:2}")
  sw_demand_kept "${words[@]}"
}

# sw_demand_kept ARGUMENT…: the same for sw_keep.
sw_demand_kept() {
  sw_nothing_kept_goes "$@" ||
    fail 'apt would remove packages that have to stay, or cannot tell; nothing was changed' \
      "see: apt-get -s $*"
}

# fetch_packages SUITE [--keep NAME…] [--install NAME…]: fetches them, when there is room for them here,
# and for what they are once they are installed.
fetch_packages() {
  local stamp get grow kernel wanted
  local -a sw_keep=() sw_upgrade=()
  sw_take_wanted "${@:2}"
  packages_are_installed -- "${sw_keep[@]}" ||
    fail "not all of the packages that have to stay are installed: ${sw_keep[*]}" \
      'is each name written as dpkg has it? See: dpkg --get-selections'
  refresh_indexes "$1"
  sw_demand_kept "${sw_upgrade[@]}"
  stamp=$(sw_stamp_plan)
  sw_ask_room "${sw_upgrade[@]}"
  sw_demand_room 'nothing was changed' 'apt-get clean; '
  run_apt --download-only "${sw_upgrade[@]}"
  printf '%s\n' "${sw_upgrade[*]@Q}" "$stamp" "$grow $kernel" ${wanted:+"$wanted"} | sw_replace_file "$sw_state/fetched-packages" 0600
}

# sw_bytes NUMBER UNIT: sets sw_text to the bytes that apt writes so: "1,234 kB", "59.5 MB", "0 B".
sw_bytes() {
  local number=${1//,/} factor
  case $2 in
    k*) factor=1000 ;;
    M*) factor=1000000 ;;
    G*) factor=1000000000 ;;
    T*) factor=1000000000000 ;;
    *) factor=1 ;;
  esac
  # One figure behind the point is all that apt shows.
  [[ $number == *.* ]] || number+=.0
  sw_text=$((${number%.*} * factor + ${number#*.} * factor / 10))
}

# sw_ask_room ARGUMENT…: sets the caller's get and grow to the bytes that are to be fetched and that
# apt says it needs then, kernel to whether one comes, and wanted to a line "SIZE NAME" for each package
# file, fetched or not.
sw_ask_room() {
  local sw_text answer notes lying
  local -a files
  sw_ask_plan "$@" || fail 'apt cannot plan what is to be installed' "see: apt-get -s $*"
  answer=$sw_text
  notes=$(sed -E -n -e "/^'file:/d" -e "s/^'[^']*' ([^ ]+) ([0-9]+) .*/\2 \1/p" <<<"$answer")
  get=0 grow=0 kernel=no wanted=$notes
  if [[ -n $notes ]]; then
    mapfile -t files <<<"$notes"
    lying=$(sw_list_fetched "${files[@]}")
    get=$(awk 'NR == FNR { lies[$0] = 1; next } !($0 in lies) { sum += $1 } END { printf "%.0f", sum }' \
      <(printf '%s\n' "$lying") <(printf '%s\n' "$notes"))
  fi
  if [[ $answer =~ 'After this operation, '([0-9.,]+)' '([kMGT]?B)' of additional' ]]; then
    sw_bytes "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    grow=$sw_text
  fi
  [[ $answer != *"'"*/linux-image-[0-9]* ]] || kernel=yes
}

# demand_room_to_upgrade: whatever has come onto the disks since packages were fetched, an upgrade of all
# of them fits still. apt is asked unless it was noted then.
demand_room_to_upgrade() {
  local get=0 grow kernel wanted
  local -a sw_noted=()
  if sw_recall_fetched; then
    read -r grow kernel <<<"${sw_noted[2]}"
  else
    sw_ask_room dist-upgrade
  fi
  # What was fetched has to stay: it is what the upgrade goes by.
  sw_demand_room 'nothing was upgraded by this run' ''
}

# sw_demand_room SO_FAR CLEAN: enough is free, on each file system, for the caller's get, grow and kernel.
# Where it is not, SO_FAR is told, and command CLEAN with the remedies. Beside apt's own figures: a package
# lies unpacked beside the one that it replaces, and dpkg notes what it does; a kernel needs room in /boot.
sw_demand_room() {
  local system mount path remedy
  local -A wants=() room=() mounts=()
  for path in "$sw_apt_archives=$get" "/usr=$((grow + 200000000))" /var=50000000 /boot=150000000; do
    [[ ${path%=*} != /boot || $kernel == yes ]] || continue
    [[ -d ${path%=*} ]] || continue
    sw_want_room "${path%=*}" "${path#*=}"
  done
  for system in "${!wants[@]}"; do
    ((room[$system] >= wants[$system])) || {
      mount=${mounts[$system]}
      remedy="make room: ${2}journalctl --vacuum-size=100M; see: du -xh --max-depth=2 ${mount@Q} | sort -h"
      [[ $mount != /boot ]] ||
        remedy="make room: purge old kernels, not the one that runs ($(uname -r)); see: dpkg --list 'linux-image-*'"
      fail "$mount has $((room[$system] / 1000000)) MB free, and the packages need $((wants[$system] / 1000000)) MB there; $1" \
        "$remedy"
    }
  done
}

# questions: what packages ask when they are upgraded, answered before they do.

# answer_questions [restart-services] [libc-upgrade] [grub=boot-disk|grub=DISK]: answers for debconf,
# all of them or none.
answer_questions() {
  local answer sw_lines=''
  for answer; do
    case $answer in
      restart-services)
        sw_answer 'libc6 libraries/restart-without-asking boolean true'
        sw_answer 'libpam0g libraries/restart-without-asking boolean true'
        ;;
      libc-upgrade) sw_answer 'libc6 glibc/upgrade boolean true' ;;
      grub=*) sw_answer_for_grub "${answer#*=}" ;;
    esac
  done
  [[ -z $sw_lines ]] || run debconf-set-selections <<<"${sw_lines%$'\n'}"
}

# sw_answer LINE: adds an answer, as debconf-set-selections reads it, to the caller's sw_lines.
sw_answer() {
  printf 'answer: %s\n' "$1"
  sw_lines+=$1$'\n'
}

# sw_answer_for_grub boot-disk|DISK: where grub's first stage goes. Asked only of the grub that
# starts from a disk's first sector; the one for EFI needs no answer. For boot-disk, an answer that
# somebody gave stays: that it goes nowhere, or disks that are still there.
sw_answer_for_grub() {
  local disk answer='' sw_found=''
  packages_are_absent grub-pc && return 0
  if [[ $1 == boot-disk ]]; then
    ! sw_is_grub_nowhere || return 0
    answer=$(sw_known_grub_disks)
    [[ -z $answer ]] || return 0
    answer=$(sw_find_boot_disks)
  else
    [[ -b $1 ]] || fail "there is no disk $1 for grub; nothing was changed" 'see: lsblk -p'
    answer=$1
  fi
  [[ -n $answer ]] || fail 'the disk that holds /boot was not found; nothing was changed' \
    'name it: see lsblk -p, and set it with: dpkg-reconfigure grub-pc'
  sw_answer "grub-pc grub-pc/install_devices multiselect $answer"
  sw_answer 'grub-pc grub-pc/install_devices_empty boolean false'
}

# sw_is_grub_nowhere: whether grub-pc has been told to go on no disk. It never answers so by itself:
# the boot loader that starts this machine is another one, or a host's.
sw_is_grub_nowhere() {
  local answer
  answer=$(debconf-communicate grub-pc <<<'GET grub-pc/install_devices_empty' 2>/dev/null) || return 1
  [[ $answer == '0 true' ]]
}

# sw_known_grub_disks: prints the disks that grub-pc has been told, when all of them are there.
sw_known_grub_disks() {
  local answer disk
  answer=$(debconf-communicate grub-pc <<<'GET grub-pc/install_devices' 2>/dev/null) || return 0
  [[ $answer == '0 '?* ]] || return 0
  answer=${answer#0 }
  for disk in ${answer//,/ }; do
    [[ -b $disk ]] || return 0
  done
  printf '%s\n' "$answer"
}

# sw_find_boot_disks: prints the disks under /boot, by names that stay when a disk is added; several
# where it lies on a mirror of disks. Prints nothing when there are none.
sw_find_boot_disks() {
  local device name type link best disks=''
  device=$(findmnt -n -o SOURCE --target /boot) || return 0
  # A subvolume of btrfs is told in brackets.
  while read -r type name; do
    [[ $type == disk ]] || continue
    best=$name
    for link in /dev/disk/by-id/*; do
      [[ $link -ef $name && ${link##*/} != wwn-* ]] || continue
      best=$link
      break
    done
    disks+="${disks:+, }$best"
  done < <(lsblk -n -s -l -p -o TYPE,NAME -- "${device%%\[*}" | sort -u)
  printf '%s\n' "$disks"
}

# startable: the machine starts, and lets its administrator in, even in the midst of an upgrade.

# A library that goes into a package of another name, or gets another name itself, is removed before
# its successor is there, and for that moment nothing that needs it starts. If the power fails just
# then, the machine does not come up again (seen on the way from Debian 12 to 13, where systemd needs
# libcrypto.so.3 of libssl3, then of libssl3t64, and libsystemd-shared-252.so, then -257.so).

# Where the dynamic loader looks last of all. What lies there hides a library that is in place only
# while the loader's cache is of a time when that one was missing.
sw_last_folder=/usr/lib
# What is noted of the copies is every procedure's: one may have to mend what another was cut off in.
sw_library_notes=/var/lib/stepwright/.libraries
sw_start_programs=(
  /sbin/init /lib/systemd/systemd-{journald,logind,networkd,udevd} /bin/{bash,login,mount,systemctl}
  /sbin/{agetty,dhclient,e2fsck,fsck,ifup,lvm,mdadm} /bin/ip /usr/bin/dbus-daemon
  /usr/sbin/sshd /usr/bin/{apt-get,dpkg,gpgv} /usr/lib/apt/methods/http
)

# keep_libraries: lays copies of the libraries that these programs have now where the loader looks
# last, in place of those that an earlier run has left. Their digests and paths are noted before that.
keep_libraries() {
  local path copy libraries digests ours
  local -a found paths=()
  ours=$(sw_list_own_copies)
  libraries=$(sw_list_libraries)
  mapfile -t found <<<"$libraries"
  for path in "${found[@]}"; do
    copy=$sw_last_folder/${path##*/}
    [[ -n $path && " ${paths[*]##*/} " != *" ${path##*/} "* && ! $path -ef $copy ]] || continue
    [[ (-e $copy || -L $copy) && $'\n'$ours$'\n' != *$'\n'"$copy"$'\n'* ]] || paths+=("$path")
  done
  ((${#paths[@]} > 0)) || return 0
  digests=$(sha256sum -- "${paths[@]}")
  sw_note_libraries kept "$digests"
  printf 'copies in %s, until this is done:%s\n' "$sw_last_folder" "$(printf ' %s' "${paths[@]##*/}")"
  sw_copy_libraries "${paths[@]}"
}

# sw_copy_libraries PATH…: each is there whole, or not at all. ldconfig passes over what is hidden.
sw_copy_libraries() {
  local stage=$sw_last_folder/.stepwright
  [[ ! -e $stage ]] || rm -rf -- "$stage"
  mkdir -m 0700 -- "$stage"
  cp -L --preserve=mode -t "$stage" -- "$@"
  sync -- "$stage"/lib*
  mv -f -t "$sw_last_folder" -- "$stage"/lib*
  rmdir -- "$stage"
  sync -- "$sw_last_folder"
}

# sw_note_libraries kept|restored LINES: notes these, too; lines as of sha256sum.
sw_note_libraries() {
  local notes=$2
  [[ ! -e $sw_library_notes/$1 ]] || notes+=$'\n'$(<"$sw_library_notes/$1")
  notes=$(sort -u <<<"$notes")
  sw_replace "$sw_library_notes/$1" 0600 <<<"$notes"
}

# sw_list_libraries: prints their paths, a line each. Those of libc itself keep their package and
# their names. A program that ldd cannot read is a fault; a script, or one that needs none, is not.
sw_list_libraries() {
  local program listing line path
  local -a lines there=()
  for program in "${sw_start_programs[@]}"; do
    [[ ! -e $program ]] || there+=("$program")
  done
  ((${#there[@]} > 0)) || return 0
  # All at once, which is enough where none is a script.
  listing=$(ldd "${there[@]}" 2>&1) || listing=$(sw_ask_loader "${there[@]}") || return
  mapfile -t lines <<<"$listing"
  for line in "${lines[@]}"; do
    # NAME => PATH (ADDRESS)
    path=${line#*' => '}
    path=${path%' (0x'*}
    case ${path##*/} in
      libc.so.* | libm.so.* | libmvec.so.* | libdl.so.* | libpthread.so.* | librt.so.*) ;;
      libanl.so.* | libnsl.so.1 | libresolv.so.* | libutil.so.*) ;;
      lib*) [[ $line != *' => '/* || ! -f $path ]] || printf '%s\n' "$path" ;;
    esac
  done | sort -u
}

# sw_ask_loader PROGRAM…: prints what ldd says of each.
sw_ask_loader() {
  local program listing
  for program; do
    listing=$(ldd "$program" 2>&1) || [[ $listing == *'not a dynamic executable'* ]] || {
      printf 'ldd cannot tell the libraries of %s:\n%s\n' "$program" "$listing" >&2
      return 1
    }
    printf '%s\n' "$listing"
  done
}

# restore_libraries: a library of which nothing but the copy is left is put back where it was. Else
# ldconfig, when it runs before the successor is there, would have programs take the copy from then
# on; it may have run already. A successor may be in /usr/lib where the library was in /lib, which
# counts more (libgcrypt20 of Debian 10, https://bugs.debian.org/984884).
restore_libraries() {
  local line path copy digest
  local -a notes
  [[ -e $sw_library_notes/kept ]] || return 0
  sw_yield_to_successors
  mapfile -t notes <"$sw_library_notes/kept"
  for line in "${notes[@]}"; do
    path=${line#*  }
    copy=$sw_last_folder/${path##*/}
    [[ -f $copy && -d ${path%/*}/ && ! -e $path ]] || continue
    sw_other_name "$path"
    [[ ! -e $sw_text || $sw_text == "$copy" ]] || continue
    digest=$(sha256sum <"$copy")
    sw_note_libraries restored "${digest%% *}  $path"
    printf 'put back, until its successor is there: %s\n' "$path"
    sw_replace "$path" 0644 <"$copy"
  done
  ldconfig
}

# sw_yield_to_successors: what was put back goes when its successor has come into the other folder.
sw_yield_to_successors() {
  local line succeeded=''
  local -a notes
  [[ -e $sw_library_notes/restored ]] || return 0
  mapfile -t notes <"$sw_library_notes/restored"
  for line in "${notes[@]}"; do
    sw_other_name "${line#*  }"
    [[ ! -e $sw_text || $sw_text -ef ${line#*  } || $sw_text == "$sw_last_folder/${line##*/}" ]] ||
      succeeded+=$line$'\n'
  done
  sw_drop_unchanged "$succeeded"
}

# sw_other_name PATH: sets sw_text to what the same file is called where /lib is a link to /usr/lib.
sw_other_name() {
  case $1 in
    /usr/*) sw_text=${1#/usr} ;;
    *) sw_text=/usr$1 ;;
  esac
}

# copies_are_left: whether an upgrade has not come to take its copies away.
copies_are_left() {
  [[ -e $sw_library_notes/kept ]] || return
  printf 'an upgrade was cut off: %s still has its copies of libraries\n' "$sw_last_folder"
}

# drop_libraries: takes the copies away, and what was put back and has no successor of that name.
drop_libraries() {
  local notes
  [[ -e $sw_library_notes/kept ]] || return 0
  notes=$(sw_notes_of_copies)
  sw_drop_unchanged "$notes"
  sw_drop_restored
  [[ ! -e $sw_last_folder/.stepwright ]] || rm -rf -- "$sw_last_folder/.stepwright"
  sw_forget_copies
  rm -rf -- "$sw_library_notes"/{restored,kept} "$sw_library_notes"
}

# sw_drop_restored: takes away what was put back, but for what a package has by now.
sw_drop_restored() {
  local line path owner status ownerless=''
  local -a notes names
  [[ -e $sw_library_notes/restored ]] || return 0
  mapfile -t notes <"$sw_library_notes/restored"
  for line in "${notes[@]}"; do
    path=${line#*  }
    sw_part_of "$path"
    rm -f -- "$sw_text"
    names=("$path")
    # A package may have the same file by its other name.
    sw_other_name "$path"
    [[ ! $sw_text -ef $path ]] || names+=("$sw_text")
    # Status 1: not by all of them.
    status=0
    owner=$(dpkg-query --search -- "${names[@]}" 2>/dev/null) || status=$?
    ((status <= 1)) || fail "dpkg-query could not tell whether a package has $path" \
      "see what it says (its status was $status): dpkg-query --search ${path@Q}"
    [[ -n $owner ]] || ownerless+=$line$'\n'
  done
  sw_drop_unchanged "$ownerless"
}

# sw_forget_copies: the loader's cache does not name what is gone.
sw_forget_copies() {
  local line copy named cache
  local -a notes
  ldconfig
  cache=$(ldconfig -p)$'\n'
  mapfile -t notes <"$sw_library_notes/kept"
  for line in "${notes[@]}"; do
    copy=$sw_last_folder/${line##*/}
    sw_other_name "$copy"
    for named in "$copy" "$sw_text"; do
      [[ -e $named || $cache != *"=> $named"$'\n'* ]] ||
        fail "ldconfig ended well, and its cache still names $named, which is gone" \
          'see what it does: ldconfig -v'
    done
  done
}

# sw_notes_of_copies: prints what is noted, with the copies' paths.
sw_notes_of_copies() {
  local line
  local -a notes
  mapfile -t notes <"$sw_library_notes/kept"
  for line in "${notes[@]}"; do
    printf '%s  %s\n' "${line%%  *}" "$sw_last_folder/${line##*/}"
  done
}

# sw_list_own_copies: prints the paths of those that lie there as they were laid.
sw_list_own_copies() {
  local notes
  [[ -e $sw_library_notes/kept ]] || return 0
  notes=$(sw_notes_of_copies)
  sw_list_unchanged "$notes"
}

# sw_drop_unchanged NOTES: removes the files of which NOTES, lines as of sha256sum, still hold. They
# are gone from the disk before the notes are, which may be on another one.
sw_drop_unchanged() {
  local found
  local -a paths
  found=$(sw_list_unchanged "$1")
  [[ -n $found ]] || return 0
  mapfile -t paths <<<"$found"
  rm -f -- "${paths[@]}"
  sync -- "${paths[@]%/*}"
}

# sw_list_unchanged NOTES: prints the paths of those files.
sw_list_unchanged() {
  local line path found
  local -a lines paths=()
  mapfile -t lines <<<"$1"
  for line in "${lines[@]}"; do
    path=${line#*  }
    [[ ! -f $path || -L $path ]] || paths+=("$path")
  done
  ((${#paths[@]} > 0)) || return 0
  found=$(sha256sum -- "${paths[@]}")
  mapfile -t lines <<<"$found"
  for line in "${lines[@]}"; do
    [[ $'\n'$1$'\n' != *$'\n'"$line"$'\n'* ]] || printf '%s\n' "${line#*  }"
  done | sort -u
}

# links: network interfaces that the next boot gives another name.

sw_link_folder=/sys/class/net
# Where an administrator names them, or what runs at boot; and where older systems do.
sw_link_places=(/etc/systemd/network /run/systemd/network)
sw_link_rules=/etc/udev/rules.d

# note_links: notes, once in a boot, which interfaces have the name that udev gives them by itself. A new
# udev may find another one, and what is set for the old name is for none then.
note_links() {
  local boot=''
  [[ ! -e $sw_state/links ]] || IFS= read -r boot <"$sw_state/links" || :
  [[ $boot != "$sw_boot" ]] || return 0
  { printf '%s\n' "$sw_boot" && sw_list_links; } | sw_replace_file "$sw_state/links" 0600
}

# sw_list_links: prints the names of these interfaces.
sw_list_links() {
  local folder
  for folder in "$sw_link_folder"/*; do
    [[ -e $folder/device ]] || continue
    sw_foresee_link "$folder"
    [[ $sw_text != "${folder##*/}" ]] || printf '%s\n' "$sw_text"
  done
}

# sw_foresee_link FOLDER: sets sw_text to the name that the udev which is installed by now gives that
# interface by itself, in the order of its 99-default.link; to nothing where it tells of none.
sw_foresee_link() {
  local told key value
  local -A given=()
  told=$(udevadm test-builtin net_id "$1" 2>/dev/null) || told=''
  while IFS='=' read -r key value; do
    [[ $key != ID_NET_NAME_* ]] || given[$key]=$value
  done <<<"$told"
  for key in ONBOARD SLOT PATH; do
    sw_text=${given[ID_NET_NAME_$key]:-}
    [[ -z $sw_text ]] || break
  done
}

# sw_tell_renamed: warns of each that gets another name, as long as that boot is still to come.
sw_tell_renamed() {
  local name boot address
  [[ -e $sw_state/links ]] || return 0
  {
    IFS= read -r boot
    [[ $boot == "$sw_boot" ]] || return 0
    while IFS= read -r name; do
      [[ -e $sw_link_folder/$name ]] || continue
      sw_foresee_link "$sw_link_folder/$name"
      [[ -n $sw_text && $sw_text != "$name" ]] || continue
      ! sw_keeps_name "$name" || continue
      sw_locked_out=yes
      read -r address 2>/dev/null <"$sw_link_folder/$name/address" || address=ADDRESS
      warn "from the reboot on, network interface $name is called $sw_text, and what is set for $name is for none; to have it keep its name: printf '[Match]\nMACAddress=$address\n[Link]\nName=$name\n' >${sw_link_places[0]}/10-$name.link; update-initramfs -u"
    done
  } <"$sw_state/links"
}

# sw_keeps_name NAME: whether that name is set for an interface, whatever udev would find by itself.
sw_keeps_name() {
  local place
  for place in "${sw_link_places[@]}"; do
    ! grep -qsx -- "Name=$1" "$place"/*.link || return 0
  done
  grep -qsE -- "(^|[^A-Z_])NAME:?=\"$1\"" "$sw_link_rules"/*.rules
}

sw_hooks_summary+=(sw_tell_renamed)

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

# install: single packages.

# install_packages [suite=NAME] [recommends=yes|no] -- NAME…: after apt_begin.
install_packages() {
  local name
  local -a flags=()
  while [[ $1 != -- ]]; do
    case $1 in
      suite=*) flags+=(--target-release="${1#*=}") ;;
      recommends=yes) flags+=(--install-recommends) ;;
      recommends=no) flags+=(--no-install-recommends) ;;
    esac
    shift
  done
  shift
  (($# > 0)) || return 0
  settle_packages
  for name; do
    sw_require_package "$name"
  done
  run_apt install "${flags[@]}" -- "$@"
}

# sw_require_package NAME: apt knows a package of just this name. It takes a name with a dot in it
# for a pattern, and one that ends in "-" for an order to remove, when it does not.
sw_require_package() {
  local known
  known=$(apt-cache pkgnames -- "${1%%:*}")
  [[ $'\n'$known$'\n' == *$'\n'"${1%%:*}"$'\n'* ]] ||
    fail "there is no package $1 in any source; nothing was changed" "see: apt-cache policy $1"
}

# obsolete: installed packages that no source has any more.

sw_dpkg_info=/var/lib/dpkg/info

# sw_list_obsolete: prints their names. Stops, status 2, when that cannot be found out.
sw_list_obsolete() {
  local answer
  local -a names
  answer=$(dpkg-query --show --showformat '${db:Status-Abbrev}|${binary:Package}\n') || return 2
  mapfile -t names < <(sed -n 's/^.i |//p' <<<"$answer")
  ((${#names[@]} > 0)) || return 2
  answer=$(apt-cache policy -- "${names[@]}") || return 2
  answer=$(awk '
    /^[^ ]/ { if (name != "" && !found) print name; name = $1; sub(/:$/, "", name); found = 0 }
    /^       +-?[0-9]+ / { if ($2 != "/var/lib/dpkg/status") found = 1 }
    END { if (name != "" && !found) print name }
  ' <<<"$answer" | sort) || return 2
  if [[ $'\n'$answer$'\n' == *$'\nbase-files\n'* ]]; then
    printf 'apt has no lists of packages: fetch them with apt-get update\n' >&2
    return 2
  fi
  printf '%s\n' "$answer"
}

# sw_list_foreign [LIST]: prints those that are the administrator's own: not those in the file LIST of
# what an earlier upgrade made obsolete, if there is one, unless they were unpacked since.
sw_list_foreign() {
  local names name left=''
  names=$(sw_list_obsolete) || return
  if [[ -e ${1:-} ]]; then
    left=$(cat -- "$1") || return 2
  fi
  while IFS= read -r name; do
    [[ -n $name ]] || continue
    [[ $'\n'$left$'\n' == *$'\n'"$name"$'\n'* ]] && ! sw_was_unpacked_after "$1" "$name" ||
      printf '%s\n' "$name"
  done <<<"$names"
}

# sw_was_unpacked_after FILE NAME: whether dpkg has unpacked that package, of any architecture, since
# FILE was written.
sw_was_unpacked_after() {
  local list
  for list in "$sw_dpkg_info/$2.list" "$sw_dpkg_info/$2:"*.list; do
    [[ ! $list -nt $1 ]] || return 0
  done
  return 1
}

# foreign_is_listed FILE SUITE [except=LIST]: list_foreign has written it, whole. As long as the sources
# have SUITE, it names what is foreign now, not what was at an earlier attempt; later it could not be made
# again.
foreign_is_listed() {
  local names listed list=${3:-}
  [[ -r $1 && $(tail -n 1 -- "$1") == '# end' ]] || return 1
  sources_have "$2" || return 0
  names=$(sw_list_foreign "${list#except=}") || return 2
  listed=$(sed -e '/^#/d' -- "$1") || return 2
  [[ $listed == "$names" ]]
}

# list_foreign FILE [except=LIST]: before the sources are changed, FILE gets the packages that they do not
# have: those are the administrator's own.
list_foreign() {
  local names list=${2:-}
  names=$(sw_list_foreign "${list#except=}")
  printf '%s\n' '# Packages that came from no enabled source before the upgrade' ${names:+"$names"} '# end' |
    replace_file "$1" 0600
}

# sw_list_new_obsolete [FOREIGN] [KEEP…]: prints those that are not in file FOREIGN, none of the
# named, and not the running kernel.
sw_list_new_obsolete() {
  local names name foreign=''
  local -a staying=("${@:2}" "linux-image-$(uname -r)")
  names=$(sw_list_obsolete) || return
  sw_name_plainly staying
  if [[ -n $1 ]]; then
    foreign=$(cat -- "$1") || return 2
    [[ ${foreign##*$'\n'} == '# end' ]] || return 2
  fi
  foreign=$'\n'$foreign$'\n'
  for name in "${staying[@]}"; do
    foreign+=$name$'\n'
  done
  while IFS= read -r name; do
    [[ -z $name || $foreign == *$'\n'"$name"$'\n'* ]] || printf '%s\n' "$name"
  done <<<"$names"
}

# obsolete_is_listed FILE [foreign=FILE]: FILE names every package that the upgrade made obsolete; it
# may name others, which have been purged since.
obsolete_is_listed() {
  local names name listed foreign=''
  [[ ${2:-} != foreign=* ]] || foreign=${2#*=}
  names=$(sw_list_new_obsolete "$foreign") || return 2
  [[ -r $1 ]] || return 1
  listed=$(cat -- "$1") || return 2
  while IFS= read -r name; do
    [[ -z $name || $'\n'$listed$'\n' == *$'\n'"$name"$'\n'* ]] || return 1
  done <<<"$names"
}

# list_obsolete FILE [foreign=FILE]: makes it so, and tells them.
list_obsolete() {
  local names foreign=''
  [[ ${2:-} != foreign=* ]] || foreign=${2#*=}
  names=$(sw_list_new_obsolete "$foreign")
  printf '%s\n' "$names"
  printf '%s' "$names${names:+$'\n'}" | replace_file "$1" 0600
}

# obsolete_is_purged FOREIGN [KEEP…]: no package that the upgrade made obsolete is left, not even
# half of one: what is half-way is in no list.
obsolete_is_purged() {
  local names
  packages_are_settled || return
  names=$(sw_list_new_obsolete "$@") || return 2
  [[ -z $names ]]
}

# sw_demand_no_clusters PACKAGE…: none of them is a PostgreSQL server that still has a cluster:
# purging postgresql-13 drops every cluster of version 13, with its databases, and does not ask.
sw_demand_no_clusters() {
  local name file
  for name in "$@"; do
    [[ $name =~ ^postgresql-([0-9.]+)$ ]] || continue
    for file in "$sw_postgres_settings/${BASH_REMATCH[1]}"/*/postgresql.conf; do
      [[ ! -e $file ]] ||
        fail "purging $name would drop the PostgreSQL cluster of $file; nothing was changed" \
          "upgrade the cluster, or keep the package: pg_lsclusters tells what there is"
    done
  done
}

# purge_obsolete FOREIGN [KEEP…]: purges them, after apt_begin, when nothing else goes with them. What
# an interruption has left half-way is settled before that.
purge_obsolete() {
  local names plan name others=''
  local -a purged=()
  settle_packages
  names=$(sw_list_new_obsolete "$@")
  [[ -n $names ]] || return 0
  mapfile -t purged <<<"$names"
  sw_demand_no_clusters "${purged[@]}"
  plan=$(apt-get -s -o APT::Get::AutomaticRemove=false purge -- "${purged[@]}")
  while read -r name _; do
    [[ $'\n'$names$'\n' == *$'\n'"$name"$'\n'* ]] || others+=" $name"
  done < <(sed -n -E 's/^(Purg|Remv) ([^ ]+) .*/\2/p' <<<"$plan")
  [[ -z $others ]] ||
    fail "these would go with the obsolete packages, and are not obsolete:$others; nothing was changed" \
      "purge what you do not need by hand, or name what has to stay"
  run_apt purge -- "${purged[@]}"
}

# would_purge_obsolete FOREIGN [KEEP…]: tells what purge_obsolete would do.
would_purge_obsolete() {
  local names
  local -a purged=()
  names=$(sw_list_new_obsolete "$@" 2>/dev/null) || names='?obsolete'
  mapfile -t purged <<<"$names"
  would apt-get --yes purge -- "${purged[@]}"
}

# postgres: PostgreSQL servers, asked as the user that owns them.

sw_postgres_settings=/etc/postgresql
# Where Debian puts PostgreSQL's own programs, in a directory for each version.
sw_postgres_programs=/usr/lib/postgresql
# The owners and the data directories of clusters, by VERSION/NAME, as sw_see_cluster found them. Who makes
# or drops a cluster forgets them.
declare -A sw_cluster_owners=() sw_cluster_data=()
# What every pg_ program and libpq would take from the environment of whoever runs the script.
unset "${!PG@}"

# sw_psql USER CLUSTER DATABASE [OPTION…]: runs standard input there as SQL, as that operating system
# user. CLUSTER: VERSION/NAME; the one that Debian's tools take by default when it is empty.
# A name in PGDATABASE is taken as it stands; as an argument, "a=b" would be read as settings.
# The SQL reads, waits as long as it takes, and meets no function that a user put in front of another.
sw_psql() (
  local user=$1 cluster=$2
  export PGDATABASE=$3 PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=30
  PGOPTIONS='-c default_transaction_read_only=on -c search_path=pg_catalog'
  export PGOPTIONS+=' -c statement_timeout=0 -c lock_timeout=0'
  shift 3
  local -a as=()
  [[ $user == root ]] || as=(runuser -u "$user" --)
  cd / || exit 2
  # psql heeds Ctrl-C, which is for this script to heed.
  setsid --wait "${as[@]}" psql ${cluster:+--cluster "$cluster"} --no-psqlrc --no-password --quiet --no-align \
    --tuples-only --set=ON_ERROR_STOP=1 "$@"
)

# sw_run_unhindered COMMAND…: run, and no limit that is set for sessions ends what it does; nor does a trigger of
# a database's own, one on events included, write into what is copied.
sw_run_unhindered() {
  local options='-c statement_timeout=0 -c lock_timeout=0 -c default_transaction_read_only=off'
  options+=' -c session_replication_role=replica'
  PGOPTIONS=$options run "$@"
}

# sw_look_at_cluster VERSION NAME: sets the caller's port, state, owner and data to what pg_lsclusters tells
# of that cluster. Status 1: there is none; 2: it does not tell. Older tools list every cluster,
# whatever is asked for. The state is a list: "online,recovery", "down,binaries_missing". Behind the data
# directory comes the log file: where there are more spaces than one, data is empty.
sw_look_at_cluster() {
  local answer version name rest
  port='' state='' owner='' data=''
  sw_has_cluster "$1" "$2" || return 1
  answer=$(pg_lsclusters -h "$1" "$2") || return 2
  while read -r version name port state owner rest; do
    if [[ $version == "$1" && $name == "$2" ]]; then
      data=$rest
      if [[ $data =~ ^(/[^[:space:]]*)' '[^[:space:]]+$ ]]; then data=${BASH_REMATCH[1]}; else data=''; fi
      # An owner without a name is left out, and everything behind it comes a column earlier.
      [[ $port =~ ^[0-9]+$ && $owner == [!/]* ]] && return
      break
    fi
  done <<<"$answer"
  printf 'pg_lsclusters does not tell how cluster %s/%s is: %s\n' "$1" "$2" "$answer"
  return 2
}

# sw_has_cluster VERSION NAME: whether Debian's tools know such a cluster; they go by this file.
sw_has_cluster() {
  local settings=$sw_postgres_settings/$1/$2/postgresql.conf
  [[ -e $settings || -L $settings ]]
}

# sw_is_online STATE
sw_is_online() {
  [[ ,$1, == *,online,* ]]
}

# sw_list_databases USER CLUSTER: sets the caller's databases to the names of all but template0.
# Status 2 when the server does not tell: the list ends with an empty name, which none can have.
sw_list_databases() {
  databases=()
  mapfile -d '' -t databases < <(
    sw_psql "$1" "$2" template1 --record-separator-zero <<'END'
select datname from pg_database where datname <> 'template0' order by datname;
select '';
END
  )
  [[ ${#databases[@]} -gt 0 && -z ${databases[-1]} ]] || return 2
  unset 'databases[-1]'
}

# sw_marked_databases: SQL that prints the names of all but template0, + before those that let one in,
# - before others, and an empty line.
sw_marked_databases() {
  cat <<'END'
select case when datallowconn then '+' else '-' end || datname
  from pg_database where datname <> 'template0' order by datname;
select '';
END
}

# sw_take_marked LINE…: sorts these names, up to the empty line, into the caller's opened and closed.
sw_take_marked() {
  local name
  for name; do
    [[ -n $name ]] || return 0
    if [[ $name == +* ]]; then opened+=("${name:1}"); else closed+=("${name:1}"); fi
  done
}

# sw_missing_databases NAME…: sets sw_text to those NAMEs that are not among the caller's databases.
sw_missing_databases() {
  local name found
  sw_text=''
  for name; do
    for found in "${databases[@]}"; do
      [[ $found != "$name" ]] || continue 2
    done
    sw_text+="${sw_text:+, }$name"
  done
  [[ -n $sw_text ]]
}

# sw_bring_up VERSION NAME: starts it if it is down, and waits until it tells the caller its databases:
# after a crash it has its journal to read first.
sw_bring_up() {
  sw_demand_cluster "$1" "$2"
  if ! sw_is_online "$state"; then
    run pg_ctlcluster "$1" "$2" start
    sw_demand_cluster "$1" "$2"
  fi
  sw_await_answer "$1" "$2"
}

# sw_demand_cluster VERSION NAME: the same as sw_look_at_cluster, where there is no going on without.
sw_demand_cluster() {
  local status=0
  sw_look_at_cluster "$1" "$2" || status=$?
  case $status in
    0) ;;
    1) fail "there is no PostgreSQL cluster $1/$2" "see which there are: pg_lsclusters" ;;
    *) fail "how the PostgreSQL cluster $1/$2 is cannot be told" "see: pg_lsclusters" ;;
  esac
}

# sw_see_cluster VERSION NAME: the same, and its owner and its data directory are noted.
sw_see_cluster() {
  sw_demand_cluster "$1" "$2"
  sw_note_cluster "$1/$2"
}

# sw_note_cluster CLUSTER: notes the caller's owner and data as what it was seen to have just now.
sw_note_cluster() {
  sw_cluster_owners[$1]=$owner sw_cluster_data[$1]=$data
}

# sw_forget_clusters: what was noted of clusters holds no more.
sw_forget_clusters() {
  sw_cluster_owners=() sw_cluster_data=()
}

# sw_know_owner VERSION NAME: sets the caller's owner to that of a cluster, asked for once, where there is
# no going on without.
sw_know_owner() {
  local port state data cluster=$1/$2
  owner=${sw_cluster_owners[$cluster]:-}
  [[ -n $owner ]] || sw_see_cluster "$1" "$2"
}

# sw_know_data VERSION NAME: sets the caller's data to its data directory, asked for once; to nothing when
# it does not say.
sw_know_data() {
  local cluster=$1/$2
  data=${sw_cluster_data[$cluster]:-}
  [[ -z $data ]] || return 0
  data=$(sw_setting_of "$1" "$2" data_directory)
  sw_cluster_data[$cluster]=$data
}

# sw_await_answer VERSION NAME [LIST]: waits up to ten minutes until it tells the caller its databases,
# by function LIST.
sw_await_answer() {
  local tries=1
  until "${3:-sw_list_databases}" "$owner" "$1/$2"; do
    ((tries++ < 300)) || fail "the PostgreSQL cluster $1/$2 does not answer" \
      "see: pg_lsclusters; tail /var/log/postgresql/postgresql-$1-$2.log"
    run sleep 2
  done
}

# dump: databases saved to files.

# What was dumped is noted in $sw_state/dumps, a line a file: SIZE INODE TIME of the file, the
# identifier of the cluster that the database was in, and the file's path.

# A dump of a database that is still in use is worth a day.
sw_dump_age=86400

# dump_is_whole FILE DATABASE USER [CLUSTER]: FILE is a dump that this procedure took and read back.
# One of more than a day is of an earlier attempt: it does not count as long as the cluster that it
# came from can serve the database.
dump_is_whole() {
  local file=$1 sw_text now identity='' identifier='' status=0
  [[ -s $file ]] || return 1
  sw_noted_dump "$file" || return
  now=$(stat -c '%s %i %Y' -- "$file") || return 2
  [[ $now == "$identity" ]] || return 1
  sw_find_pg_restore
  "$sw_text" --list -- "$file" >/dev/null || status=$?
  ((status == 0)) || return "$((status == 1 ? 1 : 2))"
  printf -v now '%(%s)T' -1
  ((now - ${identity##* } > sw_dump_age)) || return 0
  sw_is_last_word "${@:2}"
}

# sw_is_last_word DATABASE USER [CLUSTER]: the cluster of the caller's identifier, which its file was
# dumped from, is gone or has handed over to its successor: however old, there is no later dump of it.
# Status 1: it serves, or was made anew under its name. 2: it is silent, and may serve again.
sw_is_last_word() {
  local serving='' cluster=${3:-} sw_text=''
  serving=$(sw_serving_cluster "$@") || serving=''
  [[ $serving != "$identifier" ]] || return 1
  if [[ -z $cluster ]]; then
    [[ -z $serving ]] || return 0
    sw_find_cluster_of "$identifier" || return 0
    cluster=$sw_text
  fi
  sw_has_cluster "${cluster%%/*}" "${cluster#*/}" || return 0
  ! sw_has_handed_over "$cluster" || return 0
  [[ -z $serving ]] || return 1
  printf 'cluster %s does not answer, and %s is of more than a day ago: whether that is the last of it cannot be told\n' \
    "$cluster" "$file"
  printf 'if it was upgraded by hand, or nothing was written since, leave this step out: --skip\n'
  printf 'else wait until it answers, or start it: pg_ctlcluster %s start\n' "${cluster/\// }"
  return 2
}

# sw_find_cluster_of IDENTIFIER: sets sw_text to the cluster that has it, as VERSION/NAME.
sw_find_cluster_of() {
  local settings data found
  for settings in "$sw_postgres_settings"/*/*/postgresql.conf; do
    sw_text=${settings#"$sw_postgres_settings/"}
    sw_text=${sw_text%/*}
    data=$(sw_setting_of "${sw_text%%/*}" "${sw_text#*/}" data_directory 2>/dev/null)
    [[ -n $data ]] || continue
    found=$(sw_system_identifier "$data" 2>/dev/null) || continue
    [[ $found != "$1" ]] || return 0
  done
  return 1
}

# sw_has_handed_over CLUSTER: its copy was begun, or is proved. Who went back to it since has let it
# start at boot again.
sw_has_handed_over() {
  local version=${1%%/*} name=${1#*/} place
  [[ $(sw_start_setting "$version" "$name") == manual ]] || return 1
  for place in "$sw_state/clusters/$version-"*"-$name"; do
    # A name may have hyphens in it, too.
    [[ ${place##*/} =~ ^[0-9.]+-[0-9.]+-(.*)$ && ${BASH_REMATCH[1]} == "$name" ]] || continue
    [[ ! -e $place/begun && ! -e $place/proved ]] || return 0
  done
  return 1
}

# sw_find_pg_restore: sets sw_text to the newest one. The one in PATH asks for the machine's clusters
# first, and fails while the settings of any of them are half written.
sw_find_pg_restore() {
  local path version newest=0
  sw_text=pg_restore
  for path in "$sw_postgres_programs"/*/bin/pg_restore; do
    version=${path#"$sw_postgres_programs"/}
    version=${version%%[./]*}
    [[ -x $path && $version =~ ^[0-9]+$ && $version -ge $newest ]] || continue
    newest=$version
    sw_text=$path
  done
}

# sw_noted_dump FILE: sets the caller's identity and identifier to what the note says of it.
# Status 1: it says nothing.
sw_noted_dump() {
  local line size inode time
  [[ -e $sw_state/dumps ]] || return 1
  while IFS= read -r line; do
    [[ /${line#*/} == "$1" ]] || continue
    read -r size inode time identifier <<<"${line%%/*}"
    identity="$size $inode $time"
    return 0
  done <"$sw_state/dumps"
  return 1
}

# sw_note_dump FILE PART IDENTIFIER: notes PART, which is about to become FILE.
sw_note_dump() {
  local line text='' identity
  identity=$(stat -c '%s %i %Y' -- "$2")
  if [[ -e $sw_state/dumps ]]; then
    while IFS= read -r line; do
      [[ /${line#*/} == "$1" ]] || text+=$line$'\n'
    done <"$sw_state/dumps"
  fi
  printf '%s%s %s %s\n' "$text" "$identity" "$3" "$1" | sw_replace_file "$sw_state/dumps" 0600
}

# sw_serving_cluster DATABASE USER [CLUSTER]: prints the identifier of the cluster that has it now.
sw_serving_cluster() {
  sw_psql "$2" "${3:-}" "$1" <<<'select system_identifier from pg_control_system()'
}

# save_dump FILE DATABASE USER [CLUSTER]: FILE, which only root may read, gets the database. The dump
# is read back before it has that name. A file that has the name already is kept, as FILE.~1~ and so
# on: it may be the only whole dump there is.
save_dump() {
  local file=$1 database=$2 user=$3 cluster=${4:-} identifier sw_text
  local part=$file.part folder=${file%/*}/
  local -a as=()
  [[ $user == root ]] || as=(runuser -u "$user" --)
  [[ ! -d $file ]] || fail "$file is a directory, and is to be the dump of database $database"
  identifier=$(sw_serving_cluster "${@:2}") || sw_fail_to_ask
  [[ -d $folder ]] || run mkdir -p -m 0700 -- "$folder"
  sw_demand_room_for_dump
  rm -f -- "$part"
  run sw_output_to "$part" "${as[@]}" pg_dump ${cluster:+--cluster "$cluster"} --no-password \
    --format=custom --dbname="$database"
  sw_find_pg_restore
  run "$sw_text" --file=/dev/null -- "$part"
  run sync "$part"
  sw_note_dump "$file" "$part" "$identifier"
  run mv --backup=numbered -T -- "$part" "$file"
  run sync "$folder"
}

# sw_output_to FILE COMMAND…: FILE, which must not be there, gets what COMMAND prints. It is opened
# by root: the user that COMMAND runs as needs no rights where it lies.
sw_output_to() (
  umask 077
  set -o noclobber
  exec >"$1"
  shift
  cd /
  sw_run_apart "$@"
)

sw_fail_to_ask() {
  fail "database $database cannot be read as user $user${cluster:+ in cluster $cluster}" \
    "see which databases there are: runuser -u postgres -- psql --list" \
    "see whether the server runs: pg_lsclusters"
}

# sw_demand_room_for_dump: as much as the database takes; its dump takes less.
sw_demand_room_for_dump() {
  local needed free
  needed=$(sw_psql "$user" "$cluster" "$database" \
    <<<'select pg_database_size(current_database())') || sw_fail_to_ask
  free=$(df --output=avail -B 1 -- "$folder" | tail -n 1)
  ((free >= needed)) || fail \
    "$folder has $((free / 1048576)) MiB free, and a dump of $database can take $((needed / 1048576)) MiB" \
    "make room there, or have the dump written elsewhere"
}

# plan_dump FILE DATABASE USER [CLUSTER]
plan_dump() {
  local -a as=()
  [[ $3 == root ]] || as=(runuser -u "$3" --)
  would "${as[@]}" pg_dump ${4:+--cluster "$4"} --no-password --format=custom --dbname="$2"
  would_say "  (its output goes to ${1@Q}, which only root may read, and is read back)"
  [[ ! -e $1 ]] || would_say "  (the file that has this name is kept, as ${1@Q}.~1~ or the next free number)"
}

# cluster: PostgreSQL clusters as Debian's tools keep them, started, stopped and set.

# What was found of these tools, and is relied on here:
# - pg_lsclusters, pg_ctlcluster and the others go by /etc/postgresql/VERSION/NAME/postgresql.conf.
# - pg_ctlcluster goes through systemd unless it is given -o; stopping what is down ends with 2.
# - start.conf says auto, manual (not at boot) or disabled; without one it is auto.

# Only the owner gets in, by the socket: what pg_upgradecluster starts its clusters with, too.
sw_cluster_hba=/run/stepwright-hba.conf

# sw_start_closed VERSION NAME: starts that cluster so that nobody but its owner gets in.
sw_start_closed() {
  local owner
  sw_know_owner "$1" "$2"
  printf 'local all %s peer\n' "$owner" >"$sw_cluster_hba"
  sw_start_cluster "$1" "$2" -o "-c hba_file=$sw_cluster_hba"
}

# sw_start_both_closed NAME VERSION VERSION: the same for two clusters at the same time: pg_ctlcluster
# sleeps for two seconds over each, and the service is down.
sw_start_both_closed() {
  local version owner
  local -a owners=() starting=()
  for version in "${@:2}"; do
    sw_know_owner "$version" "$1"
    owners+=("$owner")
  done
  printf 'local all %s peer\n' "${owners[@]}" | sort -u >"$sw_cluster_hba"
  for version in "${@:2}"; do
    sw_start_cluster "$version" "$1" -o "-c hba_file=$sw_cluster_hba" &
    starting+=("$!")
  done
  sw_join "${starting[@]}"
}

# sw_join PID…: waits for these shells of the step, and stops it if one of them has failed.
sw_join() {
  local pid status worst=0
  for pid; do
    sw_see_end "$pid"
    ((worst > 0)) || worst=$status
  done
  ((worst == 0)) || exit "$worst"
}

# sw_start_cluster VERSION NAME [OPTION…]
sw_start_cluster() {
  run pg_ctlcluster "$1" "$2" start "${@:3}" || fail "the PostgreSQL cluster $1/$2 does not start" \
    "see the message above, and: tail /var/log/postgresql/postgresql-$1-$2.log"
}

# sw_stop_cluster VERSION NAME: it is down, however it had been started.
sw_stop_cluster() {
  local port state owner data
  sw_look_and_stop "$1" "$2"
}

# sw_look_and_stop VERSION NAME: the same, and sets the caller's port, state, owner and data
# to what they were.
sw_look_and_stop() {
  sw_see_cluster "$1" "$2"
  ! sw_is_online "$state" || run pg_ctlcluster "$1" "$2" stop
}

# sw_stop_answering VERSION NAME: the same for one that has just answered, and may be down by now all the same.
sw_stop_answering() {
  local status=0
  run pg_ctlcluster "$1" "$2" stop || status=$?
  ((status == 0 || status == 2)) || {
    sw_words pg_ctlcluster "$1" "$2" stop
    sw_note_failure "$status" "$sw_text"
  }
}

# sw_start_setting VERSION NAME: prints when that cluster is started: auto, manual or disabled.
sw_start_setting() {
  local line setting=''
  local file=$sw_postgres_settings/$1/$2/start.conf
  if [[ -e $file ]]; then
    while [[ -z $setting ]] && { IFS= read -r line || [[ -n $line ]]; }; do
      line=${line%%#*}
      setting=${line//[[:space:]]/}
    done <"$file"
  fi
  printf '%s' "${setting:-auto}"
}

# sw_setting_of VERSION NAME SETTING: prints it; nothing when the cluster has no such setting.
sw_setting_of() {
  pg_conftool -s "$1" "$2" show "$3" || :
}

# sw_demand_told_data [VERSION]: the settings of the old cluster, or of that one, say where its data are.
# Where they do not, Debian's tools go by what is there, and not all of them do.
sw_demand_told_data() {
  local version=${1:-$sw_old} data settings
  settings=$sw_postgres_settings/$version/$sw_cluster/postgresql.conf
  data=$(sw_setting_of "$version" "$sw_cluster" data_directory)
  [[ -n $data ]] || fail "cluster $version/$sw_cluster does not say where its data are" \
    "write into $settings: data_directory = 'PATH' (see: pg_lsclusters); nothing was copied"
}

# sw_print_below FOLDER PATH…: prints those PATHs that are, links followed, FOLDER itself or below it.
sw_print_below() {
  local folder path found
  folder=$(readlink -m -- "$1")
  for path in "${@:2}"; do
    found=$(readlink -m -- "$path")
    [[ $found/ != "$folder"/* ]] || printf '%s\n' "$found"
  done
}

# sw_set_port VERSION NAME PORT
sw_set_port() {
  run pg_conftool "$1" "$2" set port "$3"
}

# sw_free_port: prints a port that no cluster has and nothing listens on.
sw_free_port() {
  local port taken
  taken=$(pg_lsclusters -h)
  for ((port = 5433; port < 5533; port++)); do
    [[ ! $taken =~ (^|$'\n')[^\ ]+\ +[^\ ]+\ +$port\  ]] || continue
    ! sw_port_answers "$port" || continue
    printf '%s' "$port"
    return 0
  done
  return 1
}

# sw_port_answers PORT: whether something of this machine listens there, PostgreSQL or not.
sw_port_answers() {
  [[ -S /var/run/postgresql/.s.PGSQL.$1 ]] || (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# sw_system_identifier DATA: prints what every cluster has of its own since it was made.
sw_system_identifier() {
  local identifier
  identifier=$(od -A n -t u8 -N 8 -- "$1/global/pg_control") || return
  printf '%s' "${identifier//[[:space:]]/}"
}

# Seconds that such a tool is waited for: a large cluster takes its time.
sw_cluster_patience=3600

# sw_await_cluster_tools: waits until no such tool is at work here. One whose script was killed may be:
# pg_upgradecluster copies in a process of its own, which its death does not end.
sw_await_cluster_tools() {
  sw_outwait sw_find_cluster_tool "$sw_cluster_patience" end
}

# sw_find_cluster_tool: whether such a tool is at work; which one, in the caller's holder.
sw_find_cluster_tool() {
  local process name
  for process in /proc/[0-9]*; do
    { IFS= read -r name <"$process/comm"; } 2>/dev/null || continue
    # The kernel keeps 15 characters of a name.
    case $name in
      pg_upgradeclust | pg_createcluste | pg_dropcluster | initdb) ;;
      *) continue ;;
    esac
    # A container's processes show here, too.
    [[ $process/root -ef / ]] || continue
    holder="process ${process##*/} ($name) works on a PostgreSQL cluster"
    return 0
  done
  return 1
}

# sw_reload_systemd: systemd learns which clusters are started at boot.
sw_reload_systemd() {
  [[ ! -d /run/systemd/system ]] || run systemctl daemon-reload
}

# definitions: what a PostgreSQL database has beside relations and rows. pg_upgradecluster goes on when one
# of it could not be made anew, and so does pg_restore.

# sw_contents_of_definitions: SQL that prints, behind the place that is set, how many constraints, triggers,
# policies, rules and types each schema has; what extensions keep in tables of theirs; and event triggers,
# publications and subscriptions by name: these come disabled. Each schema's are counted as every version
# since 9.6 has them after they were dumped and restored. So what a partition has from its parent is left
# out, which versions keep differently, and so are constraints of not null, which have been any since 17, and
# multiranges, which come with a range since 14. Privileges are, too: they cannot be compared so.
sw_contents_of_definitions() {
  cat <<'END'
select :'place' || what || ' of schema ' || to_json(nspname) || ' ' || count(*)
  from (
    select case contype when 'c' then 'check' when 'f' then 'foreign key' when 'p' then 'primary key'
        when 'u' then 'unique' else 'exclusion' end || ' constraints', connamespace,
        case contypid when 0 then 'pg_class'::regclass else 'pg_type'::regclass end,
        case contypid when 0 then conrelid else contypid end
      from pg_constraint k
      where contype in ('c', 'f', 'p', 'u', 'x') and coalesce(to_jsonb(k) ->> 'conparentid', '0') = '0'
        -- A partition's own key is one with its parent's when it is restored.
        and not exists (
          select from pg_constraint t
          where k.contype = 'f' and t.contype = 'f' and t.oid <> k.oid and t.conrelid = k.conrelid
            and t.confrelid = k.confrelid and t.conkey = k.conkey and t.confkey = k.confkey
            and coalesce(to_jsonb(t) ->> 'conparentid', '0') <> '0')
        and not exists (
          select from pg_index join pg_class i on i.oid = indexrelid
          where indexrelid = conindid and contype <> 'f' and relkind = 'i'
            and (not indisvalid or exists (select from pg_inherits where inhrelid = indexrelid)))
    union all
    select 'triggers', relnamespace, 'pg_class'::regclass, tgrelid
      from pg_trigger t join pg_class c on c.oid = tgrelid
      where not tgisinternal and coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'
    union all
    select 'policies', relnamespace, 'pg_class'::regclass, polrelid
      from pg_policy join pg_class c on c.oid = polrelid
    union all
    select 'tables with row security', relnamespace, 'pg_class'::regclass, oid
      from pg_class where relrowsecurity
    union all
    select 'rules', relnamespace, 'pg_class'::regclass, ev_class
      from pg_rewrite join pg_class c on c.oid = ev_class where rulename <> '_RETURN'
    union all
    select case typtype when 'd' then 'domains' when 'e' then 'enums' when 'r' then 'ranges'
        else 'composite types' end, typnamespace, 'pg_type'::regclass, t.oid
      from pg_type t left join pg_class c on c.oid = typrelid
      where typtype in ('d', 'e', 'r') or typtype = 'c' and relkind = 'c'
  ) as defined (what, schema, class, object) join pg_namespace n on n.oid = schema
  where nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
    select from pg_depend where classid = class and objid = object and deptype = 'e')
  group by what, nspname;
select :'place' || 'event trigger ' || to_json(evtname) from pg_event_trigger e
  where not exists (
    select from pg_depend
    where classid = 'pg_event_trigger'::regclass and objid = e.oid and deptype = 'e');
select format('select %L || count(*) from (select from only %I.%I %s) as configured having count(*) > 0',
    :'place' || what || ' of extension ' || to_json(extname) || ' ' || to_json(nspname) || '.' ||
    to_json(relname) || ' with rows ', nspname, relname, condition)
  from (
    select 'configuration', extname, relation, condition
      from pg_extension cross join unnest(extconfig, extcondition) as configured (relation, condition)
    union all
    -- pg_dump passes their rows over.
    select 'table', extname, objid, ''
      from pg_extension e join pg_depend on refclassid = 'pg_extension'::regclass and refobjid = e.oid
      where classid = 'pg_class'::regclass and deptype = 'e' and objid <> all (coalesce(extconfig, '{}'))
    union all
    -- And where the sequences are that number the rows which it does not.
    select 'sequence', extname, objid, 'where is_called'
      from pg_extension cross join unnest(extconfig) as configured (relation)
        join pg_depend on refclassid = 'pg_class'::regclass and refobjid = relation
      where classid = 'pg_class'::regclass and deptype in ('a', 'i') and objid <> all (extconfig)
  ) as configured (what, extname, relation, condition)
    join pg_class c on c.oid = relation join pg_namespace n on n.oid = relnamespace
  where relkind = case what when 'sequence' then 'S' else 'r' end
\gexec
select format('select %L || to_json(%I) from %s where %s', :'place' || what || ' ', name, catalog, condition)
  from (values
    ('publication', 'pubname', 'pg_publication', 'true'),
    ('subscription', 'subname', 'pg_subscription',
      'subdbid = (select oid from pg_database where datname = current_database())')
  ) as catalogs (what, name, catalog, condition)
  where to_regclass(catalog) is not null
\gexec
END
}

# contents: what a PostgreSQL cluster holds, in lines that can be compared with another one's.

# Names are written as JSON strings: one line each, whatever is in them. What every version brings
# along by itself is left out: catalogs, and the members of extensions, which are named instead.

# Each version's extensions are below it.
sw_postgres_files=/usr/share/postgresql

# sw_contents_of_cluster: SQL that prints where a cluster has its data, its databases as
# sw_marked_databases does, what it has outside of them, and "end".
sw_contents_of_cluster() {
  printf 'show data_directory;\n'
  sw_marked_databases
  cat <<'END'
select 'role ' || to_json(rolname) from pg_roles where rolname !~ '^pg_';
select 'tablespace ' || to_json(spcname) from pg_tablespace where spcname !~ '^pg_';
-- These two are there in every cluster before anything is copied, each as its maker wanted it.
select 'database ' || to_json(datname) || ' in ' ||
    case when datname in ('postgres', 'template1') then 'any encoding' else pg_encoding_to_char(encoding) end
  from pg_database where datname <> 'template0';
select 'prepared transaction ' || to_json(gid) from pg_prepared_xacts;
select 'end';
END
}

# sw_contents: SQL that prints all of this, then what template1 has, and "end" once more.
sw_contents() {
  sw_contents_of_cluster
  sw_contents_of_database
  printf "select 'end';\n"
}

# sw_contents_of_database: SQL that prints what a database has: its schemas, extensions, functions
# and large objects; the triggers that do not fire as they do by default; its tables, views, indexes
# and sequences; the rows of each table, and where each sequence has got to; and its definitions. A
# trigger's clone on a partition counts as internal up to PostgreSQL 14. The rows of a materialized view are
# those of other tables, as they once were; an index that was never finished is not copied.
# \gset keeps a value, \gexec runs what the query before it has made.
sw_contents_of_database() {
  cat <<'END'
select 'in ' || to_json(current_database()) || ': ' as place
\gset
select :'place' || 'schema ' || to_json(nspname)
  from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema';
select :'place' || 'extension ' || to_json(extname) from pg_extension;
select :'place' || 'large objects ' || count(*) from pg_largeobject_metadata having count(*) > 0;
select :'place' || 'functions of schema ' || to_json(nspname) || ' ' || count(*)
  from pg_proc p join pg_namespace n on n.oid = pronamespace
  where nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
    select from pg_depend
    where classid = 'pg_proc'::regclass and objid = p.oid and deptype in ('e', 'i'))
  group by nspname;
select :'place' || 'trigger ' || to_json(nspname) || '.' || to_json(relname) || '.' || to_json(tgname) ||
    ' ' || tgenabled::text
  from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
  where (not tgisinternal or coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0' and not exists (
      select from pg_constraint k where k.oid = tgconstraint and contype <> 't'))
    and tgenabled <> 'O';
select case relkind
    when 'S' then format('select %L || last_value || %L || is_called from %I.%I',
      line || ' at ', ' ', nspname, relname)
    when 'r' then format('select %L || count(*) from only %I.%I', line || ' with rows ', nspname, relname)
    when 'm' then format('select %L', line ||
      case when relispopulated then ' with data' else ' without data' end)
    else format('select %L', line) end
  from (
    select nspname, relname, relkind, relispopulated, :'place' || case relkind
        when 'r' then case relpersistence when 'u' then 'unlogged table' else 'table' end when 'p' then 'partitioned table' when 'v' then 'view'
        when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence'
        else 'index' end || ' ' || to_json(nspname) || '.' || to_json(relname) as line
      from pg_class c join pg_namespace n on n.oid = relnamespace
      where relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
        and nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
          select from pg_index where indexrelid = c.oid and relkind = 'i' and not indisvalid)
        and not exists (
          select from pg_depend
          where classid = 'pg_class'::regclass and deptype = 'e'
            -- An index is not named as a member itself.
            and objid = coalesce((select indrelid from pg_index where indexrelid = c.oid), c.oid))) as relations
\gexec
END
  sw_contents_of_definitions
}

# sw_ask_contents USER CLUSTER: sets the caller's records to the answers to sw_contents, databases to the
# names of all but template0, and closed to those that let nobody in. Status 2 when the server does not
# tell these names; what it tells of the rest is for sw_take_told to judge.
sw_ask_contents() {
  local -a opened=()
  records=() databases=() closed=()
  mapfile -d '' -t records < <(sw_contents | sw_psql "$1" "$2" template1 --record-separator-zero)
  sw_take_marked "${records[@]:1}"
  local -i count=${#opened[@]}+${#closed[@]}
  # An empty line ends the names.
  ((${#records[@]} > 1 + count)) || return 2
  databases=("${records[@]:1:count}")
  databases=("${databases[@]#?}")
}

# sw_list_contents VERSION NAME FILE [all|- [told]]: writes to FILE what that cluster holds, which is
# online. A database that lets nobody in is named, no more; with "all", there must be none. With "told",
# the caller's records are what it has just answered. What cannot be told stops the step.
sw_list_contents() {
  local cluster=$1/$2 owner database
  local -a opened=() closed=() lines=()
  printf '+ list what the PostgreSQL cluster %s holds\n' "$cluster"
  sw_know_owner "$1" "$2"
  if [[ ${5:-} != told ]]; then
    local -a records=() databases=()
    sw_ask_contents "$owner" "$cluster" || sw_fail_to_list "$cluster"
  fi
  sw_take_told "$1" "$2"
  [[ ${4:-} != all || ${#closed[@]} -eq 0 ]] || sw_fail_to_list "$cluster" "${closed[*]}"
  (umask 077 && : >"$3.part")
  printf '%s\n' "${lines[@]}" >"$3.part"
  for database in "${opened[@]}"; do
    [[ $database != template1 ]] || continue
    sw_contents_of_database | sw_psql "$owner" "$cluster" "$database" >>"$3.part" ||
      sw_fail_to_list "$cluster" "$database"
  done
  LC_ALL=C sort -o "$3.part" -- "$3.part"
  sync "$3.part"
  mv -T -- "$3.part" "$3"
}

# sw_take_told VERSION NAME: sorts the caller's records: sets its opened to the databases that let one in, its
# closed to the others, and its lines to what the cluster holds outside of them, and in template1.
sw_take_told() {
  local record ends=0
  local -a rest=()
  opened=() closed=() lines=()
  sw_take_marked "${records[@]:1}"
  rest=("${records[@]:2+${#opened[@]}+${#closed[@]}}")
  for record in "${rest[@]}"; do
    if [[ $record == end ]]; then ((ends += 1)); else lines+=("$record"); fi
  done
  # Each cluster has a role.
  [[ $ends -gt 0 && ${rest[0]} != end ]] || sw_fail_to_list "$1/$2"
  sw_demand_identity "$1" "$2" "${records[0]}"
  ((ends > 1)) || sw_fail_to_list "$1/$2" template1
}

# sw_demand_identity VERSION NAME DATA: what answers on its port, whose data are in DATA, is that cluster,
# and not another one that listens there since a port was changed in a file alone.
sw_demand_identity() {
  local data
  sw_know_data "$1" "$2"
  [[ $3 -ef $data ]] || fail "what answers for the PostgreSQL cluster $1/$2 is another one: its data are in $3, not in $data" \
    "see: pg_lsclusters; nothing was dropped"
}

# sw_fail_to_list CLUSTER [DATABASE]
sw_fail_to_list() {
  fail "what the PostgreSQL cluster $1 holds${2:+ in database $2} cannot be told, so nothing was dropped" \
    "see the message above, and: pg_lsclusters"
}

# sw_demand_extensions: the new version has the files of every extension that the old cluster was listed
# with: pg_upgradecluster goes on without those that it cannot create.
sw_demand_extensions() {
  local name
  while IFS= read -r name; do
    [[ ! -e $sw_postgres_files/$sw_new/extension/$name.control ]] || continue
    [[ -e $sw_postgres_files/$sw_old/extension/$name.control ]] ||
      fail "cluster $sw_old/$sw_cluster has extension $name, whose files are installed for neither version" \
        "put its files for $sw_new there: its package for $sw_new, or what it was built from; or drop it in the databases that have it: drop extension …" \
        'then run this script again; nothing was copied'
    fail "cluster $sw_old/$sw_cluster has extension $name, which is not installed for PostgreSQL $sw_new" \
      "install its package for $sw_new, if there is one; that for $sw_old is told by: dpkg -S $sw_postgres_files/$sw_old/extension/${name@Q}.control" \
      'or drop it in the databases that have it: drop extension …' \
      'then run this script again; nothing was copied'
  done < <(sed -n 's/^in .*: extension "\(.*\)"$/\1/p' -- "$sw_place/old" | sort -u)
}

# sw_unfinished: SQL that prints, in pairs, what pg_restore may have left otherwise than it was in the
# old cluster: the line that this had, and the statement that makes it so. It reports no more than that
# a materialized view has no data; a view of a view was made after that. And it ends with all triggers
# of a table enabled.
sw_unfinished() {
  cat <<'END'
select unnest(array['in ' || to_json(current_database()) || ': materialized view ' ||
    to_json(nspname) || '.' || to_json(relname) || ' with data',
    format('refresh materialized view %I.%I', nspname, relname)])
  from (select nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'm' and not relispopulated order by c.oid) as views;
select unnest(array['in ' || to_json(current_database()) || ': trigger ' || to_json(nspname) || '.' ||
    to_json(relname) || '.' || to_json(tgname) || ' ' || state,
    format('alter table %I.%I %s trigger %I', nspname, relname, verb, tgname)])
  from (select nspname, relname, tgname, state, verb
    from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
      cross join (values ('D', 'disable'), ('R', 'enable replica'), ('A', 'enable always')) as states (state, verb)
    where (not tgisinternal or coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0' and not exists (
      select from pg_constraint k where k.oid = tgconstraint and contype <> 't'))
      and tgenabled = 'O'
    -- What is set for a partitioned table is set for its partitions, too.
    order by coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0') as triggers;
select '';
END
}

# sw_finish_copy VERSION NAME FILE: that cluster gets what it lacks of sw_unfinished and FILE has. What fails
# is told, and found by the comparison. The functions of a view may rely on the usual search_path.
sw_finish_copy() {
  local cluster=$1/$2 owner database index line listed
  local -a databases=() pairs=()
  local -A had=()
  # Most clusters have nothing of the kind.
  listed=$(LC_ALL=C grep -a -E '^in ".*": (materialized view .* with data$|trigger )' -- "$3") || return 0
  while IFS= read -r line; do
    had[$line]=1
  done <<<"$listed"
  sw_know_owner "$1" "$2"
  sw_list_databases "$owner" "$cluster" || sw_fail_to_list "$cluster"
  for database in "${databases[@]}"; do
    # Names of other characters are written otherwise.
    [[ $database == *[!A-Za-z0-9_-]* || $'\n'$listed == *$'\n'"in \"$database\": "* ]] || continue
    mapfile -d '' -t pairs < <(
      sw_unfinished | sw_psql "$owner" "$cluster" "$database" --record-separator-zero
    )
    [[ ${#pairs[@]} -gt 0 && -z ${pairs[-1]} ]] || sw_fail_to_list "$cluster" "$database"
    for ((index = 0; index + 1 < ${#pairs[@]}; index += 2)); do
      [[ -n ${had[${pairs[index]}]:-} ]] || continue
      printf '+ %s, in database %q of cluster %s\n' "${pairs[index + 1]}" "$database" "$cluster"
      printf '%s;\n' 'set default_transaction_read_only = off' "set search_path = \"\$user\", public" \
        "${pairs[index + 1]}" | sw_psql "$owner" "$cluster" "$database" ||
        printf 'that failed: do it by hand, in database %q of cluster %s: %s\n' "$database" "$cluster" "${pairs[index + 1]}"
    done
  done
}

# sw_own_contents FILE OWNER: prints the lines of FILE that an empty cluster of OWNER would not have.
sw_own_contents() {
  local line
  while IFS= read -r line; do
    case $line in
      "role \"$2\"" | 'database "postgres" in '* | 'database "template1" in '*) ;;
      'in "postgres": schema "public"' | 'in "template1": schema "public"') ;;
      'in "postgres": extension "plpgsql"' | 'in "template1": extension "plpgsql"') ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$1"
}

# copyable: whether pg_upgradecluster can copy a PostgreSQL cluster, and may: asked before it is begun.

# sw_demand_copyable: pg_upgradecluster would take it on. Sets the caller's port, state, owner and data.
sw_demand_copyable() {
  sw_see_cluster "$sw_old" "$sw_cluster"
  [[ $state != *recovery* ]] || fail "cluster $sw_old/$sw_cluster is a standby of another one, which has to be upgraded first"
  sw_demand_enabled
  sw_demand_told_data
  sw_demand_settable_port
  sw_demand_empty_data
  sw_demand_outside
  sw_demand_lasting_settings
}

# sw_demand_enabled: the old cluster may be started; pg_upgradecluster starts it.
sw_demand_enabled() {
  [[ $(sw_start_setting "$sw_old" "$sw_cluster") != disabled ]] ||
    fail "cluster $sw_old/$sw_cluster is disabled" \
      "write auto or manual into $sw_postgres_settings/$sw_old/$sw_cluster/start.conf, or leave this step out"
}

# sw_demand_settable_port: the old cluster's port, as the caller has it, is set where pg_upgradecluster
# will change it: in the first such line of postgresql.conf; the last one that is read counts.
sw_demand_settable_port() {
  local data file own settings=$sw_postgres_settings/$sw_old/$sw_cluster
  local set='^[[:space:]]*port([[:space:]]*=|[[:space:]])'
  sw_know_data "$sw_old" "$sw_cluster"
  own=$(LC_ALL=C sed -n -E "s/${set}[[:space:]]*'?([0-9]+).*/\\2/Ip" -- "$settings/postgresql.conf")
  [[ ${own:-5432} == "$port" ]] || sw_fail_to_set_port "${own:+several lines, or a file that it includes, set}"
  for file in "$settings/conf.d"/*.conf "$data/postgresql.auto.conf"; do
    [[ ! -e $file ]] || ! LC_ALL=C grep -a -q -i -E "$set" -- "$file" || sw_fail_to_set_port "$file sets"
  done
}

# sw_fail_to_set_port WHAT
sw_fail_to_set_port() {
  fail "${1:-a file that is included sets} the port of cluster $sw_old/$sw_cluster, and one line of $sw_postgres_settings/$sw_old/$sw_cluster/postgresql.conf has to" \
    "set it there, once, and take it out elsewhere (alter system reset port); then: pg_ctlcluster $sw_old $sw_cluster restart" \
    'nothing was copied'
}

# sw_demand_empty_data: the new data directory is another one than the old one, and empty.
sw_demand_empty_data() {
  local found=''
  [[ ! -e $sw_new_data ]] || found=$(find -H "$sw_new_data" -mindepth 1 -print -quit)
  [[ -z $found ]] || fail "$sw_new_data is to hold the PostgreSQL cluster $sw_new/$sw_cluster, and is not empty" \
    "move away what is in it; nothing was changed"
}

# sw_demand_outside: the old data directory, which is dropped in the end, is not to hold the new one,
# nor a tablespace: the copy has that in the same place.
sw_demand_outside() {
  local data link below
  sw_know_data "$sw_old" "$sw_cluster"
  [[ -n $data ]] || return 0
  below=$(sw_print_below "$data" "$sw_new_data")
  [[ -z $below ]] || fail "the data of cluster $sw_new/$sw_cluster are to be in $below, within those of $sw_old/$sw_cluster" \
    "set data_directory in $sw_postgres_settings-common/createcluster.conf to another place; nothing was changed"
  for link in "$data/pg_tblspc"/*; do
    [[ ! -L $link ]] || below=$(sw_print_below "$data" "$link")
    [[ -z $below ]] || fail "a tablespace of cluster $sw_old/$sw_cluster is in $below, within its data directory, where its copy would be dropped with it" \
      "move it elsewhere: create tablespace … location …; alter table all in tablespace … set tablespace …; drop tablespace …" \
      "then run this script again; nothing was changed"
  done
}

# sw_demand_lasting_settings: the old cluster's settings name no file in its data directory by the whole path:
# its successor would look for it there, when it is gone.
sw_demand_lasting_settings() {
  local data sw_text
  sw_know_data "$sw_old" "$sw_cluster"
  [[ -n $data ]] || return 0
  # Of these, pg_upgradecluster makes those of the new cluster.
  sw_find_settings_within "$sw_old" "$data" "$data" 'data_directory|hba_file|ident_file|external_pid_file'
  [[ -z $sw_text ]] || fail "settings of cluster $sw_old/$sw_cluster name files in its data directory, which its successor would look for when that is gone" \
    "they are: ${sw_text//$'\n'/, }" \
    "move these files elsewhere, and let the settings name them there; then: pg_ctlcluster $sw_old $sw_cluster restart; nothing was copied"
}

# sw_find_settings_within VERSION DATA FOLDER [NAMES]: sets sw_text to the places in the settings of that
# version's cluster, with its data in DATA, that name something in FOLDER; but for settings NAMES, a pattern.
sw_find_settings_within() {
  local file settings=$sw_postgres_settings/$1/$sw_cluster
  local -a files=()
  for file in "$settings"/*.conf "$settings/conf.d"/*.conf "$2/postgresql.auto.conf"; do
    [[ ! -f $file ]] || files+=("$file")
  done
  sw_text=''
  ((${#files[@]} == 0)) || sw_text=$(LC_ALL=C folder="${3%/}/" but="^[ \t]*(#${4:+|($4)[ \t=]})" awk \
    'index($0, ENVIRON["folder"]) && $0 !~ ENVIRON["but"] { print FILENAME ":" FNR }' "${files[@]}")
}

# sw_demand_undisturbed: nothing of the old cluster, which is online, works on while nobody is let in, keeps the
# copy from being made, or would be lost with it without a word. Who asks before the beginning need not end
# transactions yet.
sw_demand_undisturbed() {
  local index cluster="cluster $sw_old/$sw_cluster" then='then run this script again; nothing was copied'
  local -a found=() lines=()
  local -A disturbing=()
  sw_list_disturbances
  for ((index = 0; index + 1 < ${#found[@]}; index += 2)); do
    disturbing[${found[index]}]+="${disturbing[${found[index]}]:+, }${found[index + 1]}"
  done
  [[ -z ${disturbing[prepared]:-} || $sw_asking == yes ]] || lines+=(
    "$cluster has prepared transactions, which pg_upgradecluster would lose: ${disturbing[prepared]}"
    "end each in its database: commit prepared '…', or rollback prepared '…'; $then"
  )
  [[ -z ${disturbing[subscription]:-} ]] || lines+=(
    "$cluster has subscriptions that are enabled: what they take over while it is copied would be lost: ${disturbing[subscription]}"
    "disable each in its database: alter subscription … disable; $then"
    'after the upgrade: alter subscription … enable; alter subscription … refresh publication with (copy_data = false)'
  )
  [[ -z ${disturbing[slot]:-} ]] || lines+=(
    "$cluster has slots of logical replication, which its successor will not have: ${disturbing[slot]}"
    "let who reads from them fetch everything, and disable that; then: select pg_drop_replication_slot('…'); $then"
  )
  [[ -z ${disturbing[standbys]:-} ]] || lines+=(
    "$cluster waits for standbys, which its successor does not have yet: synchronous_standby_names is ${disturbing[standbys]}"
    "alter system set synchronous_standby_names = ''; select pg_reload_conf(); set it again when they were made anew after the upgrade; $then"
  )
  ((${#lines[@]} == 0)) || fail "${lines[@]}"
}

# sw_list_disturbances: sets the caller's found to pairs: of which kind, and which.
sw_list_disturbances() {
  local owner
  sw_know_owner "$sw_old" "$sw_cluster"
  mapfile -d '' -t found < <(
    sw_psql "$owner" "$sw_old/$sw_cluster" template1 --record-separator-zero <<'END'
select unnest(array['prepared', to_json(gid) || ' in ' || to_json(database)]) from pg_prepared_xacts;
select 'select unnest(array[''subscription'', to_json(subname) || '' in '' || to_json(datname)])
    from pg_subscription join pg_database d on d.oid = subdbid where subenabled'
  where to_regclass('pg_subscription') is not null
\gexec
select unnest(array['slot', to_json(slot_name)::text]) from pg_replication_slots s
  where slot_type = 'logical' and coalesce(to_jsonb(s) ->> 'temporary', 'false') = 'false';
select unnest(array['standbys', setting]) from pg_settings
  where name = 'synchronous_standby_names' and setting <> '';
select 'end';
END
  )
  [[ ${#found[@]} -gt 0 && ${found[-1]} == end ]] || sw_fail_to_list "$sw_old/$sw_cluster"
}

# sw_demand_room_for_copy: the copy takes no more than the databases do now, where it is to be and where
# each tablespace is, and its journal what that may grow to while they are loaded.
sw_demand_room_for_copy() {
  local owner index system folder
  local -a sizes=()
  local -A wants=() room=() mounts=()
  sw_know_owner "$sw_old" "$sw_cluster"
  sw_list_sizes
  for ((index = 0; index < ${#sizes[@]}; index += 2)); do
    # A tablespace may lie within the data directory, and has a path from there.
    folder=${sizes[index + 1]}
    [[ $folder == /* ]] || folder=$sw_new_data
    until [[ -d $folder/ ]]; do
      folder=${folder%/*}
    done
    sw_want_room "$folder/" "${sizes[index]}"
  done
  for system in "${!wants[@]}"; do
    ((room[$system] >= wants[$system])) || fail \
      "${mounts[$system]} has $((room[$system] / 1048576)) MiB free, and the copy of cluster $sw_old/$sw_cluster can take $((wants[$system] / 1048576)) MiB there" \
      "make room there; nothing was copied"
  done
}

# sw_list_sizes: sets the caller's sizes to the bytes and the place of each tablespace, in turn, and of
# the journal. What is in the data directory has none.
sw_list_sizes() {
  mapfile -d '' -t sizes < <(
    sw_psql "$owner" "$sw_old/$sw_cluster" template1 --record-separator-zero <<'END'
select unnest(array[pg_tablespace_size(oid)::text, pg_tablespace_location(oid)])
  from pg_tablespace where spcname <> 'pg_global';
-- Whatever may be set, it does not grow to much more than what is written.
-- What is to be kept for others stays beside that; so does what cannot be archived.
select unnest(array[least(greatest(pg_size_bytes(current_setting('max_wal_size')), 1073741824,
    pg_size_bytes(current_setting('wal_keep_size', true)),
    case current_setting('archive_mode') when 'off' then 0 else 9223372036854775807 end),
    2 * sum(pg_tablespace_size(oid)) + 134217728)::bigint::text, ''])
  from pg_tablespace where spcname <> 'pg_global';
select 'end';
END
  )
  [[ ${#sizes[@]} -gt 4 && ${sizes[-1]} == end ]] || sw_fail_to_list "$sw_old/$sw_cluster"
  unset 'sizes[-1]'
}

# copying: pg_upgradecluster, begun, taken back and begun again.

# What it leaves behind when it is killed, in the order of its work (postgresql-common 200 to 278):
# - the old cluster up, open to its owner alone (until 202 by a pg_hba.conf of its own: the original
#   is pg_hba.conf.pg_upgradecluster);
# - the new data directory, with or without settings below /etc, never started;
# - the new settings as a plain copy of the old ones: for a moment their data_directory and pid file
#   are THE OLD CLUSTER'S, and pg_dropcluster of the new cluster would stop the old one and delete its
#   data. Since 229 that is before the data are copied, earlier it was after;
# - the new cluster up on a port of its own, with some of the data, and databases that let nobody in
#   open in the old one;
# - both down; the old one's start.conf "manual"; the old one on another port; then, last of all, the
#   new one on the port that the old one had: that is the mark of a whole copy.
# It ends with 0 even when rows could not be restored: only a comparison tells.

# sw_begin_copy: the old cluster is noted as it is, not started at boot any more, and stopped.
sw_begin_copy() {
  local port state owner data
  if sw_has_begun; then
    sw_read_begun
    sw_take_back_port
    sw_see_cluster "$sw_old" "$sw_cluster"
    sw_list_old
  else
    # Of an attempt that was given up, the settings may be left.
    [[ ! -e $sw_place/begun ]] || sw_take_back_hba
    sw_demand_copyable
    sw_clear_place
    sw_list_old
    sw_note_begun
    sw_read_begun
  fi
  printf 'manual\n' | replace_file "$sw_postgres_settings/$sw_old/$sw_cluster/start.conf"
  sw_stop_answering "$sw_old" "$sw_cluster"
}

# sw_note_begun: the note that makes what is found of the new cluster from now on an unfinished copy.
sw_note_begun() {
  local port state owner data file=$sw_postgres_settings/$sw_old/$sw_cluster/start.conf
  sw_demand_cluster "$sw_old" "$sw_cluster"
  if [[ -e $file ]]; then
    sw_keep_copy "$file" "$sw_place/start.conf"
  else
    printf 'auto\n' | sw_replace_file "$sw_place/start.conf" 0644
  fi
  printf '%s\n' "$port" "$sw_new_data" | sw_replace_file "$sw_place/begun" 0600
}

# sw_has_begun: whether the copy was begun, and the old cluster is still as it was left then: who
# puts it back into service by hand has ended the attempt.
sw_has_begun() {
  [[ -e $sw_place/begun ]] && [[ $(sw_start_setting "$sw_old" "$sw_cluster") == manual ]]
}

# sw_read_begun: sets sw_port, which the old cluster had and the new one is to have, and sw_new_data.
sw_read_begun() {
  { read -r sw_port && IFS= read -r sw_new_data; } <"$sw_place/begun" ||
    fail "$sw_place/begun does not tell what was begun" "see: pg_lsclusters"
}

# sw_take_back_port: the old cluster has its port and its pg_hba.conf, whatever came between.
sw_take_back_port() {
  local port state owner data
  sw_demand_cluster "$sw_old" "$sw_cluster"
  sw_take_back_hba
  if [[ $port != "$sw_port" ]]; then
    sw_stop_cluster "$sw_old" "$sw_cluster"
    sw_set_port "$sw_old" "$sw_cluster" "$sw_port"
  fi
}

# sw_take_back_hba: where pg_upgradecluster has put a pg_hba.conf of its own, the cluster's is back.
sw_take_back_hba() {
  local hba=$sw_postgres_settings/$sw_old/$sw_cluster/pg_hba.conf
  [[ -e $hba.pg_upgradecluster ]] || return 0
  sw_stop_cluster "$sw_old" "$sw_cluster"
  run mv -f -T -- "$hba.pg_upgradecluster" "$hba"
}

# sw_list_old: notes what the old cluster, in the caller's state, holds before anything is copied.
sw_list_old() {
  local database
  local -a records=() databases=() closed=()
  sw_is_online "$state" || sw_start_closed "$sw_old" "$sw_cluster"
  sw_await_answer "$sw_old" "$sw_cluster" sw_ask_contents
  # A prepared transaction may keep what is to be counted to itself.
  sw_demand_undisturbed
  for database in "${databases[@]}"; do
    [[ $database != *[=\|$'\n']* && $database != postgres*://* ]] || fail \
      "pg_upgradecluster cannot copy database ${database@Q}: it takes the name for something else" \
      "rename it: alter database … rename to …; nothing was copied"
  done
  sw_note_databases
  sw_list_contents "$sw_old" "$sw_cluster" "$sw_place/old" - told
  sw_demand_extensions
  sw_demand_room_for_copy
}

# sw_note_databases: notes the old cluster's databases, as the caller has them, and its closed, those
# that let nobody in. What was once noted as closed stays so: an unfinished copy may have left it open.
sw_note_databases() {
  local -a shut=()
  printf '%s\0' "${databases[@]}" | sw_replace_file "$sw_place/databases" 0600
  [[ ! -e $sw_place/closed ]] || mapfile -d '' -t shut <"$sw_place/closed"
  shut+=("${closed[@]}")
  { ((${#shut[@]} == 0)) || printf '%s\0' "${shut[@]}"; } | sort -u -z |
    sw_replace_file "$sw_place/closed" 0600
}

sw_upgradecluster=/usr/bin/pg_upgradecluster

# sw_copy: the copy itself. When it fails, the old cluster is put back as it was.
sw_copy() {
  local default status=0
  local -a start=() place=()
  # The hook of postgresql-common 278 would have the new cluster started, open to everybody.
  ! sw_only_analyzes || start=(--no-start)
  default=$(sw_default_data)
  [[ $sw_new_data == "$default" ]] || place=("$sw_new_data")
  sw_forget_clusters
  if sw_has_cluster "$sw_new" "$sw_cluster"; then
    sw_take_back_port
    sw_put_old_back
    fail "cluster $sw_new/$sw_cluster was made while $sw_old/$sw_cluster was listed, which serves as before: nothing was copied" \
      "see: pg_lsclusters; run this script again: then the new one is looked at"
  fi
  # Of packages, only those are needed that a database has an extension of, which was seen to.
  ! grep -q -s -e --force-packages -- "$sw_upgradecluster" || start+=(--force-packages)
  sw_run_unhindered pg_upgradecluster "${start[@]}" -v "$sw_new" "$sw_old" "$sw_cluster" "${place[@]}" || status=$?
  ((status > 0)) || return 0
  ! sw_is_copied || fail "pg_upgradecluster copied everything, and then ended with status $status" \
    "look at what it says above, and run this script again: then the copy is compared"
  sw_remove_copy
  sw_take_back_port
  sw_put_old_back
  fail "pg_upgradecluster failed with status $status; cluster $sw_old/$sw_cluster serves as before" \
    "look at what it says above, mend that, and run this script again"
}

# sw_default_data: prints where pg_createcluster puts the data of the new cluster.
sw_default_data() {
  local data
  data=$(pg_conftool -s "$sw_postgres_settings-common/createcluster.conf" show data_directory) || :
  data=${data:-/var/lib/postgresql/%v/%c}
  while [[ $data == ?*/ ]]; do
    data=${data%/}
  done
  data=${data//%v/"$sw_new"}
  printf '%s' "${data//%c/"$sw_cluster"}"
}

# sw_put_old_back: the old cluster serves as it did before the copy was begun.
sw_put_old_back() {
  sw_stop_cluster "$sw_old" "$sw_cluster"
  replace_file "$sw_postgres_settings/$sw_old/$sw_cluster/start.conf" <"$sw_place/start.conf"
  sw_reload_systemd
  sw_start_cluster "$sw_old" "$sw_cluster"
  sw_allow_connections "$sw_old" false
  run rm -f -- "$sw_place/begun" "$sw_place/closed" "$sw_place/proving"
}

# differences: what one list of what a PostgreSQL cluster holds has, and another one lacks.

# sw_lost_contents OLD NEW: prints the lines of file OLD that file NEW lacks. More rows are no loss where the
# old cluster may not tell all of them: an unlogged table is empty after a crash. What an extension keeps
# is copied by one command, or not at all, so all of it is lost or nothing; other figures are of rows that
# the extension itself writes meanwhile, or that a newer one brings along.
sw_lost_contents() {
  local line found missing lenient=': (unlogged table|(configuration|table|sequence) of extension) .* with rows ([0-9]+)$'
  [[ -s $1 && -s $2 ]] || return
  missing=$(LC_ALL=C comm -23 -- "$1" "$2") || return
  [[ -n $missing ]] || return 0
  while IFS= read -r line; do
    if [[ $line =~ $lenient ]]; then
      found=$(sw_rows_of "${line% *}" "$2")
      if [[ ${BASH_REMATCH[1]} == unlogged* ]]; then
        ((found < BASH_REMATCH[3])) || continue
      else
        ((found < 0)) || continue
      fi
    fi
    printf '%s\n' "$line"
  done <<<"$missing"
}

# sw_rows_of BEGINNING FILE: prints the figure that follows BEGINNING in a line of FILE, or -1.
sw_rows_of() {
  local line rows=-1
  while IFS= read -r line; do
    [[ $line != "$1 "* ]] || rows=${line##* }
  done <"$2"
  printf '%s' "$rows"
}

# sw_further_contents FILE1 FILE2: prints the lines of FILE2 for what FILE1 does not have, or has less of.
# Databases that FILE1 names, and was made without looking into, are passed over.
sw_further_contents() {
  local line what figure database rest known
  local -A figures=() seen=() mentioned=()
  # Not every name is UTF-8.
  local LC_ALL=C
  while IFS= read -r line; do
    sw_split_content
    [[ -z $what ]] || figures[$what]=$figure
    [[ -z $database ]] || seen[$database]=yes
    [[ $line != 'database "'*' in '* ]] || mentioned[${what#database }]=yes
  done <"$1"
  while IFS= read -r line; do
    sw_split_content
    known=-1
    [[ -z $what ]] || known=${figures[$what]:--1}
    [[ -z $database || -n ${seen[$database]:-} || -z ${mentioned[$database]:-} ]] || continue
    ((figure <= known)) || sw_is_of_every_copy || printf '%s\n' "$line"
  done <"$2"
}

# sw_split_content: sets the caller's what and figure to the two halves of its line, and database and
# rest to what is before and behind the colon.
sw_split_content() {
  local within='^in ("([^"\\]|\\.)*"): (.*)$'
  what=$line figure=0 database='' rest=$line
  if [[ $line =~ $within ]]; then
    database=${BASH_REMATCH[1]} rest=${BASH_REMATCH[3]}
  fi
  if [[ $rest =~ ^'materialized view '.*' with'(out)?' data'$ ]]; then
    what=${line% with*}
  elif [[ $line == 'database "'*' in '* ]]; then
    what=${line% in *}
  elif [[ $line =~ ^(.*)' '([0-9]+)$ ]]; then
    what=${BASH_REMATCH[1]} figure=${BASH_REMATCH[2]}
  fi
}

# sw_is_of_every_copy: whether the caller's rest is what an unfinished copy may have without the old
# cluster having it: what comes with every database, sequences that nothing was taken from, and
# triggers, which are switched off while rows are copied.
sw_is_of_every_copy() {
  case $rest in
    'sequence '*' at '*' false' | 'trigger '*) ;;
    'schema "public"' | 'extension "plpgsql"' | 'database "postgres" in '*) ;;
    *) return 1 ;;
  esac
}

# unfinished: a copy of a PostgreSQL cluster that was begun: whether it is whole, or can be thrown away.

# sw_is_copied: the unfinished copy has got the old cluster's port, or was taken into use by hand.
# Before 229 the port comes with the settings, a little before the copy is whole; what was last
# started by pg_upgradecluster, closed, was not in use.
sw_is_copied() {
  sw_has_cluster "$sw_new" "$sw_cluster" && [[ -e $sw_new_data/postmaster.opts ]] || return 1
  [[ $(sw_setting_of "$sw_new" "$sw_cluster" data_directory) == "$sw_new_data" ]] || return 1
  [[ $(sw_setting_of "$sw_new" "$sw_cluster" port) == "$sw_port" ]] || return 1
  [[ $(sw_setting_of "$sw_old" "$sw_cluster" port) == "$sw_port" ]] || return 0
  ! sw_ran_closed
}

# sw_ran_closed: whether pg_upgradecluster started the new cluster last: nobody but its owner got in.
sw_ran_closed() {
  local started=''
  IFS= read -r started <"$sw_new_data/postmaster.opts" || :
  [[ $started == *hba_file=/tmp/pg_hba.* ]]
}

# sw_demand_own_copy: what there is of the new cluster is where the copy was begun, and nowhere else.
sw_demand_own_copy() {
  local data found
  data=$(sw_setting_of "$sw_old" "$sw_cluster" data_directory)
  [[ -n $data && ! $sw_new_data -ef $data && $data/ != "$sw_new_data"/* ]] ||
    fail "the data of cluster $sw_old/$sw_cluster are in $sw_new_data, where the copy is to be"
  sw_has_cluster "$sw_new" "$sw_cluster" || return 0
  found=$(sw_setting_of "$sw_new" "$sw_cluster" data_directory)
  [[ -z $found || $found == "$sw_new_data" || $found -ef $data ]] || sw_fail_to_judge
}

# sw_demand_unused: the unfinished copy holds no more than what is copied. After it was cut off,
# somebody may have made a cluster of this name, and used it. What was looked at once is noted in
# unused: its removal may be cut off, too.
sw_demand_unused() {
  local sw_own noted=''
  # What was never started was not used, nor what was closed.
  sw_has_cluster "$sw_new" "$sw_cluster" && [[ -e $sw_new_data/postmaster.opts ]] || return 0
  [[ $(sw_setting_of "$sw_new" "$sw_cluster" data_directory) == "$sw_new_data" ]] || return 0
  ! sw_ran_closed || return 0
  [[ ! -e $sw_place/unused ]] || IFS= read -r noted <"$sw_place/unused" || :
  # Without that file nobody can have used it any more.
  [[ -e $sw_new_data/global/pg_control ]] || return 0
  [[ -z $noted || $noted != "$(sha256sum <"$sw_new_data/global/pg_control")" ]] || return 0
  sw_list_new
  sw_own=$(sw_further_contents "$sw_place/old" "$sw_place/new")
  [[ -z $sw_own ]] || sw_fail_to_judge
  # The control file changes whenever it is started.
  sw_stop_by_data "$sw_new_data"
  sha256sum <"$sw_new_data/global/pg_control" | sw_replace_file "$sw_place/unused" 0600
}

# sw_list_new: notes what the new cluster holds; it is left running or stopped, as it was.
sw_list_new() {
  local port state owner data
  sw_see_cluster "$sw_new" "$sw_cluster"
  if sw_is_online "$state"; then
    sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new"
    return 0
  fi
  # Both may have one port.
  sw_stop_cluster "$sw_old" "$sw_cluster"
  sw_start_closed "$sw_new" "$sw_cluster"
  sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new"
  sw_stop_answering "$sw_new" "$sw_cluster"
}

# sw_is_given_up: a copy was begun, and the old cluster put back into service since; the new one is where
# that copy was to be, or has the settings of the old one, as a copy has them at first.
sw_is_given_up() {
  local found data
  [[ -e $sw_place/begun ]] && sw_has_cluster "$sw_new" "$sw_cluster" || return 1
  sw_read_begun
  found=$(sw_setting_of "$sw_new" "$sw_cluster" data_directory)
  data=$(sw_setting_of "$sw_old" "$sw_cluster" data_directory)
  [[ -z $found || $found == "$sw_new_data" || $found -ef $sw_new_data || $found -ef $data ]]
}

# sw_judge_given_up: such a copy is stale, whole or not, for the old cluster has served since: it is never
# proved, but made anew. It is thrown away where it was never started, or pg_upgradecluster was the last
# to start it: then nobody but its owner has ever got in. After any other start only a person can tell
# whether it was used: rows that were changed in their place do not show in a list.
sw_judge_given_up() {
  sw_demand_own_copy
  if [[ ! -e $sw_new_data/postmaster.opts ]] || sw_ran_closed; then
    sw_remove_copy
    sw_new_data=$(sw_default_data)
  else
    sw_was_begun_as_copy || sw_judge_other_cluster
    sw_fail_to_judge
  fi
}

# sw_was_begun_as_copy: the new cluster's data are where a copy of the old one was begun.
sw_was_begun_as_copy() {
  local copy found
  { read -r _ && IFS= read -r copy; } 2>/dev/null <"$sw_place/begun" || return 1
  found=$(sw_setting_of "$sw_new" "$sw_cluster" data_directory)
  [[ -n $found ]] && [[ $found == "$copy" || $found -ef $copy ]]
}

# sw_remove_copy: the unfinished copy is gone, with its data and its settings.
sw_remove_copy() {
  local settings=$sw_postgres_settings/$sw_new/$sw_cluster
  sw_forget_clusters
  sw_stop_by_data "$sw_new_data"
  # Until it was started it has no tablespaces, and its settings may be the old cluster's.
  if sw_has_cluster "$sw_new" "$sw_cluster" && [[ -e $sw_new_data/postmaster.opts ]]; then
    run pg_conftool "$sw_new" "$sw_cluster" set data_directory "$sw_new_data"
    run pg_conftool "$sw_new" "$sw_cluster" set external_pid_file \
      "/var/run/postgresql/$sw_new-$sw_cluster.pid"
    [[ $(sw_setting_of "$sw_new" "$sw_cluster" data_directory) == "$sw_new_data" ]] ||
      fail "where the data of cluster $sw_new/$sw_cluster are cannot be set" "it was not dropped: see pg_lsclusters"
    run pg_dropcluster "$sw_new" "$sw_cluster"
  fi
  [[ ! -e $sw_new_data/ ]] || run find -H "$sw_new_data" -mindepth 1 -xdev -delete
  [[ ! -e $settings ]] || run rm -rf --one-file-system -- "$settings"
}

# sw_stop_by_data DATA: the server whose data is there is stopped, whatever any setting says of it.
sw_stop_by_data() {
  local pid='' sw_data=$1
  [[ -e $1/postmaster.pid ]] || return 0
  IFS= read -r pid <"$1/postmaster.pid" || :
  [[ $pid =~ ^[0-9]+$ && /proc/$pid/cwd -ef $1 ]] || return 0
  run kill -INT "$pid"
  sw_outwait sw_find_server "$sw_cluster_patience" stop
}

# sw_find_server: whether process pid still serves the caller's sw_data; told in the caller's holder.
sw_find_server() {
  [[ /proc/$pid/cwd -ef $sw_data ]] || return
  holder="process $pid serves $sw_data"
}

# sw_tell_closed: which clusters serve nobody until their copy is whole and proved, and how to have one
# serve before. start.conf, put back, ends the attempt: the next run begins anew. A restart would go
# through systemd, which does not know of a server that was started closed.
sw_tell_closed() {
  local place rest old new name settings
  for place in "$sw_state/clusters"/*; do
    rest=${place##*/}
    old=${rest%%-*}
    rest=${rest#*-}
    new=${rest%%-*}
    name=${rest#*-}
    settings=$sw_postgres_settings/$old/$name
    [[ ! -e $place/proved && -e $settings/start.conf ]] || continue
    [[ $(sw_start_setting "$old" "$name") == manual ]] || continue
    if [[ -e $place/begun ]]; then
      sw_tell_closed_copy
    elif [[ -e $place/proving ]] && sw_has_cluster "$new" "$name"; then
      # It had been upgraded by hand.
      ! sw_runs_open "$(sw_setting_of "$new" "$name" data_directory)" || continue
      sw_complain "  until this has gone on, PostgreSQL cluster $new/$name lets in its owner alone"
      sw_complain "  to have it serve before: pg_ctlcluster $new ${name@Q} stop; pg_ctlcluster $new ${name@Q} start"
      sw_tell_opened
    fi
  done
}

# sw_tell_closed_copy: the same of the caller's place, where a copy was begun. When that has the port, it is
# being proved. It is only said to be dropped when its data are where it was begun: at first its settings
# name those of the old cluster.
sw_tell_closed_copy() {
  local port copy='' data back hba=$settings/pg_hba.conf
  { read -r port && { IFS= read -r copy || :; }; } <"$place/begun" || return 0
  back="cp ${place@Q}/start.conf ${settings@Q}/ && pg_conftool $old ${name@Q} set port $port && { pg_ctlcluster $old ${name@Q} stop; pg_ctlcluster $old ${name@Q} start; }"
  # Up to 202, pg_upgradecluster has put one of its own in its place.
  [[ ! -e $hba.pg_upgradecluster ]] || back="mv -T ${hba@Q}.pg_upgradecluster ${hba@Q} && $back"
  if [[ $(sw_setting_of "$new" "$name" port 2>/dev/null) != "$port" ]]; then
    sw_complain "  until this has gone on, PostgreSQL cluster $old/$name lets in its owner alone, and is not started at boot"
    sw_complain "  to have it serve before: $back"
  else
    data=$(sw_setting_of "$new" "$name" data_directory 2>/dev/null)
    ! sw_runs_open "$data" || return 0
    sw_complain "  until this has gone on, PostgreSQL clusters $old/$name and $new/$name let in their owner alone, and are not started at boot"
    sw_complain '  to go on: run this script again'
    [[ -n $copy && $data == "$copy" ]] || return 0
    sw_complain "  to have $old/$name serve instead, without the copy: pg_dropcluster --stop $new ${name@Q} && $back"
  fi
  sw_tell_opened
}

# sw_tell_opened: which databases of the caller's place the upgrade may have opened for itself.
sw_tell_opened() {
  local -a shut=()
  [[ ! -e $place/closed ]] || mapfile -d '' -t shut <"$place/closed"
  ((${#shut[@]} == 0)) ||
    sw_complain "  then these databases of it may be open, which let nobody in; shut them, with alter database … allow_connections false: ${shut[*]@Q}"
}

# sw_runs_open DATA: the server whose data is there runs, and lets in others than its owner.
sw_runs_open() {
  local started=''
  [[ -e $1/postmaster.pid ]] || return 1
  IFS= read -r started <"$1/postmaster.opts" || :
  [[ $started != *hba_file=/tmp/pg_hba.* && $started != *"hba_file=$sw_cluster_hba"* ]]
}

sw_hooks_early+=(sw_tell_closed)

# proving: whether a new PostgreSQL cluster holds all of the old one, and what follows from it.

# sw_prove: both clusters, open to their owner alone, are compared; the note of it is on the disk when
# this returns. Anything that the new one lacks stops the step.
sw_prove() {
  local lost
  # Should this be cut off, that is what the shut clusters are told by.
  rm -f -- "$sw_place/proved"
  : >"$sw_place/proving"
  sw_part_ports
  sw_look_into_both
  lost=$(sw_lost_contents "$sw_place/old" "$sw_place/new")
  [[ -z $lost ]] || sw_fail_to_prove
  run sync
  sw_note_proved
}

# sw_part_ports: both are down, and do not have the same port.
sw_part_ports() {
  local port state owner data new_port
  sw_look_and_stop "$sw_new" "$sw_cluster"
  new_port=$port
  sw_look_and_stop "$sw_old" "$sw_cluster"
  [[ $new_port == "$port" ]] || return 0
  port=$(sw_free_port)
  sw_set_port "$sw_old" "$sw_cluster" "$port"
}

# sw_look_into_both: notes what both hold, databases that let nobody in included.
sw_look_into_both() {
  local version owner
  local -a records=() databases=() closed=() how=(all told)
  sw_start_both_closed "$sw_cluster" "$sw_old" "$sw_new"
  sw_know_owner "$sw_old" "$sw_cluster"
  sw_await_answer "$sw_old" "$sw_cluster" sw_ask_contents
  sw_note_databases
  # It has not told what is in those that are opened now.
  [[ ! -s $sw_place/closed ]] || how=(all)
  for version in "$sw_old" "$sw_new"; do
    sw_allow_connections "$version" true
  done
  sw_list_contents "$sw_old" "$sw_cluster" "$sw_place/old" "${how[@]}"
  sw_finish_copy "$sw_new" "$sw_cluster" "$sw_place/old"
  sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new" all
  # The new one first: should the power fail in between, it is not the one that crashed.
  for version in "$sw_new" "$sw_old"; do
    sw_allow_connections "$version" false
    sw_stop_answering "$version" "$sw_cluster"
  done
}

# sw_allow_connections VERSION true|false: lets owners into the databases that let nobody in, or no more.
sw_allow_connections() {
  local owner database
  local -a closed=()
  mapfile -d '' -t closed <"$sw_place/closed"
  sw_know_owner "$1" "$sw_cluster"
  for database in "${closed[@]}"; do
    printf '+ alter database %q allow_connections %s, in cluster %s\n' "$database" "$2" "$1/$sw_cluster"
    sw_psql "$owner" "$1/$sw_cluster" template1 --set=name="$database" --set=allow="$2" <<'END'
set default_transaction_read_only = off;
select format('alter database %I allow_connections %s', datname, :'allow')
  from pg_database where datname = :'name'
\gexec
END
  done
}

sw_fail_to_prove() {
  local count settings=$sw_postgres_settings/$sw_old/$sw_cluster
  local -a back=()
  count=$(wc -l <<<"$lost")
  printf '%s\n' "what cluster $sw_new/$sw_cluster lacks:" "$(head -n 15 <<<"$lost")"
  [[ ! -e $sw_place/begun ]] || back=(
    "to go back to the old one:"
    "  pg_dropcluster $sw_new $sw_cluster"
    "  pg_conftool $sw_old $sw_cluster set port $sw_port"
    "  cp ${sw_place@Q}/start.conf $settings/"
    "  pg_ctlcluster $sw_old $sw_cluster start"
  )
  fail "cluster $sw_new/$sw_cluster lacks $count things that $sw_old/$sw_cluster holds: both are stopped, nothing was dropped" \
    "all of them: comm -23 ${sw_place@Q}/old ${sw_place@Q}/new" \
    "to have it copied again: pg_dropcluster $sw_new $sw_cluster, then run this script again" \
    "if what it lacks was rightly deleted in it since: pg_dropcluster $sw_old $sw_cluster, then run this script again" \
    "${back[@]}"
}

# sw_note_proved: what the old cluster is dropped on, later.
sw_note_proved() {
  local data identifier digest
  sw_know_data "$sw_new" "$sw_cluster"
  identifier=$(sw_system_identifier "$data")
  sw_know_data "$sw_old" "$sw_cluster"
  digest=$(sha256sum <"$data/global/pg_control")
  digest="${digest%% *} $data/global/pg_control"
  printf '%s\n' "$identifier" "$digest" | sw_replace_file "$sw_place/proved" 0600
}

# sw_open_new: the new cluster serves in the old one's place, now and at boot.
sw_open_new() {
  local port state owner data
  local -a databases=()
  local settings=$sw_postgres_settings/$sw_new/$sw_cluster
  if [[ -e $sw_place/start.conf && $(sw_start_setting "$sw_new" "$sw_cluster") == manual ]]; then
    replace_file "$settings/start.conf" <"$sw_place/start.conf"
  fi
  sw_reload_systemd
  sw_see_cluster "$sw_new" "$sw_cluster"
  if sw_is_online "$state" && sw_is_closed; then
    sw_stop_cluster "$sw_new" "$sw_cluster"
    state=down
  fi
  sw_is_online "$state" || sw_start_cluster "$sw_new" "$sw_cluster"
  sw_await_answer "$sw_new" "$sw_cluster"
}

# sw_is_closed: the new cluster was started for its owner alone, by this or by pg_upgradecluster.
sw_is_closed() {
  local file
  file=$(sw_psql "$owner" "$sw_new/$sw_cluster" template1 <<<'show hba_file') || return 1
  [[ $file == "$sw_cluster_hba" || $file == /tmp/pg_hba.* ]]
}

# sw_analyze: the planner gets its figures, coarse ones first.
sw_analyze() {
  local owner
  sw_know_owner "$sw_new" "$sw_cluster"
  cd /
  sw_run_unhindered runuser -u "$owner" -- vacuumdb --cluster "$sw_new/$sw_cluster" --no-password --all --analyze-in-stages
}

# sw_only_analyzes: the one thing that is hooked into pg_upgradecluster is an analysis of the copy.
sw_only_analyzes() {
  local -a hooks=("$sw_postgres_settings-common/pg_upgradecluster.d"/*)
  [[ ${#hooks[@]} -eq 1 && ${hooks[0]} == */analyze ]]
}

# sw_drop_old: the old cluster, proved to be in the new one, is gone.
sw_drop_old() {
  sw_has_cluster "$sw_old" "$sw_cluster" || return 0
  sw_forget_clusters
  sw_is_proved drop || fail "cluster $sw_old/$sw_cluster has changed since it was compared: it was not dropped" \
    "run this script again: then it is compared again"
  sw_demand_apart
  sw_keep_settings
  run pg_dropcluster "$sw_old" "$sw_cluster"
  sw_forget_clusters
  sw_drop_settings "$sw_old"
}

# sw_keep_settings: what in the old cluster's folder of settings was not taken over, as what is in
# conf.d, is kept, and told in the end.
sw_keep_settings() {
  local file settings=$sw_postgres_settings/$sw_old/$sw_cluster kept=$sw_state/settings/$sw_old-$sw_cluster
  # Where dropping was cut off, some may be gone by now.
  [[ ! -d $kept ]] || return 0
  [[ ! -e $kept.part ]] || rm -rf -- "$kept.part"
  while IFS= read -r -d '' file; do
    ! sw_is_taken_over "$file" || continue
    mkdir -p -- "$kept.part"
    [[ $file != */* ]] || mkdir -p -- "$kept.part/${file%/*}"
    cp -a -- "$settings/$file" "$kept.part/$file"
    printf '%s\0' "$kept/$file" >>"$sw_state/settings/untold"
  done < <(find "$settings/" ! -type d -printf '%P\0')
  [[ -d $kept.part ]] || return 0
  sync -f "$kept.part"
  mv -T -- "$kept.part" "$kept"
}

# sw_is_taken_over FILE: whether that file of the caller's settings was copied by pg_upgradecluster, or the
# new cluster has the same.
sw_is_taken_over() {
  case $1 in
    postgresql.conf | pg_hba.conf | pg_ident.conf | pg_ctl.conf | start.conf)
      [[ ! -e $sw_place/begun ]] || return 0
      ;;
  esac
  cmp -s -- "$settings/$1" "$sw_postgres_settings/$sw_new/$sw_cluster/$1"
}

# sw_tell_settings: of which settings the administrator has to think.
sw_tell_settings() {
  local file
  [[ -e $sw_state/settings/untold ]] || return 0
  while IFS= read -r -d '' file; do
    warn "pg_upgradecluster did not take over these settings of a cluster, which are kept: ${file@Q}"
  done <"$sw_state/settings/untold"
  rm -f -- "$sw_state/settings/untold"
}

sw_hooks_summary+=(sw_tell_settings)

# sw_demand_apart: nothing of the new cluster is in the old data directory, which goes with all that is
# in it. A tablespace is copied to the place that it had.
sw_demand_apart() {
  local data old new below sw_text
  sw_know_data "$sw_old" "$sw_cluster"
  old=$data
  sw_know_data "$sw_new" "$sw_cluster"
  new=$data
  [[ -n $old && -n $new ]] || fail "where the data of clusters $sw_old/$sw_cluster and $sw_new/$sw_cluster are cannot be told: nothing was dropped" \
    "see: pg_lsclusters"
  below=$(sw_print_below "$old" "$new")
  [[ -n $below ]] || below=$(sw_print_below "$old" "$new/pg_wal" "$new/pg_tblspc"/*)
  [[ -z $below ]] || fail "data of cluster $sw_new/$sw_cluster are in $old, and would go with cluster $sw_old/$sw_cluster: nothing was dropped" \
    "they are in: ${below//$'\n'/, }" \
    "move them elsewhere, a tablespace with: create tablespace … location …; alter table all in tablespace … set tablespace …; drop tablespace …" \
    "then run this script again; do not drop $sw_old/$sw_cluster by hand before"
  sw_find_settings_within "$sw_new" "$new" "$old"
  [[ -z $sw_text ]] || fail "settings of cluster $sw_new/$sw_cluster name files in $old, which would go with cluster $sw_old/$sw_cluster: nothing was dropped" \
    "they are: ${sw_text//$'\n'/, }" \
    'move these files elsewhere, and let the settings name them there; then run this script again'
}

# sw_drop_settings VERSION: its settings are gone, too. A data directory that is a mount point is
# emptied by pg_dropcluster, which cannot remove it, leaves the settings, and ends with 0 all the same.
sw_drop_settings() {
  local data found=missing settings=$sw_postgres_settings/$1/$sw_cluster
  sw_has_cluster "$1" "$sw_cluster" || return 0
  data=$(sw_setting_of "$1" "$sw_cluster" data_directory)
  [[ ! -d $data ]] || found=$(find -H "$data" -mindepth 1 -print -quit)
  [[ -z $found ]] || fail "pg_dropcluster did not drop cluster $1/$sw_cluster, whose data are in ${data:-no directory}" \
    "look at what it says above, mend that, and run this script again"
  run rm -rf --one-file-system -- "$settings"
}

# successor: a PostgreSQL cluster of one version becomes one of another, and nothing is lost.

# The new cluster is a copy by pg_dump and pg_restore: the new release sorts text in another way, so
# that indexes have to be made anew. From the moment when the copying begins until the copy is proved,
# nobody but the owner gets into either cluster, and neither is started at boot. So an unfinished copy
# can be thrown away and made again, as often as it is cut off. The old cluster is dropped when each
# database, relation, row and sequence of it was found in the new one, and as many functions, constraints,
# triggers and what else is counted, and never otherwise. Privileges are not compared.
#
# In $sw_state/clusters/OLD-NEW-NAME:
#   begun       port and state of the old cluster, and where the data of the new one are to be: that
#               directory was empty when this was written
#   start.conf  what the old cluster had before it was kept from being started at boot
#   databases   names of the databases, and closed: of those that let nobody in
#   old, new    what the clusters held when they were looked at last
#   proving     both are shut, or were, to be compared
#   proved      identifier of the new cluster; digest and path of the old one's control file

# sw_name_clusters OLD NEW NAME
sw_name_clusters() {
  sw_old=$1 sw_new=$2 sw_cluster=$3
  sw_place=$sw_state/clusters/$1-$2-$3
}

# sw_clear_place: the folder for notes about the copy is there, with nothing in it, unless an attempt that
# was given up has left databases open: which these are is still to be known.
sw_clear_place() {
  (umask 077 && mkdir -p -- "$sw_place")
  if [[ -e $sw_place/closed && ! -e $sw_place/proved ]]; then
    find "$sw_place" -mindepth 1 ! -name closed -delete
  else
    rm -f -- "$sw_place"/*
  fi
}

# sw_look_at_successor OLD NEW NAME keep|drop: it answers, and the old one is gone or proved. Sets the
# caller's databases to what it holds, and its expected to what the old one was seen to hold.
sw_look_at_successor() {
  local port state owner data
  # The script's own shell keeps nothing for later.
  local -A sw_cluster_owners=() sw_cluster_data=()
  expected=()
  sw_name_clusters "$1" "$2" "$3"
  sw_has_cluster "$sw_new" "$sw_cluster" || return 1
  if sw_has_cluster "$sw_old" "$sw_cluster"; then
    [[ $4 == keep ]] && sw_is_proved keep || return 1
  fi
  sw_look_at_cluster "$sw_new" "$sw_cluster" || return
  sw_is_online "$state" || return 1
  sw_list_databases "$owner" "$sw_new/$sw_cluster" || return
  [[ ! -e $sw_place/databases ]] || mapfile -d '' -t expected <"$sw_place/databases"
}

# sw_holds_expected: each of the caller's expected is among its databases.
sw_holds_expected() {
  sw_missing_databases "${expected[@]}" || return 0
  printf 'the PostgreSQL cluster %s/%s does not hold: %s\n' "$sw_new" "$sw_cluster" "$sw_text"
  return 1
}

# sw_holds_something [DATABASE…]: nobody said what the cluster has to hold, so an empty one may be the
# wrong one; one that holds a DATABASE is not.
sw_holds_something() {
  local database
  for database in "${databases[@]}"; do
    [[ $database == postgres || $database == template1 ]] && [[ " $* " != *" $database "* ]] || return 0
  done
  printf 'the PostgreSQL cluster %s/%s holds no database, and there is no %s/%s to upgrade\n' \
    "$sw_new" "$sw_cluster" "$sw_old" "$sw_cluster"
  printf 'if that is as it should be, leave this step out: --skip\n'
  return 2
}

# sw_is_proved keep|drop: the new cluster is the one that was proved to hold what the old one holds.
# To drop the old one, it must be as it was then, and be stopped: the control file changes whenever it
# is started.
# Where that file is gone, dropping had begun.
sw_is_proved() {
  local identifier digest control found port state owner data
  [[ -e $sw_place/proved ]] || return 1
  { read -r identifier && read -r digest control; } <"$sw_place/proved" || return 1
  sw_know_data "$sw_new" "$sw_cluster"
  found=$(sw_system_identifier "$data") && [[ $found == "$identifier" ]] || return 1
  [[ $1 == drop && -e $control ]] || return 0
  sw_look_at_cluster "$sw_old" "$sw_cluster" && ! sw_is_online "$state" || return 1
  sw_note_cluster "$sw_old/$sw_cluster"
  found=$(sha256sum <"$control") && [[ ${found%% *} == "$digest" ]]
}

# upgrade_cluster OLD NEW NAME keep|drop analyze|- : the upgrade, from wherever an earlier one stopped.
upgrade_cluster() {
  local sw_old sw_new sw_cluster sw_place sw_port='' sw_new_data=''
  sw_name_clusters "$1" "$2" "$3"
  # Locales of the administrator's terminal need not exist here.
  unset "${!LC_@}"
  export LANG=C.UTF-8 LC_ALL=C.UTF-8
  # Shutting down, a large cluster may have much to write.
  export PGCTLTIMEOUT=$sw_cluster_patience
  sw_await_cluster_tools
  sw_forget_clusters
  if sw_has_cluster "$sw_old" "$sw_cluster"; then
    sw_demand_programs
    if ! sw_is_proved "$4"; then
      sw_succeed
    fi
  elif ! sw_has_cluster "$sw_new" "$sw_cluster"; then
    fail "there is no PostgreSQL cluster $sw_old/$sw_cluster, and no $sw_new/$sw_cluster either" \
      "see which there are: pg_lsclusters" "a dump of a database goes into a new one with: pg_restore"
  fi
  sw_open_new
  if [[ $5 == analyze ]] || sw_only_analyzes; then
    sw_analyze
  fi
  [[ $4 != drop ]] || sw_drop_old
}

# sw_demand_programs: the server programs of both versions are there.
sw_demand_programs() {
  local version
  for version in "$sw_old" "$sw_new"; do
    [[ -x $sw_postgres_programs/$version/bin/postgres ]] ||
      fail "the programs of PostgreSQL $version are not installed, and cluster $sw_old/$sw_cluster needs them" \
        "install them: apt-get install postgresql-$version; nothing was changed"
  done
}

# sw_succeed: makes the copy, unless it is there, and proves it.
sw_succeed() {
  sw_judge_new
  if [[ $sw_text != copied ]]; then
    sw_begin_copy
    sw_copy
  fi
  sw_prove
}

# sw_judge_new: what of the new cluster stands in the way of the copy is gone, or this stops the step.
# Sets sw_text: "copied" when the copy is there and only has to be proved; and sw_new_data.
sw_judge_new() {
  sw_text=''
  if sw_has_begun; then
    sw_read_begun
    if sw_is_copied; then
      sw_text=copied
    else
      sw_demand_own_copy
      sw_demand_unused
      sw_remove_copy
    fi
  elif sw_is_given_up; then
    sw_judge_given_up
  elif sw_has_cluster "$sw_new" "$sw_cluster"; then
    sw_judge_other_cluster
  else
    sw_new_data=$(sw_default_data)
  fi
}

# sw_judge_other_cluster: a new cluster that no unfinished copy explains: the empty one that came with
# its package is dropped; one that an upgrade by hand left behind is compared like a copy.
sw_judge_other_cluster() {
  local port state owner data old_state sw_own
  sw_demand_told_data "$sw_old"
  sw_demand_told_data "$sw_new"
  sw_see_cluster "$sw_old" "$sw_cluster"
  old_state=$state
  sw_see_cluster "$sw_new" "$sw_cluster"
  sw_know_data "$sw_new" "$sw_cluster"
  sw_new_data=$data
  sw_know_data "$sw_old" "$sw_cluster"
  [[ ! $sw_new_data -ef $data ]] || fail "clusters $sw_old/$sw_cluster and $sw_new/$sw_cluster have the same data: $data" \
    "set data_directory right in $sw_postgres_settings/$sw_new/$sw_cluster/postgresql.conf; never drop either before"
  if sw_has_begun_to_drop && ! sw_is_online "$state"; then
    run pg_ctlcluster "$sw_new" "$sw_cluster" start || {
      sw_drop_empty
      return
    }
  elif ! sw_is_online "$state"; then
    sw_start_cluster "$sw_new" "$sw_cluster"
  fi
  sw_clear_place
  sw_list_contents "$sw_new" "$sw_cluster" "$sw_place/new"
  sw_own=$(sw_own_contents "$sw_place/new" "$owner")
  if [[ -z $sw_own ]]; then
    printf '%s\n' "$sw_new_data" | sw_replace_file "$sw_place/dropping" 0600
    sw_drop_empty
  elif ! sw_is_online "$old_state" && [[ $(sw_start_setting "$sw_old" "$sw_cluster") == manual ]]; then
    sw_text=copied
  else
    sw_fail_to_judge
  fi
}

# sw_has_begun_to_drop: an earlier run found the new cluster empty and was about to drop it. What it
# may have left of it does not start.
sw_has_begun_to_drop() {
  local noted=''
  { IFS= read -r noted <"$sw_place/dropping"; } 2>/dev/null && [[ $noted == "$sw_new_data" ]]
}

sw_drop_empty() {
  run pg_dropcluster --stop "$sw_new" "$sw_cluster"
  sw_forget_clusters
  sw_drop_settings "$sw_new"
  rm -f -- "$sw_place/dropping"
}

# sw_fail_to_judge: nobody is told to drop the old cluster for what was begun as a copy of it.
sw_fail_to_judge() {
  local advice="if the new one counts, drop the old one and run this script again: pg_dropcluster --stop $sw_old $sw_cluster"
  ! sw_was_begun_as_copy ||
    advice='the new one was begun as a copy of the old one, and nothing has found it whole since: do not drop the old one for it; save what was written to the new one before you drop it'
  [[ -z ${sw_own:-} ]] || printf '%s\n' "$sw_own"
  fail "there are clusters $sw_old/$sw_cluster and $sw_new/$sw_cluster, and both hold something: nothing was dropped" \
    "if the old one counts, drop the new one and run this script again: pg_dropcluster --stop $sw_new $sw_cluster" \
    "$advice"
}

# plan_cluster_upgrade OLD NEW NAME keep|drop analyze|-
plan_cluster_upgrade() {
  local sw_old sw_new sw_cluster sw_place
  sw_name_clusters "$1" "$2" "$3"
  if sw_has_cluster "$1" "$3" || ! sw_has_cluster "$2" "$3"; then
    if sw_has_cluster "$2" "$3"; then
      would pg_dropcluster --stop "$2" "$3"
      would_say '  (only if it is empty, or a copy that was cut off)'
    fi
    would pg_upgradecluster -v "$2" "$1" "$3"
    would_say '  (then both are compared, with nobody let in: databases, what is defined in them, rows and sequences)'
  fi
  would pg_ctlcluster "$2" "$3" start
  if [[ $5 == analyze ]] || sw_only_analyzes; then
    would vacuumdb --cluster "$2/$3" --all --analyze-in-stages
  fi
  if [[ $4 == keep ]]; then
    would_say "  ($1/$3 is kept, stopped: drop it when you need it no more: pg_dropcluster $1 $3)"
  elif sw_has_cluster "$1" "$3" || ! sw_has_cluster "$2" "$3"; then
    would pg_dropcluster "$1" "$3"
    would_say "  (only if $2/$3 was found to hold everything that it holds)"
  fi
}

# clusters: several PostgreSQL clusters of a server, each in its turn, by the functions for one.

# Names of clusters and of databases come as CLUSTER… -- DATABASE…; no name begins with a hyphen. Which
# database is in which cluster nobody has to say: each has to be in one of them.

# sw_split_names CLUSTER… -- DATABASE…: sets the caller's clusters and named.
sw_split_names() {
  clusters=()
  until [[ $1 == -- ]]; do
    clusters+=("$1")
    shift
  done
  named=("${@:2}")
}

# sw_find_named: sets the caller's here to those of its named that are among its databases.
sw_find_named() {
  local name found
  here=()
  for name in "${named[@]}"; do
    for found in "${databases[@]}"; do
      [[ $found != "$name" ]] || here+=("$name")
    done
  done
}

# sw_lacks_named VERSION: whether one of the caller's named is not among its databases, which are all
# that its clusters hold. Sets sw_text to what is to be said of that.
sw_lacks_named() {
  local name names=''
  sw_missing_databases "${named[@]}" || return 1
  for name in "${clusters[@]}"; do
    names+="${names:+, }$1/$name"
  done
  sw_text="none of the PostgreSQL clusters ${names:-of version $1} holds: $sw_text"
}

# sw_find_absent VERSION…: sets sw_text to those of the caller's clusters that are there in none of
# these versions.
sw_find_absent() {
  local name version
  sw_text=''
  for name in "${clusters[@]}"; do
    for version; do
      ! sw_has_cluster "$version" "$name" || continue 2
    done
    sw_text+="${sw_text:+, }$name"
  done
}

# sw_lacks_clusters VERSION…: whether one of the caller's clusters is there in none of these versions.
# Sets sw_text to what is to be said of that.
sw_lacks_clusters() {
  local versions
  sw_find_absent "$@"
  [[ -n $sw_text ]] || return 1
  printf -v versions ' or %s' "$@"
  sw_text="there is no PostgreSQL cluster of version ${versions# or } with the name: $sw_text"
}

# sw_demand_clusters VERSION…: each of the caller's clusters is there in one of these versions.
sw_demand_clusters() {
  ((${#clusters[@]} > 0)) || fail 'no PostgreSQL cluster is named' "see which there are: pg_lsclusters"
  ! sw_lacks_clusters "$@" || fail "$sw_text" \
    "see which there are: pg_lsclusters; nothing was changed"
}

# sw_is_any_named: none of no clusters lacks anything, so that would always hold.
sw_is_any_named() {
  ((${#clusters[@]} > 0)) && return
  printf 'no PostgreSQL cluster is named\n'
  return 2
}

# clusters_are_upgraded OLD NEW keep|drop CLUSTER… -- DATABASE…: each CLUSTER is, and holds what its old
# one was seen to hold; each DATABASE is in one of them.
clusters_are_upgraded() {
  local sw_old sw_new sw_cluster sw_place sw_text name
  local -a clusters=() named=() databases=() expected=() held=()
  sw_split_names "${@:4}"
  sw_is_any_named || return
  for name in "${clusters[@]}"; do
    sw_look_at_successor "$1" "$2" "$name" "$3" || return
    sw_holds_expected || return
    ((${#expected[@]} > 0)) || sw_holds_something "${named[@]}" || return
    held+=("${databases[@]}")
  done
  databases=("${held[@]}")
  sw_lacks_named "$2" || return 0
  printf '%s\n' "$sw_text"
  return 1
}

# upgrade_clusters OLD NEW keep|drop analyze|- CLUSTER…: when all are there, one after the other.
upgrade_clusters() {
  local name sw_text
  local -a clusters=("${@:5}")
  sw_demand_clusters "$1" "$2"
  for name in "${clusters[@]}"; do
    upgrade_cluster "$1" "$2" "$name" "$3" "$4"
  done
}

# plan_clusters_upgrade OLD NEW keep|drop analyze|- CLUSTER…
plan_clusters_upgrade() {
  local name
  for name in "${@:5}"; do
    plan_cluster_upgrade "$1" "$2" "$name" "$3" "$4"
  done
}

# clusters_answer VERSION CLUSTER… -- DATABASE…: each CLUSTER runs, each DATABASE is in one of them, and
# wherever it is, it can be asked. Status 1: one is not there, or is down, or tells nothing yet, as after
# a crash; or they lack a DATABASE.
clusters_answer() {
  local version=$1 cluster name port state owner data sw_text
  local -a clusters=() named=() databases=() here=() held=()
  sw_split_names "${@:2}"
  sw_is_any_named || return
  for cluster in "${clusters[@]}"; do
    sw_look_at_cluster "$version" "$cluster" || return
    sw_is_online "$state" || return 1
    sw_list_databases "$owner" "$version/$cluster" || return 1
    held+=("${databases[@]}")
    sw_find_named
    # It was template1 that told the list.
    for name in "${here[@]}"; do
      [[ $name == template1 ]] || sw_psql "$owner" "$version/$cluster" "$name" <<<'select 1' >/dev/null || return 2
    done
  done
  databases=("${held[@]}")
  ! sw_missing_databases "${named[@]}"
}

# answer_from_clusters VERSION CLUSTER… -- DATABASE…: starts those that are down.
answer_from_clusters() {
  local version=$1 name port state owner data sw_text
  local -a clusters=() named=() databases=() held=()
  sw_split_names "${@:2}"
  sw_demand_clusters "$version"
  for name in "${clusters[@]}"; do
    sw_bring_up "$version" "$name"
    held+=("${databases[@]}")
  done
  databases=("${held[@]}")
  ! sw_lacks_named "$version" || fail "$sw_text" \
    "see which clusters there are, and which databases one holds: pg_lsclusters; runuser -u postgres -- psql --cluster $version/NAME --list" \
    "if they are in another cluster, name that one, too"
}

# plan_clusters_start VERSION CLUSTER…
plan_clusters_start() {
  local name port state owner data
  for name in "${@:2}"; do
    if ! sw_look_at_cluster "$1" "$name" >/dev/null 2>&1 || ! sw_is_online "$state"; then
      would pg_ctlcluster "$1" "$name" start
    fi
  done
}

# dumps: databases of several PostgreSQL clusters saved, from each cluster that holds them.

# What a cluster held when it was last asked is in $sw_state/held/VERSION-NAME, each name with a NUL after
# it: once the cluster has become one of another version, it cannot be asked any more.

# dumps_of_clusters_are_whole FOLDER USER VERSION CLUSTER… -- DATABASE…: each DATABASE is saved as
# FOLDER/CLUSTER/DATABASE.dump from every CLUSTER that held it, and one of them did.
dumps_of_clusters_are_whole() {
  local folder=$1 user=$2 version=$3 cluster name sw_text
  local -a clusters=() named=() databases=() here=() held=()
  sw_split_names "${@:4}"
  ((${#named[@]} > 0)) || return 0
  for cluster in "${clusters[@]}"; do
    sw_recall_held || ! sw_has_cluster "$version" "$cluster" || return 1
    held+=("${databases[@]}")
    sw_find_named
    for name in "${here[@]}"; do
      dump_is_whole "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster" || return
    done
  done
  databases=("${held[@]}")
  ! sw_missing_databases "${named[@]}"
}

# sw_recall_held: sets the caller's databases to what is noted of its cluster. Status 1: nothing is, or
# it is of more than a day ago, and the cluster can be asked.
sw_recall_held() {
  local file=$sw_state/held/$version-$cluster now noted
  databases=()
  [[ -e $file ]] || return 1
  noted=$(stat -c %Y -- "$file") || return
  printf -v now '%(%s)T' -1
  if ((now - noted > sw_dump_age)) && sw_has_cluster "$version" "$cluster"; then
    ! sw_list_databases "$user" "$version/$cluster" 2>/dev/null || return 1
  fi
  mapfile -d '' -t databases <"$file"
}

# sw_note_held: sets the caller's databases to what its cluster holds, and notes it. One that does not
# answer any more, or is gone, holds what was noted of it; one that is gone with no note holds nothing.
sw_note_held() {
  if sw_has_cluster "$version" "$cluster" && sw_list_databases "$user" "$version/$cluster"; then
    (umask 077 && mkdir -p -- "$sw_state/held")
    printf '%s\0' "${databases[@]}" | sw_replace_file "$sw_state/held/$version-$cluster" 0600
  elif ! sw_recall_held && sw_has_cluster "$version" "$cluster"; then
    fail "which databases the PostgreSQL cluster $version/$cluster holds cannot be found out as user $user" \
      "see whether the server runs: pg_lsclusters; start it: pg_ctlcluster $version $cluster start"
  fi
}

# save_dumps_of_clusters FOLDER USER VERSION CLUSTER… -- DATABASE…: saves those that are not.
save_dumps_of_clusters() {
  local folder=$1 user=$2 version=$3 cluster name sw_text
  local -a clusters=() named=() databases=() here=() held=() due=()
  sw_split_names "${@:4}"
  for cluster in "${clusters[@]}"; do
    sw_note_held
    held+=("${databases[@]}")
    sw_find_named
    for name in "${here[@]}"; do
      dump_is_whole "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster" ||
        due+=("$cluster/$name")
    done
  done
  databases=("${held[@]}")
  ! sw_lacks_named "$version" || fail "$sw_text" \
    "see which databases a cluster holds: runuser -u postgres -- psql --cluster $version/NAME --list" \
    "name the cluster that holds it, too (see: pg_lsclusters), or do not name the database"
  [[ -d $folder ]] || run mkdir -p -m 0700 -- "$folder"
  for name in "${due[@]}"; do
    save_dump "$folder/$name.dump" "${name#*/}" "$user" "$version/${name%%/*}"
  done
}

# plan_dumps_of_clusters FOLDER USER VERSION CLUSTER… -- DATABASE…
plan_dumps_of_clusters() {
  local folder=$1 user=$2 version=$3 cluster name sw_text told=yes
  local -a clusters=() named=() databases=() here=() held=()
  sw_split_names "${@:4}"
  for cluster in "${clusters[@]}"; do
    sw_list_databases "$user" "$version/$cluster" 2>/dev/null || sw_recall_held || {
      told=no
      would_say "  (which of the databases cluster $version/$cluster holds cannot be told)"
      continue
    }
    held+=("${databases[@]}")
    sw_find_named
    for name in "${here[@]}"; do
      dump_is_whole "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster" ||
        plan_dump "$folder/$cluster/$name.dump" "$name" "$user" "$version/$cluster"
    done
  done
  databases=("${held[@]}")
  [[ $told == no ]] || ! sw_lacks_named "$version" || would_say "  (this fails: $sw_text)"
}

# output: what the administrator sees, and the same in the log.

sw_log_open=no sw_log_broken=no sw_live=no
sw_dim='' sw_bold='' sw_red='' sw_green='' sw_yellow='' sw_plain=''

# sw_colour auto|always|never: sets the colours that the terminal's lines are shown in.
sw_colour() {
  case $1 in
    never) return 0 ;;
    auto) [[ -t 1 && -t 2 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]] || return 0 ;;
  esac
  sw_dim=$'\e[2m' sw_bold=$'\e[1m' sw_red=$'\e[31m' sw_green=$'\e[32m' sw_yellow=$'\e[33m'
  sw_plain=$'\e[0m'
}

# Lines that nobody watches are held back and written many at a time, before whatever comes next.
sw_held_lines='' sw_held_records=''

# sw_flush: what was held back is written.
sw_flush() {
  local now
  [[ -n $sw_held_lines ]] || return 0
  printf '%s' "$sw_held_lines" 2>/dev/null || exec >/dev/null
  if [[ $sw_log_open == yes ]]; then
    printf -v now '# %(%Y-%m-%d %H:%M:%S)T ' -1
    sw_held_records=${sw_held_records%$'\n'}
    printf '%s\n' "$now${sw_held_records//$'\n'/$'\n'"$now"}" 2>/dev/null >&8 || sw_log_broken=yes
  fi
  sw_held_lines='' sw_held_records=''
}

# sw_show TEXT: one line to standard output. Where that is gone, the log is what there is.
sw_show() {
  sw_flush
  printf '%s\n' "$1" 2>/dev/null || exec >/dev/null
}

# sw_record TEXT: one line to the log, marked as this script's own, with the time.
sw_record() {
  sw_flush
  [[ $sw_log_open == yes ]] || return 0
  printf '# %(%Y-%m-%d %H:%M:%S)T %s\n' -1 "$1" 2>/dev/null >&8 || sw_log_broken=yes
}

# say TEXT: one line to standard output and to the log.
say() {
  sw_show "$1"
  sw_record "$1"
}

# warn TEXT: a line that wants attention but stops nothing.
warn() {
  sw_show "${sw_yellow}note:${sw_plain} $1"
  sw_record "note: $1"
}

# sw_complain TEXT [COLOUR]: a line to standard error and to the log.
sw_complain() {
  sw_flush
  printf '%s\n' "${2:-}$1${2:+$sw_plain}" >&2 2>/dev/null || :
  sw_record "$1"
}

# sw_words WORD…: sets sw_text to these words as they would be typed.
sw_words() {
  local word
  sw_text=''
  for word; do
    case $word in
      '' | *[!A-Za-z0-9_./:@%+,=-]*) word=${word@Q} ;;
    esac
    sw_text+=" $word"
  done
  sw_text=${sw_text# }
}

# sw_duration SECONDS: sets sw_text to "4 s", "2 min 5 s" or "1 h 3 min".
sw_duration() {
  if (($1 < 60)); then
    sw_text="$1 s"
  elif (($1 < 3600)); then
    sw_text="$(($1 / 60)) min $(($1 % 60)) s"
  else
    sw_text="$(($1 / 3600)) h $(($1 % 3600 / 60)) min"
  fi
}

# sw_open_log: everything that is recorded from now on goes to $sw_log, which only root may read.
sw_open_log() {
  local directory=${sw_log%/*}
  [[ -d ${directory:-/} ]] || mkdir -p -- "$directory" || return
  [[ -e $sw_log ]] || (umask 077 && : >"$sw_log") || return
  exec 8>>"$sw_log" || return
  # Between two runs; and a command that was cut off may have left its last line without an end.
  [[ ! -s $sw_log ]] || printf '\n' >&8
  sw_log_open=yes
}

# rules: what a value of each type looks like. The compiler has the same rules; a test compares them.

declare -A sw_rule_words=() sw_rule_accepts=() sw_rule_rejects=()
sw_rule_words[path]='an absolute path, without "." or ".." in it'
sw_rule_accepts[path]="^(/[^/]+)+\$"
sw_rule_rejects[path]="/\\.{1,2}(/|\$)"
sw_rule_words[url]='an http or https address'
sw_rule_accepts[url]="^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?\$"
sw_rule_words['url-or-none']='an http or https address, or nothing'
sw_rule_accepts['url-or-none']="^(https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?)?\$"
sw_rule_words[identifier]='a name of letters, digits and _ . @ : + -, not beginning with a sign'
sw_rule_accepts[identifier]="^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*\$"
sw_rule_words[identifiers]='names with one space between them'
sw_rule_accepts[identifiers]="^([A-Za-z0-9_][A-Za-z0-9_.@:+-]*( [A-Za-z0-9_][A-Za-z0-9_.@:+-]*)*)?\$"
sw_rule_words[version]='a version: a digit first, then letters, digits and . + ~ : -'
sw_rule_accepts[version]="^[0-9][A-Za-z0-9.+~:-]*\$"
sw_rule_words[integer]='a whole number, zero or more'
sw_rule_accepts[integer]="^(0|[1-9][0-9]{0,14})\$"
sw_rule_words[boolean]='yes or no'
sw_rule_accepts[boolean]="^(yes|no)\$"
sw_rule_words[fingerprint]='the 40 hexadecimal digits of a key fingerprint, in capitals'
sw_rule_accepts[fingerprint]="^[0-9A-F]{40}\$"
sw_rule_words[text]='text without control characters'
sw_rule_accepts[text]="^.*\$"

# parameters: their declaration, their types, and --set.

sw_parameters=()
# Those that --set has given another value than their default or the one on record, with spaces around.
sw_given_anew=' '
declare -A sw_types=() sw_helps=() sw_limits=() sw_origins=()

# parameter NAME TYPE HELP [LIMIT…]: declares variable NAME, which holds the default already.
# LIMIT: the choices of a choice; MINIMUM and MAXIMUM of an integer, "-" for none.
parameter() {
  sw_parameters+=("$1")
  sw_types[$1]=$2
  sw_helps[$1]=$3
  sw_origins[$1]=default
  shift 3
  sw_limits[${sw_parameters[-1]}]=''
  (($# == 0)) || printf -v "sw_limits[${sw_parameters[-1]}]" '%s\n' "$@"
}

# other_parameter NAME TYPE DEFAULT HELP [LIMIT…]: the same for one that only other parts read.
other_parameter() {
  printf -v "$1" '%s' "$3"
  parameter "$1" "$2" "${@:4}"
}

# sw_split_lists: names with spaces between them become arrays, NAME_list.
sw_split_lists() {
  local sw_name sw_rest sw_at
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_types[$sw_name]} == identifiers ]] || continue
    sw_rest=${!sw_name}
    for ((sw_at = 0; ${#sw_rest} > 0; sw_at++)); do
      printf -v "${sw_name}_list[$sw_at]" '%s' "${sw_rest%% *}"
      [[ $sw_rest == *' '* ]] || break
      sw_rest=${sw_rest#* }
    done
  done
}

# sw_is_printable TEXT: whether TEXT shows as what it is: no control or invisible characters.
sw_is_printable() {
  [[ $1 != *[[:cntrl:]]* ]] || return 1
  local LC_ALL=C text=$1
  # As bytes of UTF-8: zero-width and direction marks U+200B-200F, 2028-202E, 2060-2069, and FEFF;
  # the controls U+0080-009F; and surrogates, which are no characters.
  [[ $text != *$'\xe2\x80'[$'\x8b'-$'\x8f'$'\xa8'-$'\xae']* ]] &&
    [[ $text != *$'\xe2\x81'[$'\xa0'-$'\xa9']* && $text != *$'\xef\xbb\xbf'* ]] &&
    [[ $text != *$'\xc2'[$'\x80'-$'\x9f']* && $text != *$'\xed'[$'\xa0'-$'\xbf']* ]]
}

# sw_obeys TYPE TEXT: whether TEXT is a value of TYPE. The patterns are those of the compiler.
sw_obeys() {
  local accept=${sw_rule_accepts[$1]} reject=${sw_rule_rejects[$1]:-} text=$2
  sw_is_printable "$text" && [[ $text =~ $accept ]] && [[ -z $reject || ! $text =~ $reject ]]
}

# sw_tell_values NAME: sets sw_text to what a value of parameter NAME may be.
sw_tell_values() {
  local type=${sw_types[$1]} limits=${sw_limits[$1]%$'\n'}
  case $type:${limits//$'\n'/:} in
    choice:*) sw_text="one of ${limits//$'\n'/, }" ;;
    integer: | integer:-:-) sw_text=${sw_rule_words[integer]} ;;
    integer:*:-) sw_text="a whole number of ${limits%%$'\n'*} or more" ;;
    integer:-:*) sw_text="a whole number of ${limits#*$'\n'} or less" ;;
    integer:*) sw_text="a whole number from ${limits/$'\n'/ to }" ;;
    *) sw_text=${sw_rule_words[$type]} ;;
  esac
}

# sw_why_refused NAME TEXT: sets sw_text to what a value of parameter NAME must be, or to nothing.
sw_why_refused() {
  local type=${sw_types[$1]} limits=${sw_limits[$1]} text=$2
  sw_text=''
  if [[ $type == choice ]]; then
    sw_is_printable "$text" && [[ $'\n'$limits == *$'\n'"$text"$'\n'* ]] && return
    sw_tell_values "$1"
    sw_text="must be $sw_text"
  elif ! sw_obeys "$type" "$text"; then
    sw_text="must be ${sw_rule_words[$type]}"
  elif [[ $type == integer && -n $limits ]]; then
    sw_check_limits "$text" "${limits%%$'\n'*}" "${limits#*$'\n'}"
  fi
}

# sw_check_limits NUMBER MINIMUM MAXIMUM: "-" is no limit.
sw_check_limits() {
  local minimum=$2 maximum=${3%$'\n'}
  if [[ $minimum != - ]] && (($1 < minimum)); then
    sw_text="must be $minimum or more"
  elif [[ $maximum != - ]] && (($1 > maximum)); then
    sw_text="must be $maximum or less"
  fi
}

# sw_set NAME=VALUE ORIGIN: sets a parameter. Hyphens in NAME are as good as underscores.
# Status 1, with the reason in sw_text, when there is no such parameter or the value is not one.
sw_set() {
  local sw_name=${1%%=*} sw_value=${1#*=} sw_origin=$2
  if [[ $1 != *=* ]]; then
    sw_text="--set ${1@Q}: write --set NAME=VALUE"
    return 1
  fi
  sw_name=${sw_name//-/_}
  if [[ -z $sw_name || -z ${sw_types[$sw_name]:-} ]]; then
    sw_words "${1%%=*}"
    sw_text="--set $sw_text: no such parameter; there are: ${sw_parameters[*]:-none}"
    return 1
  fi
  sw_why_refused "$sw_name" "$sw_value"
  if [[ -n $sw_text ]]; then
    sw_text="--set $sw_name: $sw_text, got ${sw_value@Q}"
    return 1
  fi
  [[ $sw_origin != flag || ${!sw_name} == "$sw_value" || $sw_given_anew == *" $sw_name "* ]] ||
    sw_given_anew+="$sw_name "
  printf -v "$sw_name" '%s' "$sw_value"
  sw_origins[$sw_name]=$sw_origin
}

# sw_set_arguments: sets sw_text to the --set arguments that this run was given.
sw_set_arguments() {
  local sw_name
  local -a sw_arguments=()
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_origins[$sw_name]} != flag ]] || sw_arguments+=(--set "$sw_name=${!sw_name}")
  done
  sw_words "${sw_arguments[@]}"
}

# journal: one line an event, kept between runs. It is a hint, and each step looks at the system
# itself; only what cannot be looked at rests on it: steps that are done once, and finished parts.

# A line: seconds since 1970, boot id, part, event, step ("-" for the part itself), detail.
# Events of a part: begin, finished. Of a step: start, done, ok, failed, stopped, skipped. sw_events has
# the last one that counts for each step, sw_outcomes the last of all.
sw_begun=no sw_journal=() sw_journal_broken=no sw_events_known=no
declare -A sw_events=() sw_outcomes=() sw_begun_steps=() sw_part_events=() sw_part_boots=() sw_part_times=()

# sw_boot_id: sets sw_text to the id of the running boot.
sw_boot_id() {
  sw_text=''
  read -r sw_text </proc/sys/kernel/random/boot_id
}

# sw_read_journal: takes in what earlier runs noted. A last line that was cut short does not count.
# Status 1, with the reason in sw_text, when this cannot be the journal of this procedure.
sw_read_journal() {
  local file=$sw_state/journal header
  sw_begun=no sw_journal=() sw_events_known=no
  sw_part_events=() sw_part_boots=() sw_part_times=()
  [[ -e $file ]] || return 0
  { mapfile sw_journal <"$file"; } 2>/dev/null
  header=${sw_journal[0]:-}
  header=${header%$'\n'}
  case $header in
    "stepwright-journal 1 $sw_procedure") sw_read_part_events ;;
    'stepwright-journal 1 '*) sw_text="is the journal of another procedure, ${header##* }" ;;
    'stepwright-journal '*) sw_text='is the journal of another version of stepwright' ;;
    *) sw_text='cannot be read as a journal: it is damaged, or is something else' ;;
  esac
  [[ $header == "stepwright-journal 1 $sw_procedure" ]]
}

# sw_journal_has_grown: whether another run has added to the journal since it was read.
sw_journal_has_grown() {
  local -a now=()
  [[ ! -e $sw_state/journal ]] || mapfile now <"$sw_state/journal"
  ((${#now[@]} != ${#sw_journal[@]}))
}

# sw_read_part_events: the events of the parts, which every run has to know.
sw_read_part_events() {
  local line time boot part event finished=no
  for line in "${sw_journal[@]:1}"; do
    # Most lines are of steps, and tell that one is done.
    case $line in
      *$'\t-\t'*$'\n') ;;
      *$'\tstart\t'*$'\n')
        sw_begun=yes
        [[ $finished == yes ]] || continue
        ;;
      *) continue ;;
    esac
    time=${line%%$'\t'*} line=${line#*$'\t'}
    boot=${line%%$'\t'*} line=${line#*$'\t'}
    part=${line%%$'\t'*} line=${line#*$'\t'}
    event=${line%%$'\t'*} line=${line#*$'\t'}
    [[ $time =~ ^[0-9]+$ && $part =~ ^[0-9]+$ ]] || continue
    if [[ $line != $'-\t'* ]]; then
      # A step that was begun again: until the part comes to its end anew, it is not finished.
      [[ $event != start || -z ${sw_part_events[$part]:-} ]] ||
        sw_part_events[$part]=${sw_part_events[$part]// finished /}
      continue
    fi
    sw_part_events[$part]+=" $event "
    sw_part_times[$part]=$time
    [[ $event != finished ]] || finished=yes sw_part_boots[$part]=$boot
  done
}

# sw_know_events: the last event of each step, into sw_events, and which were begun. Most runs can do
# without.
sw_know_events() {
  local event step
  [[ $sw_events_known == no ]] || return 0
  sw_events_known=yes
  sw_events=() sw_outcomes=() sw_begun_steps=()
  ((${#sw_journal[@]} > 1)) || return 0
  while IFS=$'\t' read -r _ _ _ event step _; do
    [[ ${step:--} == - ]] || sw_take_event "$step" "$event"
  done <"$sw_state/journal"
}

# sw_take_event STEP EVENT: a step that was stopped, or could not tell, while its check was asked was not
# begun, and is done if it was; one that was left out counts as if somebody had done it.
sw_take_event() {
  sw_outcomes[$1]=$2
  [[ $2 != @(failed|stopped) || ${sw_events[$1]:-} != @(done|ok|skipped) ]] || return 0
  sw_events[$1]=$2
  case $2 in start | 'done' | ok | skipped) sw_begun_steps[$1]=yes ;; esac
}

# sw_part_has NUMBER EVENT: whether the journal has that event of that part.
sw_part_has() {
  [[ ${sw_part_events[$1]:-} == *" $2 "* ]]
}

# sw_note EVENT [STEP [DETAIL]]: adds a line to the journal.
sw_note() {
  local detail=${3:-}
  [[ $sw_journal_broken == no ]] || return 1
  [[ -z ${2:-} ]] || sw_know_events
  printf '%(%s)T\t%s\t%s\t%s\t%s\t%s\n' -1 "$sw_boot" "$sw_part" "$1" "${2:--}" \
    "${detail//[[:cntrl:]]/ }" 2>/dev/null >>"$sw_state/journal" || {
    # A line may be there in part: another one behind it would be misread.
    sw_journal_broken=yes
    return 1
  }
  if [[ -n ${2:-} ]]; then
    sw_take_event "$2" "$1"
  else
    sw_part_events[$sw_part]+=" $1 "
    [[ $1 != finished ]] || sw_part_boots[$sw_part]=$sw_boot
  fi
}

# sw_note_safely EVENT [STEP [DETAIL]]: the same, and the line is on the disk when this returns.
sw_note_safely() {
  sw_note "$@" || return
  # Ctrl-C reaches sync too, and this script only afterwards.
  sync "$sw_state/journal" || sync "$sw_state/journal"
}

# sw_open_journal: there is one, and lines can be added to it.
sw_open_journal() {
  local header="stepwright-journal 1 $sw_procedure"$'\n'
  [[ ! -e $sw_state/journal || ${sw_journal[-1]} != *$'\n' ]] || return 0
  # The power failed within a line: what is left of it says nothing, and could say something wrong.
  ((${#sw_journal[@]} == 0)) || unset 'sw_journal[-1]'
  ((${#sw_journal[@]} > 0)) || sw_journal=("$header")
  printf '%s' "${sw_journal[@]}" | sw_replace_file "$sw_state/journal" 0600
}

# sw_was_begun STEP: whether the step was begun, in this run or in an earlier one that may have been cut
# off in it; or was found to be done.
sw_was_begun() {
  sw_know_events
  [[ -n ${sw_begun_steps[$1]:-} ]]
}

# sw_is_done STEP: whether the journal has the step as done.
sw_is_done() {
  sw_know_events
  case ${sw_events[$1]:-} in
    done | ok | skipped) return 0 ;;
  esac
  return 1
}

# state: what is kept between runs: the parameters that were set, and the carried values.

# sw_open_state: makes the folder that the state is kept in, where nobody but root may look.
sw_open_state() {
  [[ -d $sw_state/carried ]] || (umask 077 && mkdir -p -- "$sw_state/carried")
}

# sw_forget NAME…: removes these of the files that a run keeps for itself.
sw_forget() {
  local name
  local -a there=()
  for name; do
    [[ ! -e $sw_state/$name ]] || there+=("$sw_state/$name")
  done
  ((${#there[@]} == 0)) || rm -f -- "${there[@]}"
}

# sw_replace_file FILE MODE: FILE gets standard input as its content, whole or not at all.
sw_replace_file() {
  local part=$1.sw-part
  (umask 077 && exec cat >"$part") &&
    { [[ $2 == 0600 ]] || chmod -- "$2" "$part"; } &&
    sync "$part" &&
    mv -f -T -- "$part" "$1" &&
    sync "${1%/*}"
}

# sw_recall_parameters: parameters that an earlier run was given stay so until they are set anew.
sw_recall_parameters() {
  local sw_line sw_name
  [[ -r $sw_state/parameters ]] || return 0
  while IFS= read -r sw_line; do
    sw_name=${sw_line%%=*}
    [[ -n $sw_name && -n ${sw_types[$sw_name]:-} ]] || continue
    if [[ ${sw_origins[$sw_name]} == flag ]]; then
      sw_given_anew=${sw_given_anew// $sw_name / }
      [[ $sw_line == "$sw_name=${!sw_name}" ]] || sw_given_anew+="$sw_name "
    fi
    [[ ${sw_origins[$sw_name]} == default ]] || continue
    sw_set "$sw_line" recorded ||
      sw_refuse "an earlier run had it so: ${sw_text#--set }" "set it anew: --set $sw_name=VALUE"
  done <"$sw_state/parameters"
}

# sw_keep_parameters: notes for later runs and parts which parameters have been set.
sw_keep_parameters() {
  local sw_name sw_line sw_known='' sw_lines=''
  if [[ -r $sw_state/parameters ]]; then
    while IFS= read -r sw_line; do
      sw_known+=$sw_line$'\n'
      # A parameter that only another build of the procedure has is kept for that one.
      sw_name=${sw_line%%=*}
      [[ -z $sw_name || -n ${sw_types[$sw_name]:-} ]] || sw_lines+=$sw_line$'\n'
    done <"$sw_state/parameters"
  fi
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_origins[$sw_name]} == default ]] || sw_lines+="$sw_name=${!sw_name}"$'\n'
  done
  [[ $sw_known == "$sw_lines" ]] ||
    printf '%s' "$sw_lines" | sw_replace_file "$sw_state/parameters" 0600
}

sw_carried=()
declare -A sw_carried_types=() sw_carried_from=()

# carried NAME TYPE [EARLIER]: declares a carried value; EARLIER: an earlier part has to have set it.
carried() {
  sw_carried+=("$1")
  sw_carried_types[$1]=$2
  sw_carried_from[$1]=${3:-}
}

# is_carried NAME: whether carried value NAME has been learnt and is a value of its type.
is_carried() {
  local file=$sw_state/carried/$1 value=''
  [[ -r $file ]] || return 1
  [[ ${sw_carried_types[$1]} != lines ]] || return 0
  IFS= read -r value <"$file" || return 1
  sw_obeys "${sw_carried_types[$1]}" "$value"
}

# By step: the carried values that it reads. By carried value: the steps that learn it, in order.
declare -A sw_reads=() sw_learners=()

# sw_add_learner ID NAME,NAME: the step with that id learns these carried values.
sw_add_learner() {
  local name
  for name in ${2//,/ }; do
    sw_learners[$name]+="${sw_learners[$name]:+ }$1"
  done
}

# sw_make_plan: the plan, with every title as it is by what has been learnt so far.
sw_make_plan() {
  sw_ids=() sw_titles=() sw_options=() sw_once_ids=() sw_ending=' ' sw_reads=() sw_learners=()
  sw_by_name steps
}

# sw_is_unlearnt ID: whether that step reads a carried value that has not been learnt; the step that
# learns it, in sw_text.
sw_is_unlearnt() {
  local name
  [[ -n ${sw_reads[$1]:-} ]] || return 1
  for name in ${sw_reads[$1]//,/ }; do
    is_carried "$name" && continue
    sw_text=${sw_learners[$name]%% *}
    return 0
  done
  return 1
}

# sw_by_name COMMAND…: runs it with $NAME, for a reader, in the place of each carried value that has not been
# learnt. A list stays empty in a plan: what would be done with each of its items is told otherwise then.
sw_by_name() {
  local sw_name
  for sw_name in "${sw_carried[@]}"; do
    if ! is_carried "$sw_name" && [[ $sw_planning${sw_carried_types[$sw_name]} != yeslines ]]; then
      local "$sw_name=\$$sw_name"
    fi
  done
  "$@"
}

# demand_carried NAME…: stops the step unless each of these carried values has been learnt. A plan is shown
# without.
demand_carried() {
  local name
  [[ $sw_planning == no ]] || return 0
  for name; do
    is_carried "$name" || fail "carried value $name is not known; nothing was changed" \
      'the step that learns it was left out: run the script without --skip, --only and --from'
  done
}

# sw_recall_carried: the carried values that have been learnt, into their variables.
sw_recall_carried() {
  local sw_name
  for sw_name in "${sw_carried[@]}"; do
    is_carried "$sw_name" || continue
    if [[ ${sw_carried_types[$sw_name]} == lines ]]; then
      mapfile -t "$sw_name" <"$sw_state/carried/$sw_name"
    else
      IFS= read -r "${sw_name?}" <"$sw_state/carried/$sw_name"
    fi
  done
}

# carry NAME [VALUE…]: learns carried value NAME; a list has as many values as it has items.
# Stops the step when a value is not of its type.
carry() {
  local name=$1 type=${sw_carried_types[$1]} value content=''
  shift
  if [[ $type == lines ]]; then
    for value; do
      sw_obeys text "$value" ||
        fail "carried value $name: an item must be one line of text, got ${value@Q}"
    done
  elif (($# != 1)) || ! sw_obeys "$type" "$1"; then
    sw_words "$@"
    fail "carried value $name: must be ${sw_rule_words[$type]}, got $sw_text"
  fi
  (($# == 0)) || printf -v content '%s\n' "$@"
  printf '%s' "$content" | sw_replace_file "$sw_state/carried/$name" 0600
}

# learn NAME TEXT: the same for what a command printed; a list has an item a line.
learn() {
  local -a items=()
  if [[ ${sw_carried_types[$1]} != lines ]]; then
    carry "$1" "$2"
    return
  fi
  [[ -z $2 ]] || mapfile -t items <<<"$2"
  carry "$1" "${items[@]}"
}

# lock: one run at a time on a machine, whatever its procedure.

# Nobody else may open it: who can read a file can lock it.
sw_lock=/run/stepwright.lock

# sw_take_lock: holds the lock, as descriptor 9, until this shell and its step have ended.
# Status 4 when another run has it, 3 when there is no having it.
sw_take_lock() {
  umask 077
  if ! { exec 9>>"$sw_lock"; } 2>/dev/null; then
    sw_complain "$sw_script: the lock $sw_lock cannot be written; nothing was changed."
    sw_complain '  See: ls -ld /run; findmnt /run; df /run'
    return 3
  fi
  umask 022
  # Whoever only looks at the lock has it for a moment.
  flock -w 1 9 || sw_lock_is_held || return
  printf '%s\t%s\t%s\n' "$$" "$sw_folder/$sw_script" "$sw_log" 2>/dev/null >"$sw_lock" || :
}

# sw_leave_lock: this run has ended by itself: who looks at the lock sees that without trying it.
sw_leave_lock() {
  : 2>/dev/null >"$sw_lock" || :
}

# sw_look_at_lock: whether another run has the lock, without leaving a trace. Status 4 when one has.
sw_look_at_lock() {
  sw_lock_is_free || sw_lock_is_held
}

# sw_lock_is_free: who has had it and has ended by itself has left the file empty.
sw_lock_is_free() {
  [[ ! -s $sw_lock || ! -r $sw_lock ]] || (exec 9<"$sw_lock" && flock -n -s 9) 2>/dev/null
}

# sw_lock_is_held: tells whose it is, as far as that was noted.
sw_lock_is_held() {
  local pid='' script='' log=''
  { IFS=$'\t' read -r pid script log <"$sw_lock"; } 2>/dev/null || :
  sw_complain "$sw_script: another run holds the lock $sw_lock; nothing was changed."
  [[ -n $log ]] || return 4
  if [[ -e /proc/$pid ]]; then
    sw_complain "  It is $script, process $pid. Follow it: tail -f $log"
  else
    sw_complain "  It was $script. It was killed, and the command that it ran still runs."
    sw_complain "  Wait until that has ended, then try again. Follow it: tail -f $log"
  fi
  return 4
}

# options: the command line.

sw_mode=run sw_from='' sw_only='' sw_yes=no sw_reboot=ask sw_allow_ssh=no sw_colour_wanted=auto
sw_skip=() sw_wrong=()

sw_help_options='
  --check           say what would keep this script from starting, and its steps
  --dry-run         say for each step whether it is done, and with which commands it would be
  --list            list the steps
  --status          tell what earlier runs did
  --set NAME=VALUE  set a parameter; later runs and parts remember it
  --yes             do not ask before the first change
  --reboot          reboot without asking when everything is done
  --from STEP       begin with this step
  --only STEP       run this step alone
  --skip STEP       leave this step out
  --allow-ssh       start on an SSH session outside of tmux and screen
  --log FILE        write the log there
  --color WHEN      auto, always or never
  --version         say which procedure and part this is
  --help            show this'

sw_help_statuses='
Exit status: 0 done; 1 a step failed; 2 wrong usage; 3 refused before anything was changed;
4 another run holds the lock; 10 done, reboot needed; 130, 143 stopped on request.'

sw_usage() {
  local sw_name sw_remark sw_help=$sw_help_options
  # Where nothing restarts the machine, there is nothing to ask.
  [[ " ${sw_options[*]} " == *' reboot '* ]] || sw_help=${sw_help/$'\n  --reboot '*'everything is done'/}
  printf 'Use: bash %s [OPTION…]\n\n%s\n%s\n' "$sw_script" "$sw_title" "$sw_help"
  for sw_name in "${!sw_more_options[@]}"; do
    printf '  %-17s %s\n' "$sw_name" "${sw_more_options[$sw_name]}"
  done
  ((${#sw_parameters[@]} == 0)) || printf '\nParameters:\n'
  for sw_name in "${sw_parameters[@]}"; do
    sw_remark=''
    [[ ${sw_origins[$sw_name]} != recorded ]] || sw_remark='  (as an earlier run had it)'
    sw_words "${!sw_name}"
    printf '  %s=%s%s\n      %s\n' "$sw_name" "$sw_text" "$sw_remark" "${sw_helps[$sw_name]}"
    sw_tell_values "$sw_name"
    printf '      (%s)\n' "$sw_text"
  done
  printf '%s\n' "$sw_help_statuses"
}

# sw_take_options ARGUMENT…: reads the command line; what is wrong with it goes to sw_wrong.
sw_take_options() {
  local sw_option sw_value
  while (($# > 0)); do
    sw_option=$1 sw_value=''
    shift
    case $sw_option in
      --set | --from | --only | --skip | --log | --color | --colour)
        if (($# == 0)); then
          sw_wrong+=("$sw_option needs a value")
          return 0
        fi
        sw_value=$1
        shift
        ;;
      --set=* | --from=* | --only=* | --skip=* | --log=* | --color=* | --colour=*)
        sw_value=${sw_option#*=}
        sw_option=${sw_option%%=*}
        ;;
    esac
    sw_take_option "$sw_option" "$sw_value"
  done
}

sw_take_option() {
  case $1 in
    --check | --dry-run | --list | --status | --version | --help) sw_take_mode "${1#--}" ;;
    -h) sw_take_mode help ;;
    --set) sw_set "$2" flag || sw_wrong+=("$sw_text") ;;
    --yes | -y) sw_yes=yes ;;
    --reboot) sw_reboot=yes ;;
    --allow-ssh) sw_allow_ssh=yes ;;
    --from) sw_name_step "$1" "$2" && sw_from=$2 ;;
    --only) sw_name_step "$1" "$2" && sw_only=$2 ;;
    --skip) sw_name_step "$1" "$2" && sw_skip+=("$2") ;;
    --log) sw_take_log "$2" ;;
    --color | --colour)
      case $2 in
        auto | always | never) sw_colour_wanted=$2 ;;
        *) sw_wrong+=("$1 must be auto, always or never, got ${2@Q}") ;;
      esac
      ;;
    -*)
      if [[ -n ${sw_more_options[$1]:-} ]]; then
        sw_taken_options+=("$1")
      else
        sw_wrong+=("no such option: ${1@Q}")
      fi
      ;;
    *) sw_wrong+=("nothing but options is taken, got ${1@Q}") ;;
  esac
}

# sw_take_mode MODE: --help goes before all others; two others at once are one too many.
sw_take_mode() {
  case $sw_mode:$1 in
    run:* | *:help | "$1:$1") sw_mode=$1 ;;
    help:*) ;;
    *) sw_wrong+=("either --$sw_mode or --$1, not both") ;;
  esac
}

# sw_name_step OPTION VALUE: the names themselves are looked at when the steps are known.
sw_name_step() {
  [[ -n $2 ]] || sw_wrong+=("$1 needs the name of a step (see --list)")
}

sw_take_log() {
  if ! sw_obeys path "$1"; then
    sw_wrong+=("--log must be an absolute path, got ${1@Q}")
  elif [[ -e $1 && ! -f $1 ]]; then
    sw_wrong+=("--log must be a plain file, and ${1@Q} is none")
  else
    sw_log=$1
  fi
}

# sw_check_step_names: the steps that the options name have to be there.
sw_check_step_names() {
  local name
  for name in "$sw_from" "$sw_only" "${sw_skip[@]}"; do
    if [[ -z $name ]]; then
      continue
    elif [[ -z ${sw_index_of[$name]:-} ]]; then
      sw_wrong+=("no such step: ${name@Q} (see --list)")
    elif [[ ${sw_options[sw_index_of[$name]]} == *' reboot '* ]]; then
      sw_wrong+=("$name is the reboot at the end: it can be neither left out nor run by itself")
    fi
  done
  [[ -z $sw_only || -z $sw_from${sw_skip[*]} ]] ||
    sw_wrong+=('--only runs one step alone: leave out --from and --skip')
}

# sw_usage_errors: tells what is wrong with the command line, all at once. Status 2 when anything is.
sw_usage_errors() {
  ((${#sw_wrong[@]} > 0)) || return 0
  local what
  for what in "${sw_wrong[@]}"; do
    sw_complain "$sw_script: $what"
  done
  sw_complain "Try: bash $sw_script --help"
  return 2
}

# session: whether what this script runs in would take the sight of it along when it drops.

sw_proc=/proc

# sw_find_session: sets sw_text to "ssh" when an SSH server is above this process and nothing that
# outlives it is in between. Variables do not tell: sudo takes them away.
sw_find_session() {
  local pid=$$ parent name line
  sw_text=''
  while ((pid > 1)); do
    name='' parent=0
    while IFS= read -r line; do
      case $line in
        Name:*) name=${line#Name:?} ;;
        PPid:*)
          parent=${line#PPid:?}
          break
          ;;
      esac
    done 2>/dev/null <"$sw_proc/$pid/status" || return 0
    case $name in
      tmux* | screen* | SCREEN* | mosh-server | dtach | abduco | zellij*) return 0 ;;
      sshd* | dropbear*)
        sw_text=ssh
        return 0
        ;;
    esac
    pid=$parent
  done
}

# sw_require_session: a bare SSH session takes the screen along when it drops. What is only looked at
# is told, and no more.
sw_require_session() {
  local what='this is an SSH session outside of tmux and screen'
  [[ $sw_allow_ssh == no ]] || return 0
  sw_find_session
  [[ $sw_text == ssh ]] || return 0
  if [[ $sw_mode == run ]]; then
    sw_refuse "$what" \
      "run it in tmux or screen; or say --allow-ssh: it goes on when the session drops, and can be followed with: tail -f $sw_log"
  else
    warn "$what: a run has to be told --allow-ssh"
  fi
}

# sw_require_consent: somebody has said yes, or can be asked.
sw_require_consent() {
  [[ $sw_yes == yes || -t 0 ]] ||
    sw_refuse 'there is no terminal to ask on' 'say --yes to go on without being asked'
}

# preflight: what has to hold before the first change. Every refusal is told, each with its remedy.

sw_refusals=() sw_way=''
sw_apt_methods=/usr/lib/apt/methods

# sw_refuse WHAT REMEDY: a reason not to start.
sw_refuse() {
  sw_refusals+=("$1" "$2")
}

# asks_until_begun ID: what is required from here on is of a further way, which begins with step ID.
asks_until_begun() {
  sw_way=$1
}

# sw_started: whether an earlier run has begun to change this machine on the way that is asked for.
sw_started() {
  if [[ -n $sw_way ]]; then
    sw_was_begun "$sw_way"
  else
    [[ $sw_begun == yes ]]
  fi
}

# sw_os_release NAME: sets sw_text to that value of os-release, read and not executed.
sw_os_release() {
  local line
  sw_text=''
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line == "$1="* ]] || continue
    sw_text=${line#*=}
    sw_text=${sw_text#[\"\']}
    sw_text=${sw_text%[\"\']}
  done </etc/os-release
}

# sw_codename: sets sw_text to the release's codename; Debian 9 has it in VERSION alone.
sw_codename() {
  sw_os_release VERSION_CODENAME
  [[ -z $sw_text ]] || return 0
  sw_os_release VERSION
  [[ $sw_text =~ \(([a-z]+)\) ]] && sw_text=${BASH_REMATCH[1]}
}

# require_bash MAJOR.MINOR
require_bash() {
  local major=${1%.*} minor=${1#*.}
  ((BASH_VERSINFO[0] > major || (BASH_VERSINFO[0] == major && BASH_VERSINFO[1] >= minor))) ||
    sw_refuse "bash $1 or later is needed, this is ${BASH_VERSION}" "install a newer bash and run this script with it"
}

require_root() {
  ((EUID == 0)) || sw_refuse "only root can do this" "run it with: sudo bash $sw_script"
}

# require_release CODENAME NAME…: the machine runs one of these releases.
require_release() {
  local found known=''
  sw_codename
  found=$sw_text
  while (($# > 0)); do
    [[ $found != "$1" ]] || return 0
    known+=" or $2 ($1)"
    shift 2
  done
  sw_refuse "this machine runs ${found:-an unknown release}, and this script is for${known# or}" \
    "use the procedure that was made for ${found:-that release}"
}

# require_architecture NAME
require_architecture() {
  local found
  found=$(dpkg --print-architecture 2>/dev/null) || found=unknown
  [[ $found == "$1" ]] ||
    sw_refuse "this machine's architecture is $found, and this script is for $1" "there is no other way"
}

# require_commands NAME…: programs that the script cannot do without from the start.
require_commands() {
  local name
  for name; do
    type -P -- "$name" >/dev/null ||
      sw_refuse "the command $name is missing" "install the package that has it; it is looked for in: $PATH"
  done
}

# require_command NAME PACKAGE
require_command() {
  type -P -- "$1" >/dev/null ||
    sw_refuse "the command $1 is missing" "install it: apt-get install $2"
}

# require_space PATH MEBIBYTES PURPOSE: asked on the file system that PATH is on, or will be on.
require_space() {
  local path available
  sw_started && return
  sw_find_existing "$1"
  path=$sw_text
  available=$(df --output=avail -B 1048576 -- "$path" 2>/dev/null | tail -n 1) || available=''
  available=${available//[[:space:]]/}
  if [[ ! $available =~ ^[0-9]+$ ]]; then
    sw_refuse "the free space on $path could not be found out" "see: df $path"
  elif ((available < $2)); then
    sw_refuse "$path has $available MiB free, and $3 need $2 MiB" "make room there, or give it another disk"
  fi
}

# require_unit NAME: systemd knows the unit.
require_unit() {
  local state
  state=$(systemctl show --property=LoadState --value -- "$1" 2>/dev/null) || state=unknown
  [[ $state == loaded ]] || sw_started ||
    sw_refuse "there is no unit $1 here (systemd says: ${state:-nothing})" "see: systemctl list-unit-files"
}

# require_reachable URL
require_reachable() {
  sw_started && return
  curl -fsSL --max-time 30 --retry 2 --output /dev/null -- "$1" 2>/dev/null ||
    sw_refuse "$1 does not answer" "see: curl -fL $1; if it has moved, set its parameter anew"
}

# require_apt_https ADDRESS…: apt can read those of them that begin with https; up to apt 1.4 it could not
# by itself.
require_apt_https() {
  local address
  for address; do
    [[ $address == https:* && ! -e $sw_apt_methods/https ]] || continue
    sw_refuse "apt cannot read $address: it has no $sw_apt_methods/https" \
      'install it: apt-get install apt-transport-https ca-certificates'
    return
  done
}

# require_true FUNCTION REFUSAL REMEDY [always] [found=WORD]: a requirement of the procedure's own. What
# it has printed takes the place of WORD in what is told.
require_true() {
  local sw_printed sw_text sw_refusal=$2 sw_option sw_always=no sw_word=''
  for sw_option in "${@:4}"; do
    case $sw_option in
      always) sw_always=yes ;;
      found=*) sw_word=${sw_option#*=} ;;
    esac
  done
  [[ $sw_always == yes ]] || ! sw_started || return 0
  ! sw_printed=$("$1" </dev/null 2>/dev/null) || return 0
  sw_fill_in "$2" "$sw_word" "$sw_printed"
  sw_refusal=$sw_text
  sw_fill_in "$3" "$sw_word" "$sw_printed"
  sw_refuse "$sw_refusal" "$sw_text"
}

# sw_fill_in TEXT WORD FOUND: sets sw_text to TEXT, with FOUND in the place of each WORD unless one of the
# two is empty. Versions of bash differ in what they read into FOUND in `${TEXT//WORD/FOUND}`.
sw_fill_in() {
  local rest=$1
  sw_text=''
  if [[ -n $2 && -n $3 ]]; then
    while [[ $rest == *"$2"* ]]; do
      sw_text+=${rest%%"$2"*}$3
      rest=${rest#*"$2"}
    done
  fi
  sw_text+=$rest
}

# sw_require_parts: the part before this one is finished, the machine was rebooted since, and what
# this part has to know was learnt.
sw_require_parts() {
  ((sw_part > 1)) || return 0
  local before=${sw_scripts[sw_part - 2]} name file remedy
  if ! sw_part_has "$((sw_part - 1))" finished; then
    sw_refuse "$before has not finished on this machine" "run it first: bash $before"
    return 0
  fi
  [[ ${sw_part_boots[$((sw_part - 1))]} != "$sw_boot" ]] ||
    sw_refuse "the machine was not rebooted since $before finished" 'reboot it: systemctl reboot; then run this script again'
  for name in "${sw_carried[@]}"; do
    if [[ -z ${sw_carried_from[$name]} ]] || is_carried "$name"; then
      continue
    fi
    file=$sw_state/carried/$name
    remedy="run $before again: bash $before"
    # Behind a part that has begun, that one does nothing any more.
    ! sw_part_has "$sw_part" begin || remedy="write it there, in a line of its own"
    sw_refuse "what $before has learnt of ${name//_/ } is not in $file" "get that file back from a backup; or $remedy"
  done
}

# sw_require_settled: no step that can be done only once was cut off half-way, unless somebody has
# looked, and says by naming it whether it is to be done or left out.
sw_require_settled() {
  local id
  for id in "${sw_once_ids[@]}"; do
    sw_know_events
    [[ ${sw_events[$id]:-} == start ]] || continue
    [[ $sw_from != "$id" && $sw_only != "$id" && " ${sw_skip[*]} " != *" $id "* ]] || continue
    sw_refuse "step $id can be done only once, and a run was cut off while it did it: whether it is done cannot be told" \
      "look for yourself; if it is done: --skip $id; if it is not: --from $id"
  done
}

# sw_require_notes: what this run has to note can be written. A full disk shows when it is.
sw_require_notes() {
  local path
  for path in "$sw_state" "$sw_log"; do
    sw_find_existing "$path"
    [[ -w $sw_text ]] ||
      sw_refuse "$path cannot be written" "is it mounted read-only? see: findmnt -T $sw_text; mend it: mount -o remount,rw …"
  done
}

# sw_find_existing PATH: sets sw_text to PATH, or the nearest folder above it that is there.
sw_find_existing() {
  sw_text=$1
  while [[ ! -e $sw_text && $sw_text == */* ]]; do
    sw_text=${sw_text%/*}
  done
  sw_text=${sw_text:-/}
}

# require_kernel VERSION: the running kernel is at least this one.
require_kernel() {
  local running oldest
  running=$(uname -r)
  oldest=$(printf '%s\n%s\n' "$1" "${running%%-*}" | sort -V | head -n 1)
  [[ $oldest == "$1" ]] ||
    sw_refuse "the running kernel is $running, and $1 or later is needed" \
      "boot the newest installed kernel (see: ls /boot; the boot loader's menu), then run this script again"
}

# sw_refused: tells every refusal. Status 3 when there is one. After a reboot nobody is there to see it:
# the log has it then.
sw_refused() {
  ((${#sw_refusals[@]} > 0)) || return 0
  local index
  [[ -z ${STEPWRIGHT_UNIT:-} || $sw_mode != run ]] || sw_open_log 2>/dev/null || :
  sw_complain "$sw_script cannot start; nothing was changed."
  for ((index = 0; index < ${#sw_refusals[@]}; index += 2)); do
    sw_complain "  - ${sw_refusals[index]}"
    sw_complain "    ${sw_refusals[index + 1]}"
  done
  return 3
}

# steps: the plan, and each step's way from "not yet" to "done".

sw_ids=() sw_titles=() sw_options=() sw_once_ids=() sw_left_ids=()
declare -A sw_index_of=() sw_answers=() sw_counts=()
# Steps whose beginning ends the need for others, with a space around each.
sw_ending=' '
# The step that could not tell whether it holds still, where that was asked for another one's sake.
sw_doubt=''
sw_status=0

# step ID TITLE [OPTION…]: adds a step to the plan. Options: once; reboot; until=ID; until-begun=ID;
# needs=ID,ID; follows=ID (that step can be the reason to do this one again); opposite=ID (that step
# is the reason to do this one again); when=VALUE is=WANTED (the step is wanted only where they are
# the same); learns=NAME,NAME (carried values that steps of this part read); reads=NAME,NAME (carried
# values that steps of this part learn).
step() {
  sw_index_of[$1]=${#sw_ids[@]}
  sw_ids+=("$1")
  sw_titles+=("$2")
  sw_options+=(' ')
  (($# == 2)) || sw_add_options "$@"
}

# sw_add_options ID TITLE OPTION…
sw_add_options() {
  local id=$1 option value='' options=' '
  for option in "${@:3}"; do
    case $option in
      when=*) value=${option#when=} ;;
      until-begun=*)
        options+="$option "
        sw_ending+="${option#*=} "
        ;;
      is=*) [[ ${option#is=} == "$value" ]] || options+='left-out ' ;;
      reads=*) sw_reads[$id]=${option#reads=} ;;
      learns=*)
        options+="$option "
        sw_add_learner "$id" "${option#learns=}"
        ;;
      *) options+="$option " ;;
    esac
  done
  sw_options[-1]=$options
  [[ $options != *' once '* ]] || sw_once_ids+=("$id")
}

# sw_option NAME: sets sw_text to the value of option NAME=VALUE of the current step.
sw_option() {
  local options=${sw_options[sw_index]}
  sw_text=''
  [[ $options == *" $1="* ]] || return 1
  sw_text=${options##*" $1="}
  sw_text=${sw_text%% *}
}

# sw_has WORD: whether the current step has that option.
sw_has() {
  [[ ${sw_options[sw_index]} == *" $1 "* ]]
}

# sw_look: asks whether the current step is done. Sets sw_status: 0 it is, 1 it is not, else unknown.
sw_look() {
  local sw_id=${sw_ids[sw_index]}
  sw_status=0 sw_doubt=''
  case ${sw_options[sw_index]} in
    *' until='*)
      ! sw_is_over && [[ -z $sw_doubt ]] || return 0
      sw_status=0
      ;;&
    *' until-begun='*) ! sw_is_past || return 0 ;;&
    *' once '*) if sw_is_done "$sw_id"; then sw_status=0; else sw_status=1; fi ;;
    *) sw_ask "$sw_id" ;;
  esac
}

# sw_is_over: whether the step that ends the need for the current one was done, and holds still. Where that
# cannot be told, it stands in sw_doubt: a service is not stopped for a database that is slow to answer.
sw_is_over() {
  local sw_until
  sw_option until && sw_is_done "$sw_text" || return 1
  sw_until=$sw_text
  [[ ${sw_events[$sw_until]} != skipped ]] || return 0
  [[ ${sw_options[sw_index_of[$sw_until]]} != *' once '* ]] || return 0
  sw_ask "$sw_until"
  sw_answers[$sw_until]=$sw_status
  ((sw_status <= 1)) || sw_doubt=$sw_until
  ((sw_status == 0))
}

# sw_is_past: whether the step whose beginning ends the need for the current one was begun.
sw_is_past() {
  sw_option until-begun && sw_was_begun "$sw_text"
}

# sw_ask ID: asks the check of that step, unless it has answered and nothing was changed since. A check that
# reads what nobody has learnt could not tell: it would take that for empty.
sw_ask() {
  sw_status=0
  if [[ ${#sw_reads[@]} != 0 ]] && sw_is_unlearnt "$1"; then
    sw_status=2
    return 0
  fi
  if [[ ${#sw_answers[@]} != 0 && -n ${sw_answers[$1]:-} ]]; then
    sw_status=${sw_answers[$1]}
    return 0
  fi
  "${1//-/_}__check" >&7 2>&1 9>&- || sw_status=$?
}

# sw_left_out: whether the current step is not to be run, and why, in sw_text.
sw_left_out() {
  local id=${sw_ids[sw_index]}
  if [[ ${sw_options[sw_index]} == *' left-out '* ]]; then
    sw_text='not wanted'
  elif [[ -n $sw_only && $sw_only != "$id" ]]; then
    sw_text=--only
  elif [[ -n $sw_from ]] && ((sw_index < sw_index_of[$sw_from])); then
    sw_text=--from
  elif [[ " ${sw_skip[*]} " == *" $id "* ]]; then
    sw_text=--skip
  else
    return 1
  fi
}

# sw_leave_out: passes over the current step, for the reason in sw_text.
sw_leave_out() {
  local id=${sw_ids[sw_index]}
  [[ $sw_text == 'not wanted' ]] || sw_left_ids+=("$id")
  [[ $sw_text != --only ]] || return 0
  sw_line skipped "$sw_dim" "$sw_text"
  [[ $sw_text != --skip ]] || sw_is_done "$id" || sw_note skipped "$id" || :
}

# sw_line OUTCOME COLOUR [REMARK]: the progress line of the current step.
sw_line() {
  local id=${sw_ids[sw_index]} number=$((sw_index + 1)) total=${#sw_ids[@]} line
  printf -v line '[%*d/%d] %s%-8s%s %s%s%s  %s%s\n' "${#total}" "$number" "$total" \
    "$2" "$1" "$sw_plain" "$sw_bold" "$id" "$sw_plain" "${sw_titles[sw_index]}" "${3:+  ($3)}"
  sw_held_lines+=$line
  sw_held_records+="[$number/$total] $1 $id${3:+  ($3)}"$'\n'
  sw_counts[$1]+=+
  [[ $1 == ok && $sw_live == no && ${#sw_held_lines} -lt 2000 ]] || sw_flush
}

# sw_ok_line: the same for the outcome that most steps have, "ok".
sw_ok_line() {
  local id=${sw_ids[sw_index]} total=${#sw_ids[@]} number
  printf -v number '%*d' "${#total}" "$((sw_index + 1))"
  sw_held_lines+="[$number/$total] ${sw_green}ok      $sw_plain $sw_bold$id$sw_plain  ${sw_titles[sw_index]}"$'\n'
  sw_held_records+="[${number##* }/$total] ok $id"$'\n'
  sw_counts[ok]+=+
  [[ $sw_live == no && ${#sw_held_lines} -lt 2000 ]] || sw_flush
}

# sw_note_ok: notes, where that is not known already, that the current step's check holds.
sw_note_ok() {
  sw_is_done "${sw_ids[sw_index]}" || sw_note ok "${sw_ids[sw_index]}" || :
}

# sw_bring_about: the current step's check did not say that it holds. Status 0: the plan can go on.
sw_bring_about() {
  if [[ -n $sw_stop ]]; then
    # What was asked may have been stopped as well: its answer is none.
    sw_stopped
    return 1
  elif ((sw_status != 1)); then
    sw_fail_to_tell
    return 1
  fi
  sw_change
}

# sw_tell_doubt: sets sw_text to whose check has not told what was to be known of the current step.
sw_tell_doubt() {
  if [[ -z $sw_doubt ]] && sw_is_unlearnt "${sw_ids[sw_index]}"; then
    sw_text="it depends on what $sw_text learns, which is not known (was that left out? run the script without --skip, --only and --from)"
    return 0
  fi
  sw_text="its check could not tell (status $sw_status)"
  [[ -z $sw_doubt ]] || sw_text="whether $sw_doubt still holds, which ends the need for it, could not be told (status $sw_status)"
}

# sw_fail_to_tell: fails for that. What the check has said stands in the log before the lines that were held
# back: asked once more, it is behind them, with nobody else's words.
sw_fail_to_tell() {
  local sw_answered=$sw_status
  if [[ -n $sw_held_lines ]]; then
    sw_flush
    sw_answers=()
    sw_ask "${sw_doubt:-${sw_ids[sw_index]}}"
    sw_status=$sw_answered
  fi
  sw_tell_doubt
  sw_fail "$sw_text"
}

# sw_change: applies the current step.
sw_change() {
  local sw_id=${sw_ids[sw_index]} sw_since=$SECONDS sw_noting=sw_note
  sw_once=no
  if sw_has once; then
    sw_once=yes sw_noting=sw_note_safely
  fi
  [[ $sw_ending != *" $sw_id "* ]] || sw_noting=sw_note_safely
  if ! "$sw_noting" start "$sw_id"; then
    sw_fail "nothing of it was done: $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
    return 1
  fi
  sw_record "--- $sw_id: ${sw_titles[sw_index]}"
  [[ $sw_live != yes ]] || sw_show "$sw_dim${sw_titles[sw_index]} …$sw_plain"
  sw_apply "${sw_id//-/_}__apply"
  sw_settle "$sw_id" "$sw_since"
}

# sw_settle ID BEGUN: what came of a step that was applied. Only its check's answer counts.
sw_settle() {
  local sw_applied=$sw_status
  sw_recall_carried
  if [[ -n $sw_stop ]] && sw_ended_on_request "$sw_applied"; then
    sw_stopped
    return 1
  elif ((sw_applied != 0)); then
    sw_fail '' "$sw_applied"
    return 1
  fi
  [[ ${sw_options[sw_index]} != *' learns='* ]] || sw_make_plan
  [[ $sw_once == yes ]] || sw_look
  if [[ -n $sw_stop ]] && ((sw_status != 0)); then
    sw_stopped
    return 1
  elif ((sw_status != 0)); then
    sw_fail 'its commands ended without an error, and yet its check does not hold'
    return 1
  fi
  if [[ $sw_once == yes ]]; then
    sw_events[$1]='done'
  elif ! sw_note_safely 'done' "$1"; then
    sw_fail "it is done, but $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
    return 1
  fi
  sw_duration "$((SECONDS - $2))"
  sw_line changed "$sw_yellow" "$sw_text"
}

# sw_stopped: the current step was stopped on request.
sw_stopped() {
  sw_note stopped "${sw_ids[sw_index]}" || :
  sw_line stopped "$sw_yellow" 'on request'
}

# sw_run_steps: the plan from top to bottom, until a step fails or a stop is asked for.
# The reboot is not among them: it comes when everything else is done.
sw_run_steps() {
  local sw_went sw_was_finished=no sw_selected=$sw_only$sw_from${sw_skip[*]}
  ! sw_part_has "$sw_part" finished || sw_was_finished=yes
  for sw_index in "${!sw_ids[@]}"; do
    [[ -z $sw_stop ]] || return 1
    # Bash copies a function each time it is called: a step with nothing special about it needs two.
    if [[ ${sw_options[sw_index]}$sw_selected == ' ' ]]; then
      sw_ask "${sw_ids[sw_index]}"
    elif [[ ${sw_options[sw_index]} == *' reboot '* ]]; then
      continue
    elif sw_left_out; then
      sw_leave_out
      continue
    else
      sw_look
    fi
    if ((sw_status == 0)); then
      sw_ok_line
      [[ $sw_was_finished == yes ]] || sw_note_ok
    else
      # Asked for in an `if` or before `||`, a step would not stop at a command that fails.
      sw_bring_about
      sw_went=$?
      ((sw_went == 0)) || return 1
    fi
  done
  [[ -z $sw_stop ]]
}

# apply: a step's changes, made in a shell of their own in which a failing command stops the step.

sw_stop='' sw_woken=no sw_planning=no sw_asking=no sw_once=no sw_child='' sw_shell='' sw_command=()
# Where run notes its commands: in a step's own shell, the log itself, wherever the output of the step goes.
sw_trace=1

# run COMMAND [ARGUMENT…]: notes the command in the log and runs it. Between two commands is where an
# asked-for stop happens, but not within a step that can be done only once.
run() {
  local sw_text
  if [[ $sw_planning == yes ]]; then
    would "$@"
    return 0
  fi
  sw_words "$@"
  if [[ $sw_once == no ]] && sw_has_to_stop; then
    printf 'stopped before: %s\n' "$sw_text" >&"$sw_trace"
    # The shells around this one take it for a failure.
    : 2>/dev/null >"$sw_state/stopped" || :
    exit 143
  fi
  sw_command=("$@")
  # Noted by a shell that only looked, and that nobody minded. One beside the step's own forgets nothing.
  [[ $BASHPID != "$sw_shell" ]] || sw_forget failure
  printf '+ %s\n' "$sw_text" >&"$sw_trace"
  case $1 in
    # What is for this shell.
    cd | pushd | popd | umask | ulimit | export | unset | set | shopt | eval | . | source | wait) "$@" ;;
    # Of a name that no function can have, declare says more.
    *) if declare -F -- "$1" &>/dev/null; then "$@"; else sw_run_apart "$@"; fi ;;
  esac
}

# sw_run_apart COMMAND…: runs it out of the terminal's reach: apt has what it starts heed Ctrl-C again,
# whatever was ignored before, and a package's own script would end half-way. The shell around it keeps
# the lock, should all others be killed, and waits for it, should all be told to end; the command does
# not: a daemon that it starts must not hold the lock.
sw_run_apart() {
  setsid --wait "$BASH" -p -c 'trap : TERM; "$@" 9>&-; exit' bash "$@"
}

# sw_has_to_stop: whether a stop was asked for, or the script above has been killed. A shell within the
# step's own is not told by the signal; the file tells it.
sw_has_to_stop() {
  [[ -n $sw_stop || -e $sw_state/stop ]] || ! kill -0 "$$" 2>/dev/null
}

# sw_outwait FIND SECONDS DOES: waits as long as function FIND finds somebody at work, whom it names in
# holder, and heeds a stop meanwhile. Stops the step when they did not DOES in so many seconds.
sw_outwait() {
  local holder='' waited=0
  while "$1"; do
    ((waited < $2)) || fail "$holder, and did not $3 within $2 seconds" \
      "let it finish, or end it; then run this script again"
    ((waited % 30 > 0)) || printf 'waiting: %s\n' "$holder"
    # Which stops the step.
    ! sw_has_to_stop || run true
    sleep 2
    waited=$((waited + 2))
  done
}

# fail TEXT…: ends the step with a message; each TEXT is a line of it, and the first one the reason.
# Where it is only asked whether something would fail, they are printed.
fail() {
  if [[ $sw_asking == yes ]]; then
    printf '%s\n' "$@"
    exit 1
  fi
  if [[ $sw_planning == yes ]]; then
    would_say "stop: $1"
    exit 1
  fi
  printf '%s\n' "$@" >&2
  printf '%s\n' 1 '' "$@" >"$sw_state/failure"
  exit 1
}

# sw_note_failure STATUS COMMAND: which command failed, for the report. A shell inside of the step's
# own has noted it already, and knows it better.
sw_note_failure() {
  local noted='' command=$2
  trap - ERR
  [[ ! -r $sw_state/failure ]] || IFS= read -r noted <"$sw_state/failure" || :
  if [[ $noted != "$1" ]]; then
    if [[ $command == '"$@"' || $command == 'setsid '* ]]; then
      sw_words "${sw_command[@]}"
      command=$sw_text
    fi
    printf '%s\n%s\n' "$1" "${command//$'\n'/ }" >"$sw_state/failure"
  fi
  exit "$1"
}

# sw_apply FUNCTION: runs it with its output in the log. Sets sw_status.
# The shell that it runs in keeps the lock: should this script be killed, the next one waits until
# the command that is under way has ended.
sw_apply() {
  local sw_function=$1 sw_start=0 sw_follower=''
  sw_answers=()
  sw_forget failure stop stopped
  [[ $sw_live != yes ]] || sw_log_size sw_start
  (
    # Ctrl-C reaches every shell of the terminal; the script above passes it on as a TERM.
    trap 'sw_stop=yes' TERM
    trap '' HUP INT QUIT
    trap - PIPE
    sw_shell=$BASHPID sw_trace=8
    set -eE
    shopt -s inherit_errexit
    trap 'sw_note_failure "$?" "$BASH_COMMAND"' ERR
    "$sw_function"
    [[ $sw_once == no ]] || sw_note_once
  ) </dev/null >&8 2>&1 6>&- &
  sw_child=$!
  # Asked for before the child was known by its number.
  [[ -z $sw_stop || -e $sw_state/stop ]] || sw_pass_stop_on
  [[ $sw_live != yes ]] || sw_follow "$sw_start" "$sw_child"
  sw_await "$sw_child"
  sw_child=''
  [[ -z $sw_follower ]] || wait "$sw_follower" 2>/dev/null || :
}

# sw_note_once: the step that cannot look was done, and what it did is on the disks before that is noted.
sw_note_once() {
  sync
  sw_note_safely 'done' "${sw_ids[sw_index]}" ||
    fail "it is done, but $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
}

# sw_await PID: waits until it has ended, whatever signals come meanwhile. Sets sw_status.
sw_await() {
  while :; do
    sw_woken=no sw_status=0
    wait "$1" 2>/dev/null || sw_status=$?
    [[ $sw_woken == yes ]] || return 0
  done
}

# sw_see_end PID: waits for a shell that the step has started. Sets the caller's status to how it ended.
sw_see_end() {
  while :; do
    status=0
    wait "$1" || status=$?
    # Else a signal may have ended the wait, and not what is waited for.
    ((status > 128)) || return 0
    if ! kill -0 "$1" 2>/dev/null; then
      # It may have ended in the same moment: bash has kept how.
      status=0
      wait "$1" 2>/dev/null || status=$?
      return 0
    fi
  done
}

# sw_log_size NAME: sets variable NAME to the bytes that the log has.
sw_log_size() {
  local sw_log_bytes=0
  [[ ! -e $sw_log ]] || sw_log_bytes=$(stat -L -c %s -- "$sw_log")
  printf -v "$1" '%s' "$sw_log_bytes"
}

# sw_follow OFFSET PID: shows what is added to the log after OFFSET, dimmed, until PID has ended.
# Sets the caller's sw_follower to the process that does.
sw_follow() {
  local line
  {
    tail -c "+$(($1 + 1))" -s 0.1 -f --pid="$2" -- "$sw_log" 2>/dev/null |
      while IFS= read -r line; do
        printf '%s\n' "         $sw_dim${line//[[:cntrl:]]/ }$sw_plain" || break
      done
  } 9>&- 2>/dev/null &
  sw_follower=$!
}

# sw_asked_to_stop SIGNAL: a stop was asked for: the command that runs is let finish first.
sw_asked_to_stop() {
  sw_stop=$1 sw_woken=yes
  [[ -z $sw_child ]] || sw_pass_stop_on
}

# sw_pass_stop_on: tells the step's shells, and whoever asked.
sw_pass_stop_on() {
  local what='the command that runs now'
  : 2>/dev/null >"$sw_state/stop" || :
  kill -TERM "$sw_child" 2>/dev/null || :
  [[ $sw_once == no ]] || what="step ${sw_ids[sw_index]}"
  say "SIG$sw_stop: stopping as soon as $what has ended (see $sw_log)"
}

# sw_ended_on_request STATUS: whether a step that was applied ended between two of its commands, or while
# it looked at something: Ctrl-C reaches what only looks.
sw_ended_on_request() {
  [[ $sw_once == no && $sw_stop == INT && $1 == 130 ]] && return
  (($1 == 143)) && [[ -e $sw_state/stopped || ! -e $sw_state/failure ]]
}

# plan: what a run would do, told without doing it.

# would COMMAND…: a command of the step, as it would be run.
would() {
  local sw_text
  sw_words "$@"
  sw_show "           $sw_text"
}

# would_say TEXT: what is done, where no single command tells it.
would_say() {
  sw_show "           $1"
}

# would_write FILE LINE…: the content that a file would get.
would_write() {
  local line sw_text
  sw_words "$1"
  sw_show "           write $sw_text:"
  shift
  for line; do
    sw_show "             | $line"
  done
}

# would_do FUNCTION: the bash of the step itself, where it is the procedure's own. What bash puts
# around it when it prints a function is taken away.
would_do() {
  local line text
  text=$(declare -f "$1" | sed -e '1,2d' -e '$d' -e 's/^    //')
  # One shell around all of it, or two beside each other.
  [[ $text != '( '*' )' || $text == *' );'* ]] || text=${text:2:-2}
  while IFS= read -r line; do
    [[ $line != *[!\;]\; ]] || line=${line%;}
    # It is asked before anything is done, and nobody would type it.
    [[ $line != 'demand_carried '* ]] || continue
    sw_show "           $line"
  done <<<"$text"
}

# sw_show_plan: what the current step would do. A step that only runs commands shows these itself.
sw_show_plan() {
  local sw_function=${sw_ids[sw_index]//-/_}
  (
    sw_planning=yes
    if [[ $(type -t "${sw_function}__plan") == function ]]; then
      sw_by_name "${sw_function}__plan"
    else
      sw_by_name "${sw_function}__apply"
    fi
  ) </dev/null || :
}

# Steps that the dry run found to be not done, or could not tell; of these, the ones that it could.
sw_pending_ids=() sw_certain_ids=' '

# sw_pending NAME…: whether one of these steps is still to be done; its name in sw_text.
sw_pending() {
  local name
  for name; do
    [[ " ${sw_pending_ids[*]} " == *" $name "* ]] || continue
    sw_text=$name
    return 0
  done
  return 1
}

# sw_pending_needs: whether a step that the current one needs is not done; its name in sw_text.
sw_pending_needs() {
  local name
  sw_option needs || return 1
  for name in ${sw_text//,/ }; do
    ! sw_pending "$name" || return 0
  done
  return 1
}

# sw_pending_opposite: whether a step that undoes the current one is not done; its name in sw_text.
sw_pending_opposite() {
  sw_option opposite && sw_pending "$sw_text"
}

# sw_depends: whether the current step reads what a step that is not done learns; that step, in sw_text.
sw_depends() {
  local name learner id=${sw_ids[sw_index]}
  [[ -n ${sw_reads[$id]:-} ]] || return 1
  # What was done once, or is over, is not asked for again.
  if ((sw_status == 0)); then
    ! sw_has once && ! sw_is_over && ! sw_is_past || return 1
    sw_status=0 sw_doubt=''
  fi
  for name in ${sw_reads[$id]//,/ }; do
    for learner in ${sw_learners[$name]}; do
      ! sw_pending "$learner" || return 0
    done
  done
  ((sw_status != 0)) && sw_is_unlearnt "$id"
}

# sw_dry_would: the current step is to be done for certain.
sw_dry_would() {
  sw_line would "$sw_yellow"
  sw_certain_ids+="${sw_ids[sw_index]} "
}

# sw_dry_step: one step of the dry run.
sw_dry_step() {
  if sw_left_out; then
    [[ $sw_text == --only ]] || sw_line skipped "$sw_dim" "$sw_text"
    return 0
  fi
  if sw_pending_needs; then
    sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
  elif sw_look && sw_depends; then
    sw_line unknown "$sw_yellow" "depends on what $sw_text learns"
  else
    case $sw_status in
      0)
        # What is done now need not be done any more when that step has run.
        if sw_pending_opposite && [[ $sw_certain_ids == *" $sw_text "* ]]; then
          sw_dry_would
        elif sw_pending_opposite || { sw_option follows && sw_pending "$sw_text"; }; then
          sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
        else
          sw_line ok "$sw_green"
          return 0
        fi
        ;;
      1) sw_dry_would ;;
      *) sw_dry_unknown ;;
    esac
  fi
  sw_pending_ids+=("${sw_ids[sw_index]}")
  sw_show_plan
}

# sw_dry_unknown: a check that cannot tell waits for the first step that is still to be done; where
# there is none, what it says is shown.
sw_dry_unknown() {
  local sw_output sw_id=${sw_doubt:-${sw_ids[sw_index]}}
  if ((${#sw_pending_ids[@]} > 0)); then
    sw_line unknown "$sw_yellow" "cannot tell until ${sw_pending_ids[0]} has run"
    return 0
  fi
  sw_tell_doubt
  sw_line unknown "$sw_red" "$sw_text"
  while IFS= read -r sw_output; do
    sw_show "           | ${sw_output//[[:cntrl:]]/ }"
  done < <("${sw_id//-/_}__check" 2>&1 | tail -n 20)
}

sw_dry_run() {
  for sw_index in "${!sw_ids[@]}"; do
    if ! sw_has reboot; then
      sw_dry_step
    elif sw_rebooted; then
      sw_line ok "$sw_green"
    else
      sw_line would "$sw_yellow"
    fi
  done
  say "Dry run: nothing was changed. Of ${#sw_ids[@]} steps, ${#sw_pending_ids[@]} are still to be done."
}

# status: what this script is made of, and how far earlier runs have come.

sw_list() {
  local total=${#sw_ids[@]}
  for sw_index in "${!sw_ids[@]}"; do
    sw_full_title
    printf '%*d  %s  %s\n' "${#total}" "$((sw_index + 1))" "${sw_ids[sw_index]}" "$sw_text"
  done
}

# sw_full_title: sets sw_text to the title of the current step, and where it reads what has not been learnt
# yet, to that.
sw_full_title() {
  sw_text=''
  ! sw_is_unlearnt "${sw_ids[sw_index]}" || sw_text="  (depends on what $sw_text learns)"
  sw_text=${sw_titles[sw_index]}$sw_text
}

# sw_tell_status: what the journal holds of this part and the others.
sw_tell_status() {
  local name part=0
  sw_know_events
  printf '%s: %s\n' "$sw_procedure" "$sw_title"
  for name in "${sw_scripts[@]}"; do
    part=$((part + 1))
    sw_part_state "$part"
    printf '  %s: %s\n' "$name" "$sw_text"
  done
  printf '\nSteps of %s:\n' "$sw_script"
  for sw_index in "${!sw_ids[@]}"; do
    name=${sw_ids[sw_index]}
    sw_full_title
    sw_has reboot || printf '  %-9s %s  %s\n' "${sw_outcomes[$name]:--}" "$name" "$sw_text"
  done
  sw_lock_is_free || printf '\nA run holds the lock now, of this procedure or another: see %s\n' "$sw_lock"
  printf '\nJournal: %s\nLog: %s\n' "$sw_state/journal" "$sw_log"
  sw_call_hooks status
}

# sw_part_state NUMBER: sets sw_text to how far that part has come.
sw_part_state() {
  sw_text='not begun'
  [[ -n ${sw_part_times[$1]:-} ]] || return 0
  if sw_part_has "$1" finished; then sw_text=finished; else sw_text=begun; fi
  printf -v sw_text '%s, last run %(%Y-%m-%d %H:%M)T' "$sw_text" "${sw_part_times[$1]}"
}

# report: the end of a run, in words that tell how to go on.

sw_failed=no

# sw_fail REASON [STATUS]: the current step failed. Notes and tells everything that helps.
# STATUS: what its commands ended with; they have noted the rest.
sw_fail() {
  local reason=$1 id=${sw_ids[sw_index]}
  local -a failure=() output=()
  sw_failed=yes
  [[ -z ${2:-} || ! -r $sw_state/failure ]] || mapfile -t failure <"$sw_state/failure"
  if [[ -z $reason ]]; then
    sw_tell_end "${failure[0]:-$2}"
    reason=${failure[2]:-$sw_text}
  fi
  sw_take_output "$((${#failure[@]} > 2 ? ${#failure[@]} - 2 : 0))"
  sw_note_safely failed "$id" "$reason" || :
  sw_line failed "$sw_red"
  sw_complain ''
  sw_complain "Step $id failed: ${reason//[[:cntrl:]]/ }" "$sw_red"
  ((${#failure[@]} < 4)) || sw_tell_lines '  ' "${failure[@]:3}"
  [[ -z ${failure[1]:-} ]] || sw_complain "  command: ${failure[1]//[[:cntrl:]]/ }"
  if ((${#output[@]} > 0)); then
    sw_tell '  its last output:'
    sw_tell_lines '    | ' "${output[@]}"
  fi
  [[ $sw_once == no ]] || sw_complain "  the next run does it again from its beginning; to leave it out: --skip $id"
  sw_tell_undo
}

# sw_tell_end STATUS: sets sw_text to what a command with that status came to.
sw_tell_end() {
  sw_text="a command ended with status $1"
  (($1 <= 128 || $1 > 192)) || sw_text="a command was ended by signal $(kill -l "$1") (status $1)"
}

# sw_take_output COUNT: sets the caller's output to the last lines that came of the step, without
# the last COUNT ones. What this script itself writes to the log begins with "# " and the time.
sw_take_output() {
  local line
  while IFS= read -r line; do
    if [[ $line == '# '????-??-??' '??:??:??' '* ]]; then
      output=()
    else
      output+=("$line")
    fi
  done 2>/dev/null < <(tail -n "$((20 + $1))" -- "$sw_log")
  (($1 == 0 || ${#output[@]} < $1)) || output=("${output[@]:0:${#output[@]}-$1}")
}

# sw_tell TEXT: one line to standard error, of what the log has already.
sw_tell() {
  printf '%s\n' "$1" >&2 2>/dev/null || :
}

# sw_tell_lines PREFIX LINE…
sw_tell_lines() {
  local line prefix=$1
  shift
  for line; do
    sw_tell "$prefix${line//[[:cntrl:]]/ }"
  done
}

# sw_tell_undo: the step's own advice on how to take it back.
sw_tell_undo() {
  local sw_advice=${sw_ids[sw_index]//-/_}__undo
  [[ $(type -t "$sw_advice") != function ]] || "$sw_advice"
}

# advise TEXT: how a step is taken back.
advise() {
  sw_complain "  to take it back: $1"
}

# sw_tell_how_to_go_on WHEN: the exact command.
sw_tell_how_to_go_on() {
  local sw_id sw_arguments
  local -a sw_line=(bash "$sw_folder/$sw_script")
  sw_set_arguments
  sw_arguments=${sw_text:+ $sw_text}
  for sw_id in "${sw_skip[@]}"; do
    sw_line+=(--skip "$sw_id")
  done
  [[ -z $sw_only ]] || sw_line+=(--only "$sw_only")
  [[ -z $sw_from ]] || sw_line+=(--from "$sw_from")
  [[ $sw_log == "$sw_default_log" ]] || sw_line+=(--log "$sw_log")
  [[ $sw_allow_ssh == no ]] || sw_line+=(--allow-ssh)
  [[ $sw_yes == no ]] || sw_line+=(--yes)
  [[ $sw_reboot != yes ]] || sw_line+=(--reboot)
  sw_words "${sw_line[@]}" "${sw_taken_options[@]}"
  [[ -z ${SUDO_USER:-} ]] || sw_text="sudo $sw_text"
  sw_complain "  the whole log: $sw_log"
  [[ $sw_log_broken == no ]] || sw_complain "  not all of it could be written: is the disk full? see: df $sw_log"
  sw_complain "  to go on$1: $sw_text$sw_arguments"
}

# finish: the end of a run, however it came to it.

# Whether the end has been told.
sw_over=no

# sw_ended_unexpectedly: this shell ends in the middle of a run, which it never should.
sw_ended_unexpectedly() {
  [[ $sw_over == no ]] || return 0
  sw_over=yes
  # It may have ended where these go to the log.
  exec 1>&6 2>&6
  sw_call_hooks end
  sw_complain "$sw_script ended in the middle of step ${sw_ids[sw_index]:-}; this is a fault of the script." "$sw_red"
  sw_tell_how_to_go_on ''
}

# sw_end_early: a step failed, or a stop was asked for.
sw_end_early() {
  sw_over=yes
  sw_forget stop stopped
  sw_call_hooks end
  sw_complain ''
  if [[ $sw_failed == yes ]]; then
    sw_call_hooks early
    sw_tell_how_to_go_on ', when the cause is mended'
    return 1
  fi
  sw_complain 'Stopped on request, between two commands.'
  sw_call_hooks early
  sw_tell_how_to_go_on ''
  if [[ $sw_stop == TERM ]]; then return 143; else return 130; fi
}

# sw_finish: the part is finished unless steps of it were left out by this run and done by none.
sw_finish() {
  local last=no open
  ((sw_part < ${#sw_scripts[@]})) || last=yes
  sw_over=yes
  if ! sw_is_complete; then
    open=$sw_text
    sw_call_hooks end
    sw_summary
    say "$sw_script is not finished. Still to be done: $open"
    return 0
  fi
  if ! sw_part_has "$sw_part" finished || [[ -n ${sw_counts[changed]:-} ]]; then
    # The next part believes that note: what was done is on the disks before.
    [[ -z ${sw_counts[changed]:-} ]] || sync || sync
    sw_note_safely finished || sw_fail_to_finish || return
  fi
  [[ $last == yes ]] || sw_reboot_line
  sw_call_hooks end
  sw_summary
  if [[ $last == yes ]]; then
    say "$sw_title: done."
  else
    sw_keep_digests
    sw_end_with_reboot
  fi
}

# sw_is_complete: whether the steps that this run left out were done by earlier ones. Those that
# were not, in sw_text.
sw_is_complete() {
  local id
  local -a open=()
  for id in "${sw_left_ids[@]}"; do
    sw_is_done "$id" || open+=("$id")
  done
  sw_text=${open[*]}
  ((${#open[@]} == 0))
}

sw_fail_to_finish() {
  sw_call_hooks end
  sw_complain "Every step is done, but that cannot be noted in $sw_state/journal." "$sw_red"
  sw_complain "  Is the disk full? See: df $sw_state; df -i $sw_state"
  sw_tell_how_to_go_on ', when there is room'
  return 1
}

# sw_summary: one line on what was done.
sw_summary() {
  local changed=${sw_counts[changed]:-} ok=${sw_counts[ok]:-} skipped=${sw_counts[skipped]:-}
  sw_duration "$SECONDS"
  say "${#changed} changed, ${#ok} ok, ${#skipped} skipped, in $sw_text"
  sw_call_hooks summary
}

# reboot: the end of a part that another part comes after.

# Whether the run was begun by somebody who can be asked.
sw_terminal=no
# Whether nobody may get in after the reboot, as far as is known; it was told why.
sw_locked_out=no

# sw_rebooted: whether this part has finished under another boot than the running one.
sw_rebooted() {
  sw_part_has "$sw_part" finished && [[ ${sw_part_boots[$sw_part]} != "$sw_boot" ]]
}

# sw_reboot_line: the progress line of the reboot.
sw_reboot_line() {
  for sw_index in "${!sw_ids[@]}"; do
    ! sw_has reboot || break
  done
  if sw_rebooted; then sw_line ok "$sw_green"; else sw_line reboot "$sw_yellow" needed; fi
}

# sw_end_with_reboot: reboots, or asks, or tells. Its status is the script's exit status.
sw_end_with_reboot() {
  local next=${sw_scripts[sw_part]} answer='' command
  sw_words bash "$sw_folder/$next"
  command=${SUDO_USER:+sudo }$sw_text
  if sw_rebooted; then
    say "The machine was rebooted already: go on with: $command"
    return 0
  fi
  case $sw_folder/ in
    /tmp/* | /run/* | /dev/shm/*) warn "the reboot empties ${sw_folder@Q}: copy the scripts to /root before" ;;
  esac
  if [[ $sw_reboot == ask && $sw_terminal == yes ]]; then
    # In a shell that Ctrl-C ends: here, the question would only be waited for anew.
    answer=$(sw_ask_on_terminal 'Reboot now? [y/N] ') || answer=''
    [[ $answer != [yY]* ]] || sw_reboot=yes
  fi
  if [[ $sw_reboot == yes ]]; then
    sw_reboot_now "$next" "$command"
  else
    say "Reboot the machine now (systemctl reboot). Then run: $command"
  fi
  return 10
}

# sw_ask_on_terminal QUESTION: prints what is answered; status 1 without a terminal, or behind it (&), where a
# question would stop the script for ever.
sw_ask_on_terminal() {
  local answer
  trap '' TTIN TTOU
  { printf '%s' "$1" >/dev/tty && read -r answer </dev/tty; } 2>/dev/null && printf '%s' "$answer"
}

# sw_reboot_now NEXT COMMAND: COMMAND is the one that runs NEXT.
sw_reboot_now() {
  if [[ $sw_locked_out == yes ]]; then
    sw_complain 'Not rebooted: nobody may get in after that, see above. Mend it, and run this script again;'
    sw_complain "or reboot all the same (systemctl reboot). Then run: $2"
    return
  fi
  if [[ -n $sw_stop ]] || ! sw_call_hooks reboot; then
    sw_complain "Not rebooted. Reboot by hand (systemctl reboot). Then run: $2"
    return
  fi
  if sw_taken --resume; then
    say "Rebooting. $1 goes on by itself after that. Follow it then: tail -f $sw_log"
  else
    say "Rebooting. Then run: $2"
  fi
  # A moment in which it can still be stopped. What was installed for the next boot stays: it is due then.
  sync
  if [[ -n $sw_stop ]]; then
    sw_complain 'Not rebooted, as was asked: reboot by hand (systemctl reboot).'
    return
  fi
  systemctl reboot 9>&- || sw_complain 'The reboot did not begin: reboot by hand (systemctl reboot).'
}

# builds: whether the scripts of a procedure were made together.

# sw_keep_digests: notes the digests of this script, and of those that come after it and lie beside it,
# unless they are the ones that were noted.
sw_keep_digests() {
  local script new=no
  local -a present=()
  for script in "${sw_scripts[@]:sw_part-1}"; do
    [[ -f $sw_folder/$script ]] || continue
    present+=("./$script")
    [[ ! $sw_folder/$script -nt $sw_state/scripts ]] || new=yes
  done
  [[ $new == yes ]] || return 0
  (cd -- "$sw_folder" && sha256sum -- "${present[@]}") | sw_replace_file "$sw_state/scripts" 0600
}

# sw_is_known_build: whether this script is the one that was noted, or none was.
sw_is_known_build() {
  local line digest=''
  [[ -r $sw_state/scripts && -f $sw_folder/$sw_script ]] || return 0
  while IFS= read -r line; do
    [[ ${line#*  ./} != "$sw_script" ]] || digest=${line%% *}
  done <"$sw_state/scripts"
  [[ -n $digest ]] || return 0
  line=$(sha256sum <"$sw_folder/$sw_script") || return 0
  [[ ${line%% *} == "$digest" ]]
}

# sw_compare_digest: tells when this script is not the one that lay beside the part before it.
sw_compare_digest() {
  ((sw_part > 1)) || return 0
  sw_is_known_build ||
    warn "this $sw_script is of another build than ${sw_scripts[sw_part - 2]}, which ran here before"
}

# perform: a whole run, from the command line to the exit status.

# procedure ID TITLE BASH: BASH is the oldest version that the script runs with.
procedure() {
  sw_procedure=$1
  sw_title=$2
  sw_bash=$3
  sw_state=/var/lib/stepwright/$1
  sw_default_log=/var/log/stepwright/$1.log
  sw_log=$sw_default_log
  sw_script=${0##*/}
  sw_folder=.
  [[ $0 != */* ]] || sw_folder=${0%/*}/
  { cd -P -- "$sw_folder" && sw_folder=${PWD%/}; } 2>/dev/null || :
}

# part NUMBER SCRIPT…: which of the procedure's scripts this is.
part() {
  sw_part=$1
  shift
  sw_scripts=("$@")
}

# perform ARGUMENT…: the exit status is the script's.
perform() {
  require_bash "$sw_bash"
  sw_refused || return
  sw_settle_shell
  parameters
  sw_take_options "$@"
  sw_colour "$sw_colour_wanted"
  sw_recall
  sw_split_lists
  sw_make_plan
  sw_check_step_names
  sw_usage_errors || return
  case $sw_mode in
    help) sw_usage ;;
    version) printf '%s, %s\n' "$sw_procedure" "${sw_scripts[sw_part - 1]}" ;;
    list) sw_list ;;
    *) sw_perform ;;
  esac
}

# sw_settle_shell: nothing depends on how the caller had set things.
sw_settle_shell() {
  { : <&0; } 2>/dev/null || exec </dev/null
  { : >&1; } 2>/dev/null || exec >/dev/null
  { : >&2; } 2>/dev/null || exec 2>/dev/null
  # -h: what a step puts in front of a program, or moves, is found there by the check after it.
  set +aefhkmC -u -o pipefail
  umask 022
  export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export HOME=${HOME:-/root}
  export -n SHELLOPTS BASHOPTS
  # TMOUT would have bash give up reading what a command is slow to say.
  unset BASH_ENV ENV CDPATH LANGUAGE POSIXLY_CORRECT GREP_OPTIONS GREP_COLORS TAR_OPTIONS GZIP TMOUT
  unset LD_PRELOAD LD_LIBRARY_PATH
  [[ -n ${TMPDIR:-} && -d $TMPDIR && -w $TMPDIR ]] || unset TMPDIR
  # Up to 5.0 bash keeps each here-string in a file, and errexit does not see that a loop had to do
  # without: not on a disk that may be full. Programs are not told.
  [[ -v TMPDIR || ! -w /run ]] || TMPDIR=/run
}

# sw_recall: what earlier runs left, before the plan is made. A reader who may not see it, or asks
# for a text that does not depend on it, does without.
sw_recall() {
  sw_boot_id
  sw_boot=$sw_text
  sw_read_journal ||
    sw_refuse "$sw_state/journal $sw_text" "look at it; when it is of no use, move it away: then every step looks at the \
system anew, what can be done only once is done again, and no part counts as finished"
  sw_recall_parameters
  sw_recall_carried
}

sw_perform() {
  exec 7>/dev/null
  [[ ! -t 1 ]] || sw_live=yes
  require_root
  if [[ $sw_mode == status ]]; then
    sw_refused || return
    sw_tell_status
    return
  fi
  sw_look_at_lock || return
  if sw_is_behind; then
    sw_tell_behind
    return
  fi
  sw_preflight
  sw_refused || return
  sw_compare_digest
  case $sw_mode in
    check)
      say 'Nothing keeps this script from starting. Its steps:'
      sw_list
      ;;
    dry-run) sw_dry_run </dev/null ;;
    run) sw_run ;;
  esac
}

# sw_is_behind: whether a later part of the procedure has begun. What this part had brought about
# may rightly have been undone there.
sw_is_behind() {
  local later
  for ((later = sw_part + 1; later <= ${#sw_scripts[@]}; later++)); do
    ! sw_part_has "$later" begin || return 0
  done
  return 1
}

# sw_tell_behind: that nothing is left to do; status 3 when there may be: the whole procedure was brought
# to its end by another build of it, or it went on with other parameters than are given now.
sw_tell_behind() {
  local other='' went="has gone on past $sw_script"
  ! sw_part_has "${#sw_scripts[@]}" finished || went='is finished'
  if [[ $sw_given_anew != ' ' ]]; then
    other="with other values of:${sw_given_anew% }"
  elif [[ $went == 'is finished' ]] && ! sw_is_known_build; then
    other="by another build of $sw_script"
  fi
  if [[ -z $other ]]; then
    say "$sw_procedure has gone on past $sw_script on this machine: nothing is left to do here."
    return 0
  fi
  sw_complain "$sw_script: $sw_procedure $went on this machine, $other; nothing was changed."
  sw_complain "  To have every step looked at anew: mv $sw_state/journal $sw_state/journal.old"
  return 3
}

sw_preflight() {
  sw_require_parts
  sw_require_settled
  sw_require_session
  if [[ $sw_mode == run ]]; then
    sw_require_consent
    sw_require_notes
  fi
  preflight
  sw_call_hooks require
}

# sw_run: the run proper. Its exit status is the script's.
sw_run() {
  local sw_went
  sw_begin || return
  # Not in an `if`: there a failing command would not stop its step.
  sw_run_steps
  sw_went=$?
  if ((sw_went == 0)); then
    sw_finish
  else
    sw_end_early
  fi
  sw_went=$?
  sw_leave_lock
  return "$sw_went"
}

# sw_begin: the lock, somebody's consent, the log and the journal, in that order.
sw_begin() {
  sw_take_lock || return
  if sw_journal_has_grown; then
    sw_complain "$sw_script: another run was here just now, and has ended; nothing was changed."
    sw_complain "  See how far it came: bash $sw_script --status"
    return 4
  fi
  sw_ask_consent || return
  [[ ! -t 0 ]] || sw_terminal=yes
  exec </dev/null
  cd / || return 3
  SECONDS=0
  sw_open_notes || return
  exec 6>&2 7>&8
  trap '' HUP
  trap : PIPE
  trap 'sw_asked_to_stop INT' INT QUIT
  trap 'sw_asked_to_stop TERM' TERM
  trap sw_ended_unexpectedly EXIT
  sw_call_hooks begin || sw_cannot_note
}

# sw_ask_consent: status 3 when it is not given.
sw_ask_consent() {
  local answer=''
  [[ $sw_yes == no ]] || return 0
  printf -v sw_text '%s\n%d steps. Go on? [y/N] ' "$sw_title" "${#sw_ids[@]}"
  # Whoever answers sits at a terminal, wherever the output goes.
  if [[ -t 1 ]] || ! { printf '%s' "$sw_text" >/dev/tty; } 2>/dev/null; then
    printf '%s' "$sw_text"
  fi
  read -r answer || answer=''
  [[ $answer != [yY]* ]] || return 0
  sw_complain 'Nothing was changed.'
  return 3
}

# sw_open_notes: the state, the log and the journal can be written, and are.
sw_open_notes() {
  if ! { sw_open_state && sw_open_journal && sw_keep_parameters && sw_open_log; } 2>/dev/null; then
    sw_cannot_note
    return
  fi
  sw_set_arguments
  sw_record "=== $sw_procedure, $sw_script, boot $sw_boot${sw_text:+, $sw_text}"
  if [[ $sw_log_broken == yes ]] || ! sw_note begin; then
    sw_cannot_note
  fi
}

# sw_cannot_note: what has to be noted for a run that may be cut off cannot be. Status 3.
sw_cannot_note() {
  sw_over=yes
  sw_complain "$sw_script: $sw_state or $sw_log cannot be written; nothing was changed."
  sw_complain "  Is the disk full? See: df $sw_state $sw_log; df -i $sw_state $sw_log"
  return 3
}

if [[ ${BASH_SOURCE[0]##*/} == "${0##*/}" ]]; then
  main "$@"
  exit
fi
# End of the script.
