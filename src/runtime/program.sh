# program: a program that runs in the foreground until something holds, as under the hands of an
# administrator who watches it and presses Ctrl-C then.

# The step whose program this run watches itself.
sw_watched=''

# program_is_over STEP: whether no program runs that an earlier, interrupted run of STEP has started.
program_is_over() {
  [[ $sw_watched == "$1" ]] || ! sw_noted_program "$1"
}

# demand_stopped UNIT: stops the step while that unit, which runs the same program, is not stopped.
demand_stopped() {
  unit_is_stopped "$1" ||
    fail "the service $1 runs, or may run: a second one of its program beside it could do harm" \
      "Stop it: systemctl stop ${1@Q}; then run this script again."
}

# program_ran STEP SIGNAL STALL PATIENCE COMMAND [ARGUMENT…]: runs COMMAND until the check of STEP
# holds, and stops it with SIGNAL then. Fails when COMMAND ends by itself before that, and when for
# STALL seconds the check has not got further; where it does not tell how far it is, when the log has
# not grown either. COMMAND is given PATIENCE seconds to end, and is killed then.
program_ran() {
  local sw_step=$1 sw_signal=$2 sw_stall=$3 sw_patience=$4 sw_check=${1//-/_}__check
  local sw_pid='' sw_shown='' sw_moved=0 sw_furthest=-1
  shift 4
  if sw_noted_program "$sw_step"; then
    sw_pid=$sw_text
    printf 'process %s was left running by a run that was interrupted\n' "$sw_pid"
    sw_end_program
  fi
  sw_watched=$sw_step
  if sw_is_reached; then return 0; fi
  sw_start_program "$@"
  sw_uptime sw_moved
  sw_name_program "$@"
  sw_watch_program "$sw_text"
}

# sw_name_program COMMAND [ARGUMENT…]: sets sw_text to the program that it runs, be it through env.
sw_name_program() {
  if [[ ${1##*/} == env ]]; then
    shift
    while (($# > 1)) && [[ $1 == -* || $1 == *=* ]]; do shift; done
  fi
  sw_text=${1:-env}
}

# sw_uptime NAME: sets variable NAME to the seconds since boot. SECONDS follows the clock, which may well
# be set anew soon after boot.
sw_uptime() {
  local sw_seconds
  read -r sw_seconds _ </proc/uptime
  printf -v "$1" '%s' "${sw_seconds%.*}"
}

# sw_watch_program NAME: until the check holds. However this ends, the program has ended.
sw_watch_program() {
  local sw_ask=0 sw_since sw_now sw_size=0 sw_before=-1 sw_status=0
  while sw_runs "$sw_pid"; do
    if sw_has_to_stop; then
      sw_end_program
      exit 143
    fi
    sw_uptime sw_now
    if ((sw_now >= sw_ask)); then
      sw_since=$sw_now
      if sw_is_reached; then
        sw_end_program
        return 0
      fi
      ! sw_has_advanced || sw_moved=$sw_now
      # Asking takes a fifth of the time at most.
      sw_uptime sw_now
      sw_ask=$((sw_now + 2 + 4 * (sw_now - sw_since)))
    fi
    sw_log_size sw_size
    # Where it is counted, a line that is logged now and then is no progress.
    ((sw_size == sw_before)) || [[ -n $sw_shown ]] || sw_moved=$sw_now
    sw_before=$sw_size
    ((sw_now - sw_moved < sw_stall)) || {
      sw_give_up "$1"
      return 0
    }
    sleep 0.5
  done
  wait "$sw_pid" || sw_status=$?
  sw_end_program
  sw_is_reached || sw_fail_program \
    "$1 ended by itself, with status $sw_status, before its work was done${sw_shown:+: $sw_shown}" \
    'Its own reason stands above, where it has told one.'
}

# sw_give_up NAME: ends it, which may have brought what was under way to its end then.
sw_give_up() {
  local moved='nothing moved, neither its output nor what it is to bring about'
  sw_end_program
  sw_duration "$sw_stall"
  [[ -z $sw_shown ]] || moved="it got no further than $sw_shown"
  moved="for $sw_text $moved"
  ! sw_is_reached || return 0
  sw_fail_program "$1 was stopped: $moved" \
    'Look for its own reason above; a full disk shows in: df -h; where it was at work, give it longer (--help shows the parameters)'
}

# sw_fail_program WHAT REMEDY: stops the step, with the images that the check has missed, and how to do
# without them.
sw_fail_program() {
  local -a words=("$1")
  if ((${#sw_lacking[@]} > 0)); then
    sw_tell_lists "${sw_lacking[@]}"
    words+=('Missing:' "${sw_lacking[@]/#/  }"
      "One that is not wanted any more: take its line out of $sw_text; then run this script again.")
  fi
  fail "${words[@]}" "$2"
}

# sw_has_advanced: whether the check's count, "3 of 7", is higher than it ever was.
sw_has_advanced() {
  local count=${sw_progress%% *}
  [[ $count =~ ^[0-9]+$ ]] && ((count > sw_furthest)) || return 1
  sw_furthest=$count
}

# sw_is_reached: asks the check, and shows how far it has come where the check tells that.
sw_is_reached() {
  local sw_answer=0
  sw_progress='' sw_lacking=()
  "$sw_check" </dev/null >/dev/null 2>&1 || sw_answer=$?
  if [[ -n $sw_progress && $sw_progress != "$sw_shown" ]]; then
    sw_shown=$sw_progress
    printf '%s\n' "$sw_shown"
  fi
  return "$sw_answer"
}

# sw_start_program COMMAND [ARGUMENT…]: starts it in a session of its own and sets sw_pid. It notes
# itself before it becomes COMMAND: none can be left that a later run does not know of.
# A shell cannot undo that signals are ignored where it was started so, as every script's background
# commands ignore SIGINT; perl, which every Debian has, can.
sw_start_program() {
  sw_command=("$@")
  printf '+ %s\n' "${*@Q}"
  (
    sw_pid=$BASHPID
    sw_stat "$sw_pid"
    printf '%s %s %s\n' "$sw_boot" "$sw_pid" "${sw_text##* }" | sw_replace_file "$sw_state/program-$sw_step" 0600
    exec perl -MPOSIX=setsid -e '
      $SIG{$_} = "DEFAULT" for qw(HUP INT QUIT PIPE TERM);
      setsid();
      exec { $ARGV[0] } @ARGV;
      warn "$ARGV[0]: $!\n";
      exit 127;
    ' -- "$@"
  ) </dev/null 7>&- 8>&- 9>&- &
  sw_pid=$!
  # From here on a signal to its group reaches it.
  while sw_runs "$sw_pid" && [[ $sw_text != *" $sw_pid "* ]]; do
    sleep 0.05
  done
}

# sw_end_program: the program sw_pid and its process group are told to end, and do: what it leaves
# behind there when it has ended is told to by SIGTERM, and what stays is killed.
sw_end_program() {
  local now limit told=''
  sw_uptime now
  limit=$((now + sw_patience))
  if sw_runs "$sw_pid"; then
    printf 'stopping process %s with SIG%s\n' "$sw_pid" "$sw_signal"
    sw_signal_program "$sw_signal"
  fi
  while sw_runs "$sw_pid" || sw_group_runs "$sw_pid"; do
    sw_uptime now
    if ((now >= limit)); then
      [[ $told != KILL ]] || fail "process $sw_pid cannot be ended" "See: ps -fp $sw_pid"
      printf 'it has not ended within %s s: killing it\n' "$sw_patience"
      told=KILL limit=$((now + 10))
      sw_signal_program KILL
    elif [[ -z $told ]] && ! sw_runs "$sw_pid"; then
      told=TERM
      sw_signal_program TERM
    fi
    sleep 0.2
  done
  wait "$sw_pid" 2>/dev/null || :
  rm -f -- "$sw_state/program-$sw_step"
}

sw_signal_program() {
  kill -s "$1" -- "-$sw_pid" 2>/dev/null || :
}

# sw_noted_program STEP: whether the program runs that a run of STEP has noted; its pid in sw_text.
sw_noted_program() {
  local boot pid start
  { read -r boot pid start <"$sw_state/program-$1"; } 2>/dev/null || return 1
  sw_runs "$pid" && [[ $boot == "$sw_boot" && $start == "${sw_text##* }" ]] || return 1
  sw_text=$pid
}

# sw_runs PID: whether the process runs: it is there, and not only waiting for its parent to notice
# that it ended.
sw_runs() {
  sw_stat "$1" && [[ $sw_text != [ZX]* ]]
}

# sw_group_runs PID: whether a process of that group runs.
sw_group_runs() {
  local process group
  for process in /proc/[0-9]*; do
    sw_runs "${process#/proc/}" || continue
    group=${sw_text#* }
    [[ ${group%% *} != "$1" ]] || return 0
  done
  return 1
}

# sw_stat PID: sets sw_text to the state, the process group and the start time, in ticks since boot,
# of the process. Status 1 when there is none.
sw_stat() {
  local stat='' field='[^ ]+'
  # The second field is a name in parentheses, which may hold anything.
  { IFS= read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null || [[ -n $stat ]] || return 1
  [[ ${stat##*) } =~ ^($field)' '$field' '($field)(' '$field){16}' '($field) ]] || return 1
  sw_text="${BASH_REMATCH[1]} ${BASH_REMATCH[2]} ${BASH_REMATCH[4]}"
}
