# report: the end of a run, in words that tell how to go on.

# sw_fail REASON [STATUS]: the current step failed. Notes and tells everything that helps.
sw_fail() {
  local reason=$1 status=${2:-} id=${sw_ids[sw_index]} line
  local -a failure=()
  if [[ -n $sw_stop ]]; then
    sw_note stopped "$id" || :
    sw_line stopped "$sw_yellow" "on request"
    return 0
  fi
  [[ -z $status || ! -r $sw_state/failure ]] || mapfile -t failure <"$sw_state/failure"
  reason=${reason:-${failure[2]:-a command ended with status ${failure[0]:-$status}}}
  sw_note_safely failed "$id" "$reason" || :
  sw_line failed "$sw_red"
  sw_complain ''
  sw_complain "${sw_red}Step $id failed:${sw_plain} $reason"
  [[ -z ${failure[1]:-} ]] || sw_complain "  command: ${failure[1]}"
  [[ $sw_log_open != yes ]] || sw_tell_output
  sw_tell_undo
}

# sw_tell_output: the last lines of the log that the step's commands wrote.
sw_tell_output() {
  local line
  printf '%s\n' '  its last output:' >&2 2>/dev/null || :
  while IFS= read -r line; do
    [[ $line == ????-??-??' '??:??:??' '* ]] || printf '    | %s\n' "${line//[[:cntrl:]]/ }" >&2 2>/dev/null || :
  done < <(tail -n 20 -- "$sw_log")
}

# sw_tell_undo: the step's own advice on how to take it back.
sw_tell_undo() {
  local advice=${sw_ids[sw_index]//-/_}__undo
  [[ $(type -t "$advice") != function ]] || "$advice"
}

# advise TEXT: how a step is taken back.
advise() {
  sw_complain "  to take it back: $1"
}

# sw_tell_how_to_go_on: the exact command.
sw_tell_how_to_go_on() {
  local log='' script
  printf -v script '%q' "$sw_folder/$sw_script"
  sw_set_arguments
  [[ $sw_log == "$sw_default_log" ]] || printf -v log ' --log %q' "$sw_log"
  sw_complain "  the whole log: $sw_log"
  sw_complain "  to go on, when the cause is mended: bash $script$sw_text$log"
}

# sw_summary: one line on what was done.
sw_summary() {
  local name ok=0 changed=0 skipped=0
  for name in "${!sw_outcomes[@]}"; do
    case ${sw_outcomes[$name]} in
      ok) ok=$((ok + 1)) ;;
      changed) changed=$((changed + 1)) ;;
      skipped) skipped=$((skipped + 1)) ;;
    esac
  done
  sw_duration "$SECONDS"
  say "$changed changed, $ok ok, $skipped skipped, in $sw_text"
  sw_call_hooks summary
}
