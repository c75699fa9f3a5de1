# lock: one run at a time on a machine, whatever its procedure.

# Nobody else may open it: who can read a file can lock it.
sw_lock=/run/stepwright.lock

# sw_take_lock: holds the lock, as descriptor 9, until this shell and its step have ended.
# Status 4 when another run has it, 3 when there is no having it.
sw_take_lock() {
  umask 077
  if ! { exec 9>>"$sw_lock"; } 2>/dev/null; then
    sw_complain "$sw_script: the lock $sw_lock cannot be written; nothing was changed."
    sw_complain '  See: ls -ld /run; findmnt /run; df /run'
    return 3
  fi
  umask 022
  # Whoever only looks at the lock has it for a moment.
  flock -w 1 9 || sw_lock_is_held || return
  printf '%s\t%s\t%s\n' "$$" "$sw_folder/$sw_script" "$sw_log" 2>/dev/null >"$sw_lock" || :
}

# sw_leave_lock: this run has ended by itself: who looks at the lock sees that without trying it.
sw_leave_lock() {
  : 2>/dev/null >"$sw_lock" || :
}

# sw_look_at_lock: whether another run has the lock, without leaving a trace. Status 4 when one has.
sw_look_at_lock() {
  sw_lock_is_free || sw_lock_is_held
}

# sw_lock_is_free: who has had it and has ended by itself has left the file empty.
sw_lock_is_free() {
  [[ ! -s $sw_lock || ! -r $sw_lock ]] || (exec 9<"$sw_lock" && flock -n -s 9) 2>/dev/null
}

# sw_lock_is_held: tells whose it is, as far as that was noted.
sw_lock_is_held() {
  local pid='' script='' log=''
  { IFS=$'\t' read -r pid script log <"$sw_lock"; } 2>/dev/null || :
  sw_complain "$sw_script: another run holds the lock $sw_lock; nothing was changed."
  [[ -n $log ]] || return 4
  if [[ -e /proc/$pid ]]; then
    sw_complain "  It is $script, process $pid. Follow it: tail -f $log"
  else
    sw_complain "  It was $script. It was killed, and the command that it ran still runs."
    sw_complain "  Wait until that has ended, then try again. Follow it: tail -f $log"
  fi
  return 4
}
