# timers: what starts apt by itself rests while a run works on the packages.

sw_apt_timers=(apt-daily.timer apt-daily-upgrade.timer)

# stop_apt_timers: stops those that run, and notes them first: whatever happens, the end of this run
# or of the next one starts them again. An upgrade of apt starts them, so each step asks anew.
stop_apt_timers() {
  local timer
  local -a running=() stopped=()
  systemctl is-active --quiet "${sw_apt_timers[@]}" 2>/dev/null || return 0
  for timer in "${sw_apt_timers[@]}"; do
    ! systemctl is-active --quiet "$timer" 2>/dev/null || running+=("$timer")
  done
  ((${#running[@]} > 0)) || return 0
  [[ ! -r $sw_state/stopped-timers ]] || mapfile -t stopped <"$sw_state/stopped-timers"
  printf '%s\n' "${stopped[@]}" "${running[@]}" | sort -u | sed '/^$/d' |
    sw_replace_file "$sw_state/stopped-timers" 0600
  run systemctl stop "${running[@]}"
}

# sw_start_apt_timers: when a run ends, the timers that one has stopped are started again.
sw_start_apt_timers() {
  local timer enabled
  local -a resting=() stopped=()
  [[ -r $sw_state/stopped-timers ]] || return 0
  mapfile -t resting <"$sw_state/stopped-timers"
  # One that was disabled since is to stay as it is.
  for timer in "${resting[@]}"; do
    enabled=$(systemctl is-enabled "$timer" 2>/dev/null) || :
    [[ $enabled == disabled || $enabled == masked* ]] || stopped+=("$timer")
  done
  if ((${#stopped[@]} == 0)) || systemctl start "${stopped[@]}" 9>&- >&7 2>&1; then
    rm -f -- "$sw_state/stopped-timers"
  else
    warn "these timers are still stopped: ${stopped[*]} (start them: systemctl start ${stopped[*]})"
  fi
}

sw_hooks_end+=(sw_start_apt_timers)
