# report: the end of a run, in words that tell how to go on.

sw_failed=no

# sw_fail REASON [STATUS]: the current step failed. Notes and tells everything that helps.
# STATUS: what its commands ended with; they have noted the rest.
sw_fail() {
  local reason=$1 id=${sw_ids[sw_index]}
  local -a failure=() output=()
  sw_failed=yes
  [[ -z ${2:-} || ! -r $sw_state/failure ]] || mapfile -t failure <"$sw_state/failure"
  if [[ -z $reason ]]; then
    sw_tell_end "${failure[0]:-$2}"
    reason=${failure[2]:-$sw_text}
  fi
  sw_take_output "$((${#failure[@]} > 2 ? ${#failure[@]} - 2 : 0))"
  sw_note_safely failed "$id" "$reason" || :
  sw_line failed "$sw_red"
  sw_complain ''
  sw_complain "Step $id failed: ${reason//[[:cntrl:]]/ }" "$sw_red"
  ((${#failure[@]} < 4)) || sw_tell_lines '  ' "${failure[@]:3}"
  [[ -z ${failure[1]:-} ]] || sw_complain "  command: ${failure[1]//[[:cntrl:]]/ }"
  if ((${#output[@]} > 0)); then
    sw_tell '  its last output:'
    sw_tell_lines '    | ' "${output[@]}"
  fi
  [[ $sw_once == no ]] || sw_complain "  the next run does it again from its beginning; to leave it out: --skip $id"
  sw_tell_undo
}

# sw_tell_end STATUS: sets sw_text to what a command with that status came to.
sw_tell_end() {
  sw_text="a command ended with status $1"
  (($1 <= 128 || $1 > 192)) || sw_text="a command was ended by signal $(kill -l "$1") (status $1)"
}

# sw_take_output COUNT: sets the caller's output to the last lines that came of the step, without
# the last COUNT ones. What this script itself writes to the log begins with "# " and the time.
sw_take_output() {
  local line
  while IFS= read -r line; do
    if [[ $line == '# '????-??-??' '??:??:??' '* ]]; then
      output=()
    else
      output+=("$line")
    fi
  done 2>/dev/null < <(tail -n "$((20 + $1))" -- "$sw_log")
  (($1 == 0 || ${#output[@]} < $1)) || output=("${output[@]:0:${#output[@]}-$1}")
}

# sw_tell TEXT: one line to standard error, of what the log has already.
sw_tell() {
  printf '%s\n' "$1" >&2 2>/dev/null || :
}

# sw_tell_lines PREFIX LINE…
sw_tell_lines() {
  local line prefix=$1
  shift
  for line; do
    sw_tell "$prefix${line//[[:cntrl:]]/ }"
  done
}

# sw_tell_undo: the step's own advice on how to take it back.
sw_tell_undo() {
  local sw_advice=${sw_ids[sw_index]//-/_}__undo
  [[ $(type -t "$sw_advice") != function ]] || "$sw_advice"
}

# advise TEXT: how a step is taken back.
advise() {
  sw_complain "  to take it back: $1"
}

# sw_tell_how_to_go_on WHEN: the exact command.
sw_tell_how_to_go_on() {
  local sw_id sw_arguments
  local -a sw_line=(bash "$sw_folder/$sw_script")
  sw_set_arguments
  sw_arguments=${sw_text:+ $sw_text}
  for sw_id in "${sw_skip[@]}"; do
    sw_line+=(--skip "$sw_id")
  done
  [[ -z $sw_only ]] || sw_line+=(--only "$sw_only")
  [[ -z $sw_from ]] || sw_line+=(--from "$sw_from")
  [[ $sw_log == "$sw_default_log" ]] || sw_line+=(--log "$sw_log")
  [[ $sw_allow_ssh == no ]] || sw_line+=(--allow-ssh)
  [[ $sw_yes == no ]] || sw_line+=(--yes)
  [[ $sw_reboot != yes ]] || sw_line+=(--reboot)
  sw_words "${sw_line[@]}" "${sw_taken_options[@]}"
  [[ -z ${SUDO_USER:-} ]] || sw_text="sudo $sw_text"
  sw_complain "  the whole log: $sw_log"
  [[ $sw_log_broken == no ]] || sw_complain "  not all of it could be written: is the disk full? see: df $sw_log"
  sw_complain "  to go on$1: $sw_text$sw_arguments"
}
