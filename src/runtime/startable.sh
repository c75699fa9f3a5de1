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
