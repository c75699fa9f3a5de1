# reboot: the end of a part that another part comes after.

# sw_rebooted: whether this part has finished under another boot than the running one.
sw_rebooted() {
  [[ " ${sw_part_events[$sw_part]:-} " == *' finished '* && ${sw_part_boots[$sw_part]:-} != "$sw_boot" ]]
}

# sw_end_with_reboot: reboots, or asks, or tells. Sets sw_status to the script's exit status.
sw_end_with_reboot() {
  local next=${sw_scripts[sw_part]} answer=''
  for sw_index in "${!sw_ids[@]}"; do
    ! sw_has reboot || break
  done
  if sw_rebooted; then
    sw_line ok "$sw_green"
    say "The machine was rebooted already: go on with $next."
    sw_status=0
    return 0
  fi
  sw_status=10
  sw_line reboot "$sw_yellow" "needed"
  if [[ $sw_reboot == ask && -t 0 ]]; then
    printf 'Reboot now? [y/N] '
    read -r answer || answer=''
    [[ $answer != [yY]* ]] || sw_reboot=yes
  fi
  if [[ $sw_reboot == yes ]]; then
    say "Rebooting. $(sw_after_reboot "$next")"
    sync
    systemctl reboot 9>&- || sw_complain "the reboot did not begin: reboot by hand"
  else
    say "Reboot the machine now (systemctl reboot). $(sw_after_reboot "$next")"
  fi
}

# sw_after_reboot SCRIPT: prints what comes after the reboot.
sw_after_reboot() {
  printf 'Then run: bash %s' "$1"
}
