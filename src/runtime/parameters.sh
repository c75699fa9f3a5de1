# parameters: their declaration, their types, and --set.

sw_parameters=()
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

# sw_why_refused NAME TEXT: sets sw_text to what a value of parameter NAME must be, or to nothing.
sw_why_refused() {
  local type=${sw_types[$1]} text=$2
  local -a limits=()
  mapfile -t limits <<<"${sw_limits[$1]%$'\n'}"
  sw_text=''
  if [[ $type == choice ]]; then
    local choice
    for choice in "${limits[@]}"; do
      [[ $choice != "$text" ]] || return 0
    done
    printf -v sw_text ', %s' "${limits[@]}"
    sw_text="must be one of ${sw_text#, }"
  elif ! sw_obeys "$type" "$text"; then
    sw_text="must be ${sw_rule_words[$type]}"
  elif [[ $type == integer && ${limits[0]:--} != - ]] && ((text < limits[0])); then
    sw_text="must be ${limits[0]} or more"
  elif [[ $type == integer && ${limits[1]:--} != - ]] && ((text > limits[1])); then
    sw_text="must be ${limits[1]} or less"
  fi
}

# sw_set NAME=VALUE ORIGIN: sets a parameter. Hyphens in NAME are as good as underscores.
# Status 1, with the reason in sw_text, when there is no such parameter or the value is not one.
sw_set() {
  local name=${1%%=*} value=${1#*=} origin=$2
  if [[ $1 != *=* ]]; then
    sw_text="--set $1: write --set NAME=VALUE"
    return 1
  fi
  name=${name//-/_}
  if [[ -z $name || -z ${sw_types[$name]:-} ]]; then
    sw_text="--set ${1%%=*}: no such parameter; there are: ${sw_parameters[*]:-none}"
    return 1
  fi
  sw_why_refused "$name" "$value"
  if [[ -n $sw_text ]]; then
    sw_text="--set $name: $sw_text, got ${value@Q}"
    return 1
  fi
  printf -v "$name" '%s' "$value"
  sw_origins[$name]=$origin
}

# sw_set_arguments: sets sw_text to the --set arguments that this run was given.
sw_set_arguments() {
  local name
  sw_text=''
  for name in "${sw_parameters[@]}"; do
    [[ ${sw_origins[$name]} == flag ]] || continue
    printf -v sw_text '%s --set %q' "$sw_text" "$name=${!name}"
  done
}
