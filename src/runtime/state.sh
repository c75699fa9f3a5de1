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
