# health: what no step looks at, and what an upgrade may have broken: units of systemd, and the way in by
# SSH.

sw_run_folder=/run
sw_sshd=/usr/sbin/sshd

# sw_list_failed_units: prints the units that have failed; of those, the ones that run these scripts are told
# of by themselves. Status 1 where systemd does not run, or does not tell.
sw_list_failed_units() {
  local answer unit rest
  [[ -d $sw_run_folder/systemd/system ]] || return 1
  answer=$(systemctl --failed --plain --full --no-legend --no-pager 2>/dev/null 9>&-) || return 1
  while read -r unit rest; do
    # Some versions put a dot in front of what has failed.
    [[ $unit == *.* ]] || unit=${rest%% *}
    [[ -z $unit || $unit == "stepwright-$sw_procedure-"* ]] || printf '%s\n' "$unit"
  done < <(printf '%s\n' "$answer")
}

# sw_note_failed_units: before the first part changes anything, the units that have failed already.
sw_note_failed_units() {
  local units
  ((sw_part == 1)) && ! sw_started || return 0
  units=$(sw_list_failed_units) || return 0
  printf '%s\n' "$units" | sw_replace_file "$sw_state/failed-units" 0600
}

# sw_tell_failed_units: after a reboot, those that have failed and had not then. One that is on its way up
# has not.
sw_tell_failed_units() {
  local known unit sw_text
  local -a failed=()
  ((sw_part > 1)) && known=$(cat -- "$sw_state/failed-units" 2>/dev/null) || return 0
  while IFS= read -r unit; do
    [[ $'\n'$known$'\n' == *$'\n'"$unit"$'\n'* ]] || failed+=("$unit")
  done < <(sw_list_failed_units)
  ((${#failed[@]} > 0)) || return 0
  sw_words systemctl status -- "${failed[@]}"
  warn "these units have failed since the upgrade began: ${failed[*]}: see $sw_text"
}

# sw_tell_locked_out: before a reboot, whether the sshd that is installed now takes the settings that were
# kept: the one that runs may be older.
sw_tell_locked_out() {
  local answer
  ((sw_part < ${#sw_scripts[@]})) && ! sw_rebooted || return 0
  # Without that folder no sshd has run since the boot, and the lack of it is all that it would tell.
  [[ -x $sw_sshd && -d $sw_run_folder/sshd ]] || return 0
  answer=$("$sw_sshd" -t 2>&1 9>&-) && return 0
  sw_locked_out=yes
  sw_complain "sshd does not take its settings: after a reboot nobody can log in by SSH." "$sw_red"
  sw_complain "  it says: ${answer//[[:cntrl:]]/ }"
  sw_complain '  mend them before you reboot, until this is silent: sshd -t'
}
