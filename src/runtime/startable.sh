# startable: the machine starts, and lets its administrator in, even in the midst of an upgrade.

# A library that goes into a package of another name, or gets another name itself, is removed before
# its successor is there, and for that moment nothing that needs it starts. If the power fails just
# then, the machine does not come up again (seen on the way from Debian 12 to 13, where systemd needs
# libcrypto.so.3 of libssl3, then of libssl3t64, and libsystemd-shared-252.so, then -257.so).

# Where the dynamic loader looks last of all. What lies there hides a library that is in place only
# while the loader's cache is of a time when that one was missing.
sw_last_folder=/usr/lib
sw_start_programs=(
  /sbin/init /lib/systemd/systemd-{journald,logind,networkd,udevd} /bin/{login,mount} /sbin/agetty
  /usr/sbin/sshd /usr/bin/{apt-get,dpkg,gpgv} /usr/lib/apt/methods/http
)

# keep_libraries: lays copies of the libraries that these programs have now where the loader looks
# last. Their digests and paths are in $sw_state/libraries before that.
keep_libraries() {
  local path copy libraries digests
  local -a paths=()
  libraries=$(sw_list_libraries)
  while IFS= read -r path; do
    copy=$sw_last_folder/${path##*/}
    [[ -z $path || -e $copy || -L $copy || " ${paths[*]##*/} " == *" ${path##*/} "* ]] || paths+=("$path")
  done <<<"$libraries"
  ((${#paths[@]} > 0)) || return 0
  digests=$(sha256sum -- "${paths[@]}")
  sw_note_libraries libraries "$digests"
  printf 'copies in %s, until this is done:%s\n' "$sw_last_folder" "$(printf ' %s' "${paths[@]##*/}")"
  sw_copy_libraries "${paths[@]}"
}

# sw_copy_libraries PATH…: each is there whole, or not at all. ldconfig passes over what is hidden.
sw_copy_libraries() {
  local stage=$sw_last_folder/.stepwright
  rm -rf -- "$stage"
  mkdir -m 0700 -- "$stage"
  cp -L --preserve=mode -t "$stage" -- "$@"
  sync -- "$stage"/lib*
  mv -f -t "$sw_last_folder" -- "$stage"/lib*
  rmdir -- "$stage"
  sync -- "$sw_last_folder"
}

# sw_note_libraries FILE LINES: adds to that file in $sw_state.
sw_note_libraries() {
  local notes=''
  [[ ! -e $sw_state/$1 ]] || notes=$(<"$sw_state/$1")$'\n'
  printf '%s%s\n' "$notes" "$2" | sw_replace_file "$sw_state/$1" 0600
}

# sw_list_libraries: prints their paths, a line each. Those of libc itself keep their package and
# their names.
sw_list_libraries() {
  local program line path
  for program in "${sw_start_programs[@]}"; do
    [[ -e $program ]] || continue
    while IFS= read -r line; do
      # NAME => PATH (ADDRESS)
      path=${line#*' => '}
      path=${path%' (0x'*}
      case ${path##*/} in
        libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | libresolv.so.* | librt.so.* | libutil.so.*) ;;
        *) [[ $line != *' => '/* || ! -f $path ]] || printf '%s\n' "$path" ;;
      esac
    done < <(ldd "$program" 2>/dev/null)
  done | sort -u
}

# restore_libraries: a library of which nothing but the copy is left is put back where it was. Else
# ldconfig, when it runs before the successor is there, would have programs take the copy from then on.
restore_libraries() {
  local digest path copy
  [[ -e $sw_state/libraries ]] || return 0
  while IFS=' ' read -r digest path; do
    copy=$sw_last_folder/${path##*/}
    [[ -f $copy && -d ${path%/*}/ && ! -e $path && ! -L $path ]] || continue
    sw_note_libraries restored-libraries "$digest $path"
    printf 'put back, until its successor is there: %s\n' "$path"
    sw_replace "$path" 0644 <"$copy"
  done <"$sw_state/libraries"
}

# drop_libraries: takes the copies away, and what was put back and has no successor of that name.
drop_libraries() {
  local digest path owner notes=''
  [[ -e $sw_state/libraries ]] || return 0
  while IFS=' ' read -r digest path; do
    notes+="$digest  $sw_last_folder/${path##*/}"$'\n'
  done <"$sw_state/libraries"
  sw_drop_unchanged "$notes"
  notes=''
  if [[ -e $sw_state/restored-libraries ]]; then
    while IFS=' ' read -r digest path; do
      rm -f -- "$(sw_part_of "$path")"
      # Where /lib is a link to /usr/lib, dpkg knows it by either name.
      owner=$(dpkg-query --search -- "$path" "/usr$path" "${path#/usr}" 2>/dev/null) || :
      [[ -n $owner ]] || notes+="$digest  $path"$'\n'
    done <"$sw_state/restored-libraries"
    sw_drop_unchanged "$notes"
  fi
  rm -rf -- "$sw_last_folder/.stepwright"
  rm -f -- "$sw_state/restored-libraries" "$sw_state/libraries"
}

# sw_drop_unchanged NOTES: removes the files of which NOTES, lines as of sha256sum, still hold.
sw_drop_unchanged() {
  local line path found
  local -a paths=() unchanged=()
  while IFS= read -r line; do
    path=${line#*  }
    [[ ! -f $path || -L $path ]] || paths+=("$path")
  done <<<"$1"
  ((${#paths[@]} > 0)) || return 0
  found=$(sha256sum -- "${paths[@]}")
  while IFS= read -r line; do
    [[ $'\n'$1 != *$'\n'"$line"$'\n'* ]] || unchanged+=("${line#*  }")
  done <<<"$found"
  ((${#unchanged[@]} == 0)) || rm -f -- "${unchanged[@]}"
}
