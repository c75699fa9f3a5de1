# lock: one run at a time on a machine, whatever its procedure.

sw_lock=/run/lock/stepwright.lock

# sw_take_lock: holds the lock, as descriptor 9, until this shell and its step have ended.
# Status 4 when another run has it.
sw_take_lock() {
  if ! { exec 9>>"$sw_lock"; } 2>/dev/null; then
    sw_complain "$sw_script: the lock $sw_lock cannot be written"
    return 4
  fi
  flock -n 9 || sw_lock_is_held
}

# sw_look_at_lock: whether another run has the lock, without leaving a trace. Status 4 when one has.
sw_look_at_lock() {
  [[ -r $sw_lock ]] || return 0
  (exec 9<"$sw_lock" && flock -n -s 9) 2>/dev/null || sw_lock_is_held
}

sw_lock_is_held() {
  sw_complain "$sw_script: another run holds the lock $sw_lock; nothing was changed."
  sw_complain "  Follow it: tail -f $sw_log; it may be a run that was killed and whose last command still runs."
  return 4
}
