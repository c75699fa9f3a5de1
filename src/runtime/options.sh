# options: the command line.

sw_mode=run sw_from='' sw_only='' sw_yes=no sw_reboot=ask sw_allow_ssh=no sw_colour_wanted=auto
sw_skip=() sw_wrong=()

sw_usage() {
  printf 'Use: bash %s [OPTION…]\n\n%s\n' "$sw_script" "$sw_title"
  cat <<'END'

  --check           say what would keep this script from starting, and the plan; change nothing
  --dry-run         say for each step whether it is done, and with which commands it would be
  --list            list the steps
  --status          tell what earlier runs did
  --set NAME=VALUE  set a parameter
  --yes             do not ask before the first change
  --reboot          reboot by itself when everything is done
  --from STEP       begin with this step
  --only STEP       run this step alone
  --skip STEP       leave this step out
  --allow-ssh       start on an SSH session outside of tmux and screen
  --log FILE        write the log there
  --color WHEN      auto, always or never
  --version         say which procedure and part this is
  --help            show this
END
  local sw_name
  for sw_name in "${!sw_more_options[@]}"; do
    printf '  %-17s %s\n' "$sw_name" "${sw_more_options[$sw_name]}"
  done
  printf '\nParameters:\n'
  for sw_name in "${sw_parameters[@]}"; do
    printf '  %s=%q\n      %s\n' "$sw_name" "${!sw_name}" "${sw_helps[$sw_name]}"
  done
  printf '\nExit status: 0 done; 1 a step failed; 2 wrong usage; 3 refused before anything was changed;\n'
  printf '4 another run holds the lock; 10 done, reboot needed; 130, 143 stopped on request.\n'
}

# sw_take_options ARGUMENT…: reads the command line; what is wrong with it goes to sw_wrong.
sw_take_options() {
  local sw_option sw_value
  while (($# > 0)); do
    sw_option=$1
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
      *) sw_value='' ;;
    esac
    sw_take_option "$sw_option" "$sw_value"
  done
}

sw_take_option() {
  case $1 in
    --check | --dry-run | --list | --status | --version | --help) sw_mode=${1#--} ;;
    -h) sw_mode=help ;;
    --set) sw_set "$2" flag || sw_wrong+=("$sw_text") ;;
    --yes | -y) sw_yes=yes ;;
    --reboot) sw_reboot=yes ;;
    --allow-ssh) sw_allow_ssh=yes ;;
    --from) sw_from=$2 ;;
    --only) sw_only=$2 ;;
    --skip) sw_skip+=("$2") ;;
    --log)
      if sw_obeys path "$2"; then sw_log=$2; else sw_wrong+=("--log must be an absolute path, got ${2@Q}"); fi
      ;;
    --color | --colour)
      case $2 in
        auto | always | never) sw_colour_wanted=$2 ;;
        *) sw_wrong+=("--color must be auto, always or never, got ${2@Q}") ;;
      esac
      ;;
    *)
      if [[ -n ${sw_more_options[$1]:-} ]]; then
        sw_taken_options+=("$1")
      else
        sw_wrong+=("no such option: ${1@Q}")
      fi
      ;;
  esac
}

# sw_check_step_names: the steps that the options name have to be there.
sw_check_step_names() {
  local name
  for name in "$sw_from" "$sw_only" "${sw_skip[@]}"; do
    [[ -z $name || -n ${sw_index_of[$name]:-} ]] || sw_wrong+=("no such step: ${name@Q} (see --list)")
  done
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
