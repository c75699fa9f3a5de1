# perform: a whole run, from the command line to the exit status.

# procedure ID TITLE BASH: BASH is the oldest version that the script runs with.
procedure() {
  sw_procedure=$1
  sw_title=$2
  sw_bash=$3
  sw_state=/var/lib/stepwright/$1
  sw_default_log=/var/log/stepwright/$1.log
  sw_log=$sw_default_log
  sw_script=${0##*/}
  sw_folder=.
  [[ $0 != */* ]] || sw_folder=${0%/*}/
  { cd -P -- "$sw_folder" && sw_folder=${PWD%/}; } 2>/dev/null || :
}

# part NUMBER SCRIPT…: which of the procedure's scripts this is.
part() {
  sw_part=$1
  shift
  sw_scripts=("$@")
}

# perform ARGUMENT…: the exit status is the script's.
perform() {
  require_bash "$sw_bash"
  sw_refused || return
  sw_settle_shell
  parameters
  sw_take_options "$@"
  sw_colour "$sw_colour_wanted"
  sw_recall
  sw_split_lists
  sw_make_plan
  sw_check_step_names
  sw_usage_errors || return
  case $sw_mode in
    help) sw_usage ;;
    version) printf '%s, %s\n' "$sw_procedure" "${sw_scripts[sw_part - 1]}" ;;
    list) sw_list ;;
    *) sw_perform ;;
  esac
}

# sw_settle_shell: nothing depends on how the caller had set things.
sw_settle_shell() {
  { : <&0; } 2>/dev/null || exec </dev/null
  { : >&1; } 2>/dev/null || exec >/dev/null
  { : >&2; } 2>/dev/null || exec 2>/dev/null
  # -h: what a step puts in front of a program, or moves, is found there by the check after it.
  set +aefhkmC -u -o pipefail
  umask 022
  export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export HOME=${HOME:-/root}
  export -n SHELLOPTS BASHOPTS
  # TMOUT would have bash give up reading what a command is slow to say.
  unset BASH_ENV ENV CDPATH LANGUAGE POSIXLY_CORRECT GREP_OPTIONS GREP_COLORS TAR_OPTIONS GZIP TMOUT
  unset LD_PRELOAD LD_LIBRARY_PATH
  [[ -n ${TMPDIR:-} && -d $TMPDIR && -w $TMPDIR ]] || unset TMPDIR
  # Up to 5.0 bash keeps each here-string in a file, and errexit does not see that a loop had to do
  # without: not on a disk that may be full. Programs are not told.
  [[ -v TMPDIR || ! -w /run ]] || TMPDIR=/run
}

# sw_recall: what earlier runs left, before the plan is made. A reader who may not see it, or asks
# for a text that does not depend on it, does without.
sw_recall() {
  sw_boot_id
  sw_boot=$sw_text
  sw_read_journal ||
    sw_refuse "$sw_state/journal $sw_text" "look at it; when it is of no use, move it away: then every step looks at the \
system anew, what can be done only once is done again, and no part counts as finished"
  sw_recall_parameters
  sw_recall_carried
}

sw_perform() {
  exec 7>/dev/null
  [[ ! -t 1 ]] || sw_live=yes
  require_root
  if [[ $sw_mode == status ]]; then
    sw_refused || return
    sw_tell_status
    return
  fi
  sw_look_at_lock || return
  if sw_is_behind; then
    sw_tell_behind
    return
  fi
  sw_preflight
  sw_refused || return
  sw_compare_digest
  case $sw_mode in
    check)
      say 'Nothing keeps this script from starting. Its steps:'
      sw_list
      ;;
    dry-run) sw_dry_run </dev/null ;;
    run) sw_run ;;
  esac
}

# sw_is_behind: whether a later part of the procedure has begun. What this part had brought about
# may rightly have been undone there.
sw_is_behind() {
  local later
  for ((later = sw_part + 1; later <= ${#sw_scripts[@]}; later++)); do
    ! sw_part_has "$later" begin || return 0
  done
  return 1
}

# sw_tell_behind: that nothing is left to do; status 3 when there may be: the whole procedure was brought
# to its end by another build of it, or it went on with other parameters than are given now.
sw_tell_behind() {
  local other='' went="has gone on past $sw_script"
  ! sw_part_has "${#sw_scripts[@]}" finished || went='is finished'
  if [[ $sw_given_anew != ' ' ]]; then
    other="with other values of:${sw_given_anew% }"
  elif [[ $went == 'is finished' ]] && ! sw_is_known_build; then
    other="by another build of $sw_script"
  fi
  if [[ -z $other ]]; then
    say "$sw_procedure has gone on past $sw_script on this machine: nothing is left to do here."
    return 0
  fi
  sw_complain "$sw_script: $sw_procedure $went on this machine, $other; nothing was changed."
  sw_complain "  To have every step looked at anew: mv $sw_state/journal $sw_state/journal.old"
  return 3
}

sw_preflight() {
  sw_require_parts
  sw_require_settled
  sw_require_session
  if [[ $sw_mode == run ]]; then
    sw_require_consent
    sw_require_notes
  fi
  preflight
  sw_call_hooks require
}

# sw_run: the run proper. Its exit status is the script's.
sw_run() {
  local sw_went
  sw_begin || return
  # Not in an `if`: there a failing command would not stop its step.
  sw_run_steps
  sw_went=$?
  if ((sw_went == 0)); then
    sw_finish
  else
    sw_end_early
  fi
  sw_went=$?
  sw_leave_lock
  return "$sw_went"
}

# sw_begin: the lock, somebody's consent, the log and the journal, in that order.
sw_begin() {
  sw_take_lock || return
  if sw_journal_has_grown; then
    sw_complain "$sw_script: another run was here just now, and has ended; nothing was changed."
    sw_complain "  See how far it came: bash $sw_script --status"
    return 4
  fi
  sw_ask_consent || return
  [[ ! -t 0 ]] || sw_terminal=yes
  exec </dev/null
  cd / || return 3
  SECONDS=0
  sw_open_notes || return
  exec 6>&2 7>&8
  trap '' HUP
  trap : PIPE
  trap 'sw_asked_to_stop INT' INT QUIT
  trap 'sw_asked_to_stop TERM' TERM
  trap sw_ended_unexpectedly EXIT
  sw_call_hooks begin || sw_cannot_note
}

# sw_ask_consent: status 3 when it is not given.
sw_ask_consent() {
  local answer=''
  [[ $sw_yes == no ]] || return 0
  printf -v sw_text '%s\n%d steps. Go on? [y/N] ' "$sw_title" "${#sw_ids[@]}"
  # Whoever answers sits at a terminal, wherever the output goes.
  if [[ -t 1 ]] || ! { printf '%s' "$sw_text" >/dev/tty; } 2>/dev/null; then
    printf '%s' "$sw_text"
  fi
  read -r answer || answer=''
  [[ $answer != [yY]* ]] || return 0
  sw_complain 'Nothing was changed.'
  return 3
}

# sw_open_notes: the state, the log and the journal can be written, and are.
sw_open_notes() {
  if ! { sw_open_state && sw_open_journal && sw_keep_parameters && sw_open_log; } 2>/dev/null; then
    sw_cannot_note
    return
  fi
  sw_set_arguments
  sw_record "=== $sw_procedure, $sw_script, boot $sw_boot${sw_text:+, $sw_text}"
  if [[ $sw_log_broken == yes ]] || ! sw_note begin; then
    sw_cannot_note
  fi
}

# sw_cannot_note: what has to be noted for a run that may be cut off cannot be. Status 3.
sw_cannot_note() {
  sw_over=yes
  sw_complain "$sw_script: $sw_state or $sw_log cannot be written; nothing was changed."
  sw_complain "  Is the disk full? See: df $sw_state $sw_log; df -i $sw_state $sw_log"
  return 3
}
