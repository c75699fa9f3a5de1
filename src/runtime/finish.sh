# finish: the end of a run, however it came to it.

# Whether the end has been told.
sw_over=no

# sw_ended_unexpectedly: this shell ends in the middle of a run, which it never should.
sw_ended_unexpectedly() {
  [[ $sw_over == no ]] || return 0
  sw_over=yes
  # It may have ended where these go to the log.
  exec 1>&6 2>&6
  sw_call_hooks end
  sw_complain "$sw_script ended in the middle of step ${sw_ids[sw_index]:-}; this is a fault of the script." "$sw_red"
  sw_tell_how_to_go_on ''
}

# sw_end_early: a step failed, or a stop was asked for.
sw_end_early() {
  sw_over=yes
  sw_forget stop stopped
  sw_call_hooks end
  sw_complain ''
  if [[ $sw_failed == yes ]]; then
    sw_call_hooks early
    sw_tell_how_to_go_on ', when the cause is mended'
    return 1
  fi
  sw_complain 'Stopped on request, between two commands.'
  sw_call_hooks early
  sw_tell_how_to_go_on ''
  if [[ $sw_stop == TERM ]]; then return 143; else return 130; fi
}

# sw_finish: the part is finished unless steps of it were left out by this run and done by none.
sw_finish() {
  local last=no open
  ((sw_part < ${#sw_scripts[@]})) || last=yes
  sw_over=yes
  if ! sw_is_complete; then
    open=$sw_text
    sw_call_hooks end
    sw_summary
    say "$sw_script is not finished. Still to be done: $open"
    return 0
  fi
  if ! sw_part_has "$sw_part" finished || [[ -n ${sw_counts[changed]:-} ]]; then
    # The next part believes that note: what was done is on the disks before.
    [[ -z ${sw_counts[changed]:-} ]] || sync || sync
    sw_note_safely finished || sw_fail_to_finish || return
  fi
  [[ $last == yes ]] || sw_reboot_line
  sw_call_hooks end
  sw_summary
  if [[ $last == yes ]]; then
    say "$sw_title: done."
  else
    sw_keep_digests
    sw_end_with_reboot
  fi
}

# sw_is_complete: whether the steps that this run left out were done by earlier ones. Those that
# were not, in sw_text.
sw_is_complete() {
  local id
  local -a open=()
  for id in "${sw_left_ids[@]}"; do
    sw_is_done "$id" || open+=("$id")
  done
  sw_text=${open[*]}
  ((${#open[@]} == 0))
}

sw_fail_to_finish() {
  sw_call_hooks end
  sw_complain "Every step is done, but that cannot be noted in $sw_state/journal." "$sw_red"
  sw_complain "  Is the disk full? See: df $sw_state; df -i $sw_state"
  sw_tell_how_to_go_on ', when there is room'
  return 1
}

# sw_summary: one line on what was done.
sw_summary() {
  local changed=${sw_counts[changed]:-} ok=${sw_counts[ok]:-} skipped=${sw_counts[skipped]:-}
  sw_duration "$SECONDS"
  say "${#changed} changed, ${#ok} ok, ${#skipped} skipped, in $sw_text"
  sw_call_hooks summary
}
