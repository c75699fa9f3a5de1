# apply: a step's changes, made in a shell of their own in which a failing command stops the step.

sw_stop='' sw_planning=no

# run COMMAND [ARGUMENT…]: notes the command in the log and runs it, without the lock: a daemon
# that it starts must not hold that. Between two commands is where an asked-for stop happens.
run() {
  if [[ $sw_planning == yes ]]; then
    would "$@"
    return 0
  fi
  if [[ -n $sw_stop ]] || ! kill -0 "$$" 2>/dev/null; then
    printf 'stopped before: %s\n' "${*@Q}"
    exit 143
  fi
  sw_command=("$@")
  printf '+ %s\n' "${*@Q}"
  "$@" 9>&-
}

# fail TEXT…: ends the step with a message; each TEXT is a line of it, and the first one the reason.
fail() {
  printf '%s\n' "$@" >&2
  printf '1\n\n%s\n' "$1" >"$sw_state/failure"
  exit 1
}

# sw_note_failure STATUS: which command failed, for the report. A shell inside of the step's own has
# noted it already, and knows it better.
sw_note_failure() {
  local noted=''
  trap - ERR
  [[ ! -r $sw_state/failure ]] || IFS= read -r noted <"$sw_state/failure" || :
  [[ $noted == "$1" ]] || printf '%s\n%s\n' "$1" "${sw_command[*]@Q}" >"$sw_state/failure"
  exit "$1"
}

# sw_apply FUNCTION: runs it with its output in the log. Sets sw_status.
# The shell that it runs in keeps the lock: should this script be killed, the next one waits until
# the command that is under way has ended.
sw_apply() {
  local sw_function=$1 sw_start=0
  sw_follower=''
  rm -f -- "$sw_state/failure"
  sw_log_size sw_start
  (
    # Ctrl-C reaches every process of the terminal; the script above passes it on as a TERM.
    trap 'sw_stop=yes' TERM
    trap '' HUP INT
    trap - PIPE
    set -eE
    shopt -s inherit_errexit
    sw_command=("$sw_function")
    trap 'sw_note_failure "$?"' ERR
    "$sw_function"
  ) </dev/null >&8 2>&1 &
  sw_child=$!
  [[ $sw_live != yes ]] || sw_follow "$sw_start" "$sw_child"
  sw_await "$sw_child"
  sw_child=''
  [[ -z $sw_follower ]] || wait "$sw_follower" 2>/dev/null || :
}

# sw_await PID: waits until it has ended, whatever signals come meanwhile. Sets sw_status.
sw_await() {
  while :; do
    sw_status=0
    wait "$1" 2>/dev/null || sw_status=$?
    kill -0 "$1" 2>/dev/null || return 0
  done
}

# sw_log_size NAME: sets variable NAME to the bytes that the log has.
sw_log_size() {
  local bytes=0
  [[ ! -e $sw_log ]] || bytes=$(stat -L -c %s -- "$sw_log")
  printf -v "$1" '%s' "$bytes"
}

# sw_follow OFFSET PID: shows what is added to the log after OFFSET, dimmed, until PID has ended.
sw_follow() {
  local line
  {
    trap '' INT
    tail -c "+$(($1 + 1))" -s 0.2 -f --pid="$2" -- "$sw_log" 2>/dev/null 9>&- |
      while IFS= read -r line; do
        printf '%s\n' "         $sw_dim${line//[[:cntrl:]]/ }$sw_plain" || break
      done
  } 9>&- 2>/dev/null &
  sw_follower=$!
}

# sw_asked_to_stop SIGNAL: a stop was asked for: the command that runs is let finish first.
sw_asked_to_stop() {
  sw_stop=$1
  if [[ -n $sw_child ]]; then
    kill -TERM "$sw_child" 2>/dev/null || :
    say "SIG$1: stopping as soon as the command that runs now has ended (see $sw_log)"
  fi
}
