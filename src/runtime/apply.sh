# apply: a step's changes, made in a shell of their own in which a failing command stops the step.

sw_stop='' sw_woken=no sw_planning=no sw_asking=no sw_once=no sw_child='' sw_shell='' sw_command=()
# Where run notes its commands: in a step's own shell, the log itself, wherever the output of the step goes.
sw_trace=1

# run COMMAND [ARGUMENT…]: notes the command in the log and runs it. Between two commands is where an
# asked-for stop happens, but not within a step that can be done only once.
run() {
  local sw_text
  if [[ $sw_planning == yes ]]; then
    would "$@"
    return 0
  fi
  sw_words "$@"
  if [[ $sw_once == no ]] && sw_has_to_stop; then
    printf 'stopped before: %s\n' "$sw_text" >&"$sw_trace"
    # The shells around this one take it for a failure.
    : 2>/dev/null >"$sw_state/stopped" || :
    exit 143
  fi
  sw_command=("$@")
  # Noted by a shell that only looked, and that nobody minded. One beside the step's own forgets nothing.
  [[ $BASHPID != "$sw_shell" ]] || sw_forget failure
  printf '+ %s\n' "$sw_text" >&"$sw_trace"
  case $1 in
    # What is for this shell.
    cd | pushd | popd | umask | ulimit | export | unset | set | shopt | eval | . | source | wait) "$@" ;;
    # Of a name that no function can have, declare says more.
    *) if declare -F -- "$1" &>/dev/null; then "$@"; else sw_run_apart "$@"; fi ;;
  esac
}

# sw_run_apart COMMAND…: runs it out of the terminal's reach: apt has what it starts heed Ctrl-C again,
# whatever was ignored before, and a package's own script would end half-way. The shell around it keeps
# the lock, should all others be killed, and waits for it, should all be told to end; the command does
# not: a daemon that it starts must not hold the lock.
sw_run_apart() {
  setsid --wait "$BASH" -p -c 'trap : TERM; "$@" 9>&-; exit' bash "$@"
}

# sw_has_to_stop: whether a stop was asked for, or the script above has been killed. A shell within the
# step's own is not told by the signal; the file tells it.
sw_has_to_stop() {
  [[ -n $sw_stop || -e $sw_state/stop ]] || ! kill -0 "$$" 2>/dev/null
}

# sw_outwait FIND SECONDS DOES: waits as long as function FIND finds somebody at work, whom it names in
# holder, and heeds a stop meanwhile. Stops the step when they did not DOES in so many seconds.
sw_outwait() {
  local holder='' waited=0
  while "$1"; do
    ((waited < $2)) || fail "$holder, and did not $3 within $2 seconds" \
      "let it finish, or end it; then run this script again"
    ((waited % 30 > 0)) || printf 'waiting: %s\n' "$holder"
    # Which stops the step.
    ! sw_has_to_stop || run true
    sleep 2
    waited=$((waited + 2))
  done
}

# fail TEXT…: ends the step with a message; each TEXT is a line of it, and the first one the reason.
# Where it is only asked whether something would fail, they are printed.
fail() {
  if [[ $sw_asking == yes ]]; then
    printf '%s\n' "$@"
    exit 1
  fi
  if [[ $sw_planning == yes ]]; then
    would_say "stop: $1"
    exit 1
  fi
  printf '%s\n' "$@" >&2
  printf '%s\n' 1 '' "$@" >"$sw_state/failure"
  exit 1
}

# sw_note_failure STATUS COMMAND: which command failed, for the report. A shell inside of the step's
# own has noted it already, and knows it better.
sw_note_failure() {
  local noted='' command=$2
  trap - ERR
  [[ ! -r $sw_state/failure ]] || IFS= read -r noted <"$sw_state/failure" || :
  if [[ $noted != "$1" ]]; then
    if [[ $command == '"$@"' || $command == 'setsid '* ]]; then
      sw_words "${sw_command[@]}"
      command=$sw_text
    fi
    printf '%s\n%s\n' "$1" "${command//$'\n'/ }" >"$sw_state/failure"
  fi
  exit "$1"
}

# sw_apply FUNCTION: runs it with its output in the log. Sets sw_status.
# The shell that it runs in keeps the lock: should this script be killed, the next one waits until
# the command that is under way has ended.
sw_apply() {
  local sw_function=$1 sw_start=0 sw_follower=''
  sw_answers=()
  sw_forget failure stop stopped
  [[ $sw_live != yes ]] || sw_log_size sw_start
  (
    # Ctrl-C reaches every shell of the terminal; the script above passes it on as a TERM.
    trap 'sw_stop=yes' TERM
    trap '' HUP INT QUIT
    trap - PIPE
    sw_shell=$BASHPID sw_trace=8
    set -eE
    shopt -s inherit_errexit
    trap 'sw_note_failure "$?" "$BASH_COMMAND"' ERR
    "$sw_function"
    [[ $sw_once == no ]] || sw_note_once
  ) </dev/null >&8 2>&1 6>&- &
  sw_child=$!
  # Asked for before the child was known by its number.
  [[ -z $sw_stop || -e $sw_state/stop ]] || sw_pass_stop_on
  [[ $sw_live != yes ]] || sw_follow "$sw_start" "$sw_child"
  sw_await "$sw_child"
  sw_child=''
  [[ -z $sw_follower ]] || wait "$sw_follower" 2>/dev/null || :
}

# sw_note_once: the step that cannot look was done, and what it did is on the disks before that is noted.
sw_note_once() {
  sync
  sw_note_safely 'done' "${sw_ids[sw_index]}" ||
    fail "it is done, but $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
}

# sw_await PID: waits until it has ended, whatever signals come meanwhile. Sets sw_status.
sw_await() {
  while :; do
    sw_woken=no sw_status=0
    wait "$1" 2>/dev/null || sw_status=$?
    [[ $sw_woken == yes ]] || return 0
  done
}

# sw_see_end PID: waits for a shell that the step has started. Sets the caller's status to how it ended.
sw_see_end() {
  while :; do
    status=0
    wait "$1" || status=$?
    # Else a signal may have ended the wait, and not what is waited for.
    ((status > 128)) || return 0
    if ! kill -0 "$1" 2>/dev/null; then
      # It may have ended in the same moment: bash has kept how.
      status=0
      wait "$1" 2>/dev/null || status=$?
      return 0
    fi
  done
}

# sw_log_size NAME: sets variable NAME to the bytes that the log has.
sw_log_size() {
  local sw_log_bytes=0
  [[ ! -e $sw_log ]] || sw_log_bytes=$(stat -L -c %s -- "$sw_log")
  printf -v "$1" '%s' "$sw_log_bytes"
}

# sw_follow OFFSET PID: shows what is added to the log after OFFSET, dimmed, until PID has ended.
# Sets the caller's sw_follower to the process that does.
sw_follow() {
  local line
  {
    tail -c "+$(($1 + 1))" -s 0.1 -f --pid="$2" -- "$sw_log" 2>/dev/null |
      while IFS= read -r line; do
        printf '%s\n' "         $sw_dim${line//[[:cntrl:]]/ }$sw_plain" || break
      done
  } 9>&- 2>/dev/null &
  sw_follower=$!
}

# sw_asked_to_stop SIGNAL: a stop was asked for: the command that runs is let finish first.
sw_asked_to_stop() {
  sw_stop=$1 sw_woken=yes
  [[ -z $sw_child ]] || sw_pass_stop_on
}

# sw_pass_stop_on: tells the step's shells, and whoever asked.
sw_pass_stop_on() {
  local what='the command that runs now'
  : 2>/dev/null >"$sw_state/stop" || :
  kill -TERM "$sw_child" 2>/dev/null || :
  [[ $sw_once == no ]] || what="step ${sw_ids[sw_index]}"
  say "SIG$sw_stop: stopping as soon as $what has ended (see $sw_log)"
}

# sw_ended_on_request STATUS: whether a step that was applied ended between two of its commands, or while
# it looked at something: Ctrl-C reaches what only looks.
sw_ended_on_request() {
  [[ $sw_once == no && $sw_stop == INT && $1 == 130 ]] && return
  (($1 == 143)) && [[ -e $sw_state/stopped || ! -e $sw_state/failure ]]
}
