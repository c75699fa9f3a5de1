# reboot: the end of a part that another part comes after.

# Whether the run was begun by somebody who can be asked.
sw_terminal=no
# Whether nobody may get in after the reboot, as far as is known; it was told why.
sw_locked_out=no

# sw_rebooted: whether this part has finished under another boot than the running one.
sw_rebooted() {
  sw_part_has "$sw_part" finished && [[ ${sw_part_boots[$sw_part]} != "$sw_boot" ]]
}

# sw_reboot_line: the progress line of the reboot.
sw_reboot_line() {
  for sw_index in "${!sw_ids[@]}"; do
    ! sw_has reboot || break
  done
  if sw_rebooted; then sw_line ok "$sw_green"; else sw_line reboot "$sw_yellow" needed; fi
}

# sw_end_with_reboot: reboots, or asks, or tells. Its status is the script's exit status.
sw_end_with_reboot() {
  local next=${sw_scripts[sw_part]} answer='' command
  sw_words bash "$sw_folder/$next"
  command=${SUDO_USER:+sudo }$sw_text
  if sw_rebooted; then
    say "The machine was rebooted already: go on with: $command"
    return 0
  fi
  case $sw_folder/ in
    /tmp/* | /run/* | /dev/shm/*) warn "the reboot empties ${sw_folder@Q}: copy the scripts to /root before" ;;
  esac
  if [[ $sw_reboot == ask && $sw_terminal == yes ]]; then
    # In a shell that Ctrl-C ends: here, the question would only be waited for anew.
    answer=$(sw_ask_on_terminal 'Reboot now? [y/N] ') || answer=''
    [[ $answer != [yY]* ]] || sw_reboot=yes
  fi
  if [[ $sw_reboot == yes ]]; then
    sw_reboot_now "$next" "$command"
  else
    say "Reboot the machine now (systemctl reboot). Then run: $command"
  fi
  return 10
}

# sw_ask_on_terminal QUESTION: prints what is answered; status 1 without a terminal, or behind it (&), where a
# question would stop the script for ever.
sw_ask_on_terminal() {
  local answer
  trap '' TTIN TTOU
  { printf '%s' "$1" >/dev/tty && read -r answer </dev/tty; } 2>/dev/null && printf '%s' "$answer"
}

# sw_reboot_now NEXT COMMAND: COMMAND is the one that runs NEXT.
sw_reboot_now() {
  if [[ $sw_locked_out == yes ]]; then
    sw_complain 'Not rebooted: nobody may get in after that, see above. Mend it, and run this script again;'
    sw_complain "or reboot all the same (systemctl reboot). Then run: $2"
    return
  fi
  if [[ -n $sw_stop ]] || ! sw_call_hooks reboot; then
    sw_complain "Not rebooted. Reboot by hand (systemctl reboot). Then run: $2"
    return
  fi
  if sw_taken --resume; then
    say "Rebooting. $1 goes on by itself after that. Follow it then: tail -f $sw_log"
  else
    say "Rebooting. Then run: $2"
  fi
  # A moment in which it can still be stopped. What was installed for the next boot stays: it is due then.
  sync
  if [[ -n $sw_stop ]]; then
    sw_complain 'Not rebooted, as was asked: reboot by hand (systemctl reboot).'
    return
  fi
  systemctl reboot 9>&- || sw_complain 'The reboot did not begin: reboot by hand (systemctl reboot).'
}
