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
