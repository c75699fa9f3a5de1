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
