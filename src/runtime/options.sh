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
