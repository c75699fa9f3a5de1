# hooks: what some parts of this runtime want done around every run.

# Functions to call when a run begins to change things, when it ends however it ends, and below the
# summary of one that went through.
sw_hooks_begin=() sw_hooks_end=() sw_hooks_summary=()
# Options that only some scripts have, each with its help, and those of them that were given.
declare -A sw_more_options=()
sw_taken_options=()

# sw_call_hooks begin|end|summary
sw_call_hooks() {
  local sw_hook
  case $1 in
    begin) set -- "${sw_hooks_begin[@]}" ;;
    end) set -- "${sw_hooks_end[@]}" ;;
    summary) set -- "${sw_hooks_summary[@]}" ;;
  esac
  for sw_hook; do
    "$sw_hook" || return
  done
}

# sw_taken OPTION: whether it was given.
sw_taken() {
  [[ " ${sw_taken_options[*]} " == *" $1 "* ]]
}
