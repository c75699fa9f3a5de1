# service: what systemd says of a unit. Status 0: so it is; 1: it is not; 2: it does not tell.

# sw_ask_systemd UNIT: sets the caller's activity, file (the state of the unit's file) and wanted
# (the units that start it) with one question. Status 2 when there is no answer.
sw_ask_systemd() {
  local answer line
  answer=$(systemctl show --property=ActiveState,UnitFileState,WantedBy,RequiredBy -- "$1") ||
    return 2
  while IFS= read -r line; do
    case $line in
      ActiveState=*) activity=${line#*=} ;;
      UnitFileState=*) file=${line#*=} ;;
      WantedBy=?* | RequiredBy=?*) wanted+=${wanted:+ }${line#*=} ;;
    esac
  done <<<"$answer"
  [[ -n $activity ]] || return 2
}

# unit_is_stopped UNIT: nothing of it runs, or is about to. A unit that does not exist is stopped.
unit_is_stopped() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $activity in
    inactive | failed) return 0 ;;
    active | activating | deactivating | reloading | refreshing | maintenance) return 1 ;;
  esac
  return 2
}

# unit_runs UNIT: it has started, and did not end.
unit_runs() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $activity in
    active | reloading | refreshing) return 0 ;;
    inactive | failed | activating | deactivating | maintenance) return 1 ;;
  esac
  return 2
}

# unit_is_enabled UNIT: it is started at boot.
unit_is_enabled() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $file in
    enabled) return 0 ;;
    disabled | enabled-runtime | linked | linked-runtime | masked | masked-runtime) return 1 ;;
    bad | invalid) return 2 ;;
  esac
  # It has no file, or one that cannot be enabled by itself: what counts is who starts it.
  [[ -n $wanted ]]
}

# unit_is_disabled UNIT: it is not started at boot. A unit that does not exist is not.
unit_is_disabled() {
  local activity='' file='' wanted=''
  sw_ask_systemd "$1" || return
  case $file in
    disabled | linked | linked-runtime | masked) return 0 ;;
    enabled | enabled-runtime) return 1 ;;
    bad | invalid) return 2 ;;
    masked-runtime)
      printf '%s is masked until the next boot, and what it is then systemd does not tell: unmask it\n' "$1"
      return 2
      ;;
  esac
  [[ -n $wanted ]] || return 0
  # An init script can be disabled; whatever else has no state of its own is started by another unit.
  [[ $file != generated ]] || return 1
  printf '%s cannot be disabled (its file is %s): %s starts it\n' "$1" "${file:-missing}" "$wanted"
  return 2
}
