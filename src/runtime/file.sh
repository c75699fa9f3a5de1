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

# sw_has_mode PATH MODE: an empty MODE is any mode.
sw_has_mode() {
  local found
  [[ -n $2 ]] || return 0
  found=$(stat -L -c %a -- "$1") || return 2
  ((8#$found == 8#$2))
}
