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
  case $0 in
    /*) sw_folder=${0%/*} ;;
    */*) sw_folder=$PWD/${0%/*} ;;
    *) sw_folder=$PWD ;;
  esac
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
  set -u -o pipefail
  export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  unset CDPATH LANGUAGE POSIXLY_CORRECT GREP_OPTIONS GREP_COLORS
  umask 022
  shopt -u nullglob failglob nocasematch
  parameters
  sw_take_options "$@"
  sw_colour "$sw_colour_wanted"
  sw_recall_early
  sw_split_lists
  steps
  sw_check_step_names
  sw_usage_errors || return
  case $sw_mode in
    help) sw_usage ;;
    version) printf '%s, %s\n' "$sw_procedure" "${sw_scripts[sw_part - 1]}" ;;
    list) sw_list ;;
    *) sw_perform ;;
  esac
}

# sw_recall_early: what earlier runs left, before the plan is made. A reader who may not see it,
# or asks for a text that does not depend on it, does without.
sw_recall_early() {
  sw_boot_id
  sw_boot=$sw_text
  sw_read_journal ||
    sw_refuse "$sw_state/journal is not the journal of $sw_procedure" "move it away, and look at what put it there"
  sw_recall_parameters
  sw_recall_carried
}

sw_perform() {
  exec 7>/dev/null
  if [[ $sw_mode == status ]]; then
    sw_tell_status
    return
  fi
  sw_look_at_lock || return
  if sw_is_behind; then
    say "$sw_procedure has gone on past $sw_script on this machine: nothing is left to do here."
    return 0
  fi
  sw_preflight
  sw_refused || return
  sw_compare_digest
  case $sw_mode in
    check)
      say 'Nothing keeps this script from starting. Its steps:'
      sw_list
      ;;
    dry-run) sw_dry_run ;;
    run) sw_run ;;
  esac
}

# sw_is_behind: whether a later part of the procedure has begun. What this part had brought about
# may rightly have been undone there.
sw_is_behind() {
  local later
  for ((later = sw_part + 1; later <= ${#sw_scripts[@]}; later++)); do
    [[ " ${sw_part_events[$later]:-} " != *' begin '* ]] || return 0
  done
  return 1
}

sw_preflight() {
  require_root
  sw_require_parts
  if [[ $sw_mode == run ]]; then
    sw_require_session
    sw_require_consent
  fi
  preflight
}

# sw_run: the run proper. Its exit status is the script's.
sw_run() {
  local sw_went
  sw_begin || return
  sw_run_steps
  sw_went=$?
  if ((sw_went != 0)); then
    sw_end_early
    return
  fi
  sw_summary
  sw_finish
}

# sw_begin: the lock, somebody's consent, the log and the journal, in that order.
sw_begin() {
  local answer=''
  sw_take_lock || return
  # Another run may have got on between the first look and the lock.
  sw_read_journal
  if [[ $sw_yes == no ]]; then
    printf '%s\n%d steps. Go on? [y/N] ' "$sw_title" "${#sw_ids[@]}"
    read -r answer || answer=''
    if [[ $answer != [yY]* ]]; then
      sw_complain 'Nothing was changed.'
      return 3
    fi
  fi
  cd / || return 1
  if ! { sw_open_state && sw_open_log "$sw_log"; } 2>/dev/null; then
    sw_complain "$sw_script: $sw_state or $sw_log cannot be written; nothing was changed."
    sw_complain "  Is the disk full, or mounted read-only? See: df / /var; findmnt /var"
    return 3
  fi
  exec 7>&8
  trap '' HUP PIPE
  trap 'sw_asked_to_stop INT' INT
  trap 'sw_asked_to_stop TERM' TERM
  [[ ! -t 1 ]] || sw_live=yes
  sw_record "=== $sw_procedure, $sw_script, boot $sw_boot"
  sw_keep_parameters && sw_keep_digests && sw_note begin && sw_call_hooks begin
}

# sw_end_early: a step failed, or a stop was asked for.
sw_end_early() {
  sw_call_hooks end
  sw_complain ''
  [[ -z $sw_stop ]] || sw_complain "Stopped on request, between two commands."
  sw_tell_how_to_go_on
  case $sw_stop in
    INT) return 130 ;;
    TERM) return 143 ;;
  esac
  return 1
}

# sw_finish: the part is finished unless steps were left out for this run alone.
sw_finish() {
  sw_call_hooks end
  sw_status=0
  if [[ -n $sw_only ]]; then
    say "Only $sw_only was run."
    return 0
  fi
  if [[ " ${sw_part_events[$sw_part]:-} " != *' finished '* ]]; then
    sw_note_safely finished || return 1
  fi
  if ((sw_part < ${#sw_scripts[@]})); then
    sw_end_with_reboot
    return "$sw_status"
  fi
  say "$sw_title: done."
}
