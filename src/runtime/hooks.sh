# hooks: what some parts of this runtime want done around every run.

# Functions to call with the other requirements, when a run begins to change things, before the
# reboot, when a run ends however it ends, when it ends before its time, below the summary of one that
# went through, and below what --status tells.
sw_hooks_require=() sw_hooks_begin=() sw_hooks_reboot=() sw_hooks_end=() sw_hooks_summary=()
sw_hooks_early=() sw_hooks_status=()
# Options that only some scripts have, each with its help, and those of them that were given.
declare -A sw_more_options=()
sw_taken_options=()

# sw_call_hooks require|begin|reboot|end|early|summary|status: calls them all. Status 1 when one failed.
sw_call_hooks() {
  local sw_hook sw_bad=0
  case $1 in
    require) set -- "${sw_hooks_require[@]}" ;;
    begin) set -- "${sw_hooks_begin[@]}" ;;
    reboot) set -- "${sw_hooks_reboot[@]}" ;;
    end) set -- "${sw_hooks_end[@]}" ;;
    early) set -- "${sw_hooks_early[@]}" ;;
    summary) set -- "${sw_hooks_summary[@]}" ;;
    status) set -- "${sw_hooks_status[@]}" ;;
  esac
  for sw_hook; do
    "$sw_hook" || sw_bad=1
  done
  return "$sw_bad"
}

# sw_taken OPTION: whether it was given.
sw_taken() {
  [[ " ${sw_taken_options[*]} " == *" $1 "* ]]
}
