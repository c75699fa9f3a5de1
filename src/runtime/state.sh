# state: what is kept between runs: the journal, the parameters and the carried values.

sw_journal_header=''
sw_journal_lines=()
declare -A sw_events=() sw_part_events=() sw_part_boots=()
sw_begun=no

# sw_boot_id: sets sw_text to the id of the running boot.
sw_boot_id() {
  sw_text=''
  read -r sw_text </proc/sys/kernel/random/boot_id
}

# sw_read_journal: takes in what earlier runs noted. A last line that was cut short does not count.
# Status 1 when the file is not the journal of this procedure; it is a hint, not the truth: each
# step looks at the system itself.
sw_read_journal() {
  local file=$sw_state/journal line time boot part event step rest
  sw_journal_header="stepwright-journal 1 $sw_procedure"
  [[ -s $file ]] || return 0
  mapfile sw_journal_lines <"$file" || return 1
  [[ ${sw_journal_lines[0]} == "$sw_journal_header"$'\n' ]] || return 1
  for line in "${sw_journal_lines[@]:1}"; do
    [[ $line == *$'\n' ]] || continue
    IFS=$'\t' read -r time boot part event step rest <<<"$line"
    [[ $time =~ ^[0-9]+$ && $part =~ ^[0-9]+$ && -n $event ]] || continue
    sw_begun=yes
    if [[ ${step:--} != - ]]; then
      sw_events[$step]=$event
    else
      sw_part_events[$part]+=" $event"
      [[ $event != finished ]] || sw_part_boots[$part]=$boot
    fi
  done
}

# sw_note EVENT [STEP [DETAIL]]: adds a line to the journal.
sw_note() {
  local detail=${3:-}
  printf '%(%s)T\t%s\t%s\t%s\t%s\t%s\n' -1 "$sw_boot" "$sw_part" "$1" "${2:--}" "${detail//[[:cntrl:]]/ }" \
    >>"$sw_state/journal" || return 1
  [[ -z ${2:-} ]] || sw_events[$2]=$1
}

# sw_note_safely EVENT [STEP [DETAIL]]: the same, and the line is on the disk when this returns.
sw_note_safely() {
  sw_note "$@" && sync "$sw_state/journal"
}

# sw_open_state: makes the folder that the state is kept in, and a journal that can be added to.
sw_open_state() {
  [[ -d $sw_state/carried ]] || (umask 077 && mkdir -p -- "$sw_state/carried") || return 1
  local file=$sw_state/journal last=''
  if [[ ! -s $file ]]; then
    printf '%s\n' "$sw_journal_header" | sw_replace_file "$file" 0600
    return
  fi
  ((${#sw_journal_lines[@]} == 0)) || last=${sw_journal_lines[-1]}
  # The power failed within a line: end it, so that it does not swallow the next one.
  [[ $last == *$'\n' ]] || printf '\n' >>"$file"
}

# sw_replace_file FILE MODE: FILE gets standard input as its content, whole or not at all.
sw_replace_file() {
  local part=$1.sw-part
  (umask 077 && cat >"$part") &&
    chmod -- "$2" "$part" &&
    sync "$part" &&
    mv -f -- "$part" "$1" &&
    sync "${1%/*}"
}

# sw_recall_parameters: parameters that an earlier run was given stay so until they are set anew.
sw_recall_parameters() {
  local sw_line
  [[ -r $sw_state/parameters ]] || return 0
  while IFS= read -r sw_line; do
    [[ -n ${sw_types[${sw_line%%=*}]:-} && ${sw_origins[${sw_line%%=*}]} == default ]] || continue
    sw_set "$sw_line" recorded || sw_refuse "$sw_state/parameters: ${sw_text#--set }" \
      "set it with --set ${sw_line%%=*}=VALUE"
  done <"$sw_state/parameters"
}

# sw_keep_parameters: notes for later runs and parts which parameters have been set.
sw_keep_parameters() {
  local sw_name sw_known sw_line sw_lines=''
  [[ ! -r $sw_state/parameters ]] || while IFS= read -r sw_line; do
    # A parameter that only another part has is kept for that part.
    [[ -n ${sw_types[${sw_line%%=*}]:-} ]] || sw_lines+=$sw_line$'\n'
  done <"$sw_state/parameters"
  for sw_name in "${sw_parameters[@]}"; do
    [[ ${sw_origins[$sw_name]} == default ]] || sw_lines+="$sw_name=${!sw_name}"$'\n'
  done
  sw_known=''
  [[ ! -r $sw_state/parameters ]] || IFS= read -r -d '' sw_known <"$sw_state/parameters" || :
  [[ $sw_known == "$sw_lines" ]] || printf '%s' "$sw_lines" | sw_replace_file "$sw_state/parameters" 0600
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
# Fails when a value is not of its type.
carry() {
  local name=$1 type=${sw_carried_types[$1]} value
  shift
  if [[ $type == lines ]]; then
    for value; do
      sw_obeys text "$value" || {
        printf 'carried value %s: an item must be one line of text, got %s\n' "$name" "${value@Q}" >&2
        return 1
      }
    done
  elif (($# != 1)) || ! sw_obeys "$type" "$1"; then
    printf 'carried value %s: must be %s, got %s\n' "$name" "${sw_rule_words[$type]}" "${*@Q}" >&2
    return 1
  fi
  (($# == 0)) || printf '%s\n' "$@" | sw_replace_file "$sw_state/carried/$name" 0600
  (($# > 0)) || sw_replace_file "$sw_state/carried/$name" 0600 </dev/null
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
