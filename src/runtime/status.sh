# status: what this script is made of, and how far earlier runs have come.

sw_list() {
  local total=${#sw_ids[@]}
  for sw_index in "${!sw_ids[@]}"; do
    sw_full_title
    printf '%*d  %s  %s\n' "${#total}" "$((sw_index + 1))" "${sw_ids[sw_index]}" "$sw_text"
  done
}

# sw_full_title: sets sw_text to the title of the current step, and where it reads what has not been learnt
# yet, to that.
sw_full_title() {
  sw_text=''
  ! sw_is_unlearnt "${sw_ids[sw_index]}" || sw_text="  (depends on what $sw_text learns)"
  sw_text=${sw_titles[sw_index]}$sw_text
}

# sw_tell_status: what the journal holds of this part and the others.
sw_tell_status() {
  local name part=0
  sw_know_events
  printf '%s: %s\n' "$sw_procedure" "$sw_title"
  for name in "${sw_scripts[@]}"; do
    part=$((part + 1))
    sw_part_state "$part"
    printf '  %s: %s\n' "$name" "$sw_text"
  done
  printf '\nSteps of %s:\n' "$sw_script"
  for sw_index in "${!sw_ids[@]}"; do
    name=${sw_ids[sw_index]}
    sw_full_title
    sw_has reboot || printf '  %-9s %s  %s\n' "${sw_outcomes[$name]:--}" "$name" "$sw_text"
  done
  sw_lock_is_free || printf '\nA run holds the lock now, of this procedure or another: see %s\n' "$sw_lock"
  printf '\nJournal: %s\nLog: %s\n' "$sw_state/journal" "$sw_log"
  sw_call_hooks status
}

# sw_part_state NUMBER: sets sw_text to how far that part has come.
sw_part_state() {
  sw_text='not begun'
  [[ -n ${sw_part_times[$1]:-} ]] || return 0
  if sw_part_has "$1" finished; then sw_text=finished; else sw_text=begun; fi
  printf -v sw_text '%s, last run %(%Y-%m-%d %H:%M)T' "$sw_text" "${sw_part_times[$1]}"
}
