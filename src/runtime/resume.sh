# resume: the next script is run by itself after the reboot, by a unit that is there for one boot.

sw_units=/etc/systemd/system
# Boots at which the unit tries: more than one, since the power may fail while it runs; and no more,
# since what it runs may be what makes the machine fail.
sw_resume_attempts=3

# resume_after_reboot: this script is one of several: all but the last can have the next one run; and what
# came of the reboot is told.
resume_after_reboot() {
  ((sw_part == ${#sw_scripts[@]})) ||
    sw_more_options[--resume]='reboot without asking, and run the next script by itself after that'
  sw_hooks_require+=(sw_require_resume)
  sw_hooks_begin+=(sw_copy_scripts sw_note_failed_units)
  sw_hooks_summary+=(sw_tell_failed_units sw_tell_locked_out)
  sw_hooks_reboot+=(sw_install_resume)
  sw_hooks_end+=(sw_remove_resume)
  sw_hooks_status+=(sw_tell_resume)
}

# sw_resume_unit PART: sets sw_text to the unit that runs that part.
sw_resume_unit() {
  sw_text=stepwright-$sw_procedure-$1.service
}

# sw_require_resume: what --resume asks for.
sw_require_resume() {
  local script
  local -a lines
  sw_taken --resume || return 0
  sw_reboot=yes
  [[ -d /run/systemd/system ]] ||
    sw_refuse '--resume needs systemd, which does not run here' 'leave --resume out, and run the next script by hand'
  for script in "${sw_scripts[@]:sw_part}"; do
    lines=()
    { mapfile -t lines <"$sw_folder/$script"; } 2>/dev/null || :
    if [[ ${lines[1]:-} != "# $script of $sw_procedure:"* ]]; then
      sw_refuse "--resume needs $script of $sw_procedure beside this script, in $sw_folder" \
        'copy it there; or leave --resume out, and run it by hand'
    # After the reboot it would refuse itself, with nobody there. The words are not in one piece here:
    # no half of a script is to have them near its end.
    elif [[ ${lines[*]: -3} != *'# End of the script'.* ]]; then
      sw_refuse "--resume needs the whole of $script, and what is in $sw_folder is cut short" \
        'copy it there again; or leave --resume out, and run it by hand'
    fi
  done
}

# sw_copy_scripts: the scripts that come next, where no reboot takes them away.
sw_copy_scripts() {
  local script
  sw_taken --resume || return 0
  (umask 077 && mkdir -p -- "$sw_state/resume") || return
  for script in "${sw_scripts[@]:sw_part}"; do
    [[ ! $sw_folder/$script -ef $sw_state/resume/$script ]] || continue
    sw_replace_file "$sw_state/resume/$script" 0700 <"$sw_folder/$script" || return
  done
}

# sw_install_resume: the unit, enabled. Fails when it is not.
sw_install_resume() {
  local unit
  sw_taken --resume || return 0
  sw_resume_unit "$((sw_part + 1))"
  unit=$sw_text
  rm -f -- "$sw_state/resume/attempts"
  if ! { sw_print_go_on "$unit" | sw_replace_file "$sw_state/resume/go-on" 0700 &&
    sw_print_unit "$unit" | sw_replace_file "$sw_units/$unit" 0644 &&
    systemctl enable "$unit" >&7 2>&1 9>&- && sync "$sw_units"; }; then
    sw_complain "The unit $unit could not be installed (see $sw_log)."
    return 1
  fi
}

# sw_print_go_on UNIT: what the unit runs. needrestart would restart the unit itself, and wait for it.
sw_print_go_on() {
  local unit=$1 next=${sw_scripts[sw_part]} attempts
  local -a arguments=(--yes --log "$sw_log")
  sw_words "$sw_state/resume/attempts"
  attempts=$sw_text
  ((sw_part + 1 == ${#sw_scripts[@]})) || arguments+=(--resume)
  sw_words bash "$sw_state/resume/$next" "${arguments[@]}"
  printf '%s\n' '#!/bin/bash' \
    "# Goes on with $sw_procedure after the reboot, at $sw_resume_attempts boots at most." \
    'attempt=0' \
    "{ read -r attempt <$attempts; } 2>/dev/null" \
    "if ((attempt >= $sw_resume_attempts)); then" \
    "  echo 'It was cut off at $sw_resume_attempts boots: go on by hand:' ${sw_text@Q}" \
    '  exit 1' \
    'fi' \
    "echo \"\$((attempt + 1))\" >$attempts && sync $attempts" \
    "NEEDRESTART_SUSPEND=1 STEPWRIGHT_UNIT=$unit exec $sw_text"
}

# sw_print_unit UNIT: it waits until everything that starts at boot has been started: a step may well
# start or stop a service, which would wait for the boot to end. When it has run, whatever came of
# that, it is there no more; unless the machine was shut down under it, which is no end of it, and counts
# as one of its boots. A shutdown lets the command that runs end first.
sw_print_unit() {
  # For systemd, $$ is $.
  local unless="case \$\$EXIT_STATUS in 0 | 10) ;; *) [ \"\$\$(systemctl is-system-running)\" != stopping ] || exit 0 ;; esac"
  printf '%s\n' "# ${sw_scripts[sw_part]} of $sw_procedure, once, after the reboot." \
    "# To keep it from that: systemctl disable $1" \
    '[Unit]' \
    "Description=${sw_scripts[sw_part]} of $sw_procedure, after the reboot" \
    'Wants=network-online.target' \
    'After=network-online.target multi-user.target' \
    '' '[Service]' 'Type=oneshot' \
    "ExecStart=/bin/bash $sw_state/resume/go-on" \
    "ExecStopPost=/bin/bash -c '$unless; rm -f $sw_units/multi-user.target.wants/$1 $sw_units/$1'" \
    'SuccessExitStatus=10' 'TimeoutStartSec=infinity' 'TimeoutStopSec=1h' 'KillMode=mixed' \
    'IgnoreSIGPIPE=no' 'StandardInput=null' 'StandardOutput=journal' 'StandardError=journal' \
    '' '[Install]' 'WantedBy=multi-user.target'
}

# sw_remove_resume: a part that has finished is not run at boot, whoever has run it. A unit that runs
# it now removes itself: it has to be there until it has ended.
sw_remove_resume() {
  ((sw_part > 1)) && sw_part_has "$sw_part" finished || return 0
  sw_resume_unit "$sw_part"
  [[ -e $sw_units/$sw_text ]] || return 0
  [[ ${STEPWRIGHT_UNIT:-} == "$sw_text" ]] ||
    rm -f -- "$sw_units/multi-user.target.wants/$sw_text" "$sw_units/$sw_text"
  say "The unit $sw_text has done its work, and is removed."
}

# sw_tell_resume: for --status.
sw_tell_resume() {
  local part
  for ((part = 2; part <= ${#sw_scripts[@]}; part++)); do
    sw_resume_unit "$part"
    [[ ! -e $sw_units/$sw_text ]] || printf '%s: at the next boot %s runs by itself (or runs now; see: systemctl status %s)\n' \
      "Unit $sw_text" "${sw_scripts[part - 1]}" "$sw_text"
  done
}
