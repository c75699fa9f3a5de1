# text: what is in a file, as text: looked at without a fork, and changed as a whole.

# sw_read_text FILE: sets the caller's content to what FILE holds, byte by byte. Status 1: there is
# no such file; 2: it cannot be read as text.
sw_read_text() {
  local LC_ALL=C
  [[ -e $1 ]] || return 1
  if [[ ! -f $1 || ! -r $1 ]]; then
    printf '%s is no plain file that can be read\n' "$1"
    return 2
  fi
  if IFS= read -r -d '' content <"$1"; then
    printf '%s is no text: there is a NUL in it\n' "$1"
    return 2
  fi
}

# file_has_lines FILE MODE [LINE…]: FILE is these lines and nothing else, and has MODE, if one is given.
file_has_lines() {
  local file=$1 mode=$2 content='' wanted=''
  shift 2
  (($# == 0)) || printf -v wanted '%s\n' "$@"
  # What is as it should be is found so at the first look.
  if [[ ! -f $file || ! -r $file ]] || IFS= read -r -d '' content <"$file" || [[ $content != "$wanted" ]]; then
    sw_read_text "$file" || return
    [[ $content == "$wanted" ]] || return
  fi
  [[ -z $mode ]] || sw_has_mode "$file" "$mode"
}

# file_has_line FILE LINE [PREFIX…]: LINE is in FILE, and no other line begins with a PREFIX.
file_has_line() {
  local content='' line status=1
  local -a lines=()
  sw_read_text "$1" || return
  mapfile -t lines <"$1"
  for line in "${lines[@]}"; do
    if [[ $line == "$2" ]]; then
      status=0
    elif sw_begins_with "$line" "${@:3}"; then
      return 1
    fi
  done
  return "$status"
}

# sw_begins_with LINE [PREFIX…]: whether LINE begins with one of them.
sw_begins_with() {
  local prefix
  for prefix in "${@:2}"; do
    [[ -z $prefix || $1 != "$prefix"* ]] || return 0
  done
  return 1
}

# file_lacks_text FILE TEXT: FILE is there, and TEXT is nowhere in it.
file_lacks_text() {
  local LC_ALL=C content=''
  sw_read_text "$1" || return
  [[ $content != *"$2"* ]]
}

# file_is_absent FILE
file_is_absent() {
  [[ ! -e $1 && ! -L $1 ]]
}

# directory_is_there DIRECTORY MODE
directory_is_there() {
  [[ -d $1 ]] && sw_has_mode "$1" "$2"
}

# write_lines FILE MODE [LINE…]: what file_has_lines asks for.
write_lines() {
  local file=$1 mode=$2 wanted=''
  shift 2
  (($# == 0)) || printf -v wanted '%s\n' "$@"
  keep_original "$file"
  printf '%s' "$wanted" | replace_file "$file" "$mode"
}

# sw_take_text FILE: sets the caller's content, and stops the step when not all of it could be read.
sw_take_text() {
  local LC_ALL=C bytes
  sw_read_text "$1" || fail "$1 could not be read as text, and was not changed"
  bytes=$(stat -L -c %s -- "$1")
  ((bytes == ${#content})) || fail "$1 could not be read to its end, and was not changed"
}

# put_line FILE LINE [PREFIX…]: what file_has_line asks for. LINE takes the place of the first line
# that begins with a PREFIX, and is added at the end where none does.
put_line() {
  local file=$1 wanted=$2 content='' line placed=no
  local -a lines=() made=()
  keep_original "$file"
  [[ ! -e $file ]] || sw_take_text "$file"
  [[ -z $content ]] || mapfile -t lines <"$file"
  for line in "${lines[@]}"; do
    [[ $line != "$wanted" ]] || placed=yes
  done
  for line in "${lines[@]}"; do
    if [[ $line == "$wanted" ]] || ! sw_begins_with "$line" "${@:3}"; then
      made+=("$line")
    elif [[ $placed == no ]]; then
      made+=("$wanted")
      placed=yes
    fi
  done
  [[ $placed == yes ]] || made+=("$wanted")
  printf '%s\n' "${made[@]}" | replace_file "$file"
}

# replace_text FILE FROM TO: what file_lacks_text asks for: every FROM becomes TO.
replace_text() {
  local content=''
  [[ -e $1 ]] || fail "there is no $1 to replace ${2@Q} in"
  [[ -n $2 && $3 != *"$2"* ]] || fail "${2@Q} cannot be replaced by ${3@Q}: it would still be there"
  keep_original "$1"
  sw_take_text "$1"
  sw_substitute "$2" "$3"
  printf '%s' "$content" | replace_file "$1"
}

# sw_substitute FROM TO: in the caller's content, as bytes.
sw_substitute() {
  local LC_ALL=C
  content=${content//"$1"/"$2"}
}

# remove_file FILE: takes a file or a link away. What it was is kept in $sw_state/removed first, beside
# what was removed there before.
remove_file() {
  local file kept number=1
  [[ -L $1 || -f $1 ]] || fail "$1 is no plain file, and is not removed"
  file=$(readlink -m -- "${1%/*}/")
  file=${file%/}/${1##*/}
  kept=$sw_state/removed$file
  while [[ -e $kept || -L $kept ]]; do
    number=$((number + 1))
    kept=$sw_state/removed$file.~$number~
  done
  sw_keep_copy "$file" "$kept" || sw_fail_to_keep "$1"
  run rm -f -- "$file"
}
