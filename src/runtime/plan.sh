# plan: what a run would do, told without doing it.

# would COMMAND…: a command of the step, as it would be run.
would() {
  sw_show "           ${*@Q}"
}

# would_say TEXT: what is done, where no single command tells it.
would_say() {
  sw_show "           $1"
}

# would_write FILE LINE…: the content that a file would get.
would_write() {
  sw_show "           write ${1@Q}:"
  shift
  local line
  for line; do
    sw_show "             | $line"
  done
}

# would_do FUNCTION: the bash of the step itself, where it is the procedure's own.
would_do() {
  local line
  while IFS= read -r line; do
    sw_show "           $line"
  done < <(declare -f "$1" | sed -e '1,2d' -e '$d' -e 's/^ *//')
}

# sw_show_plan: what the current step would do. A step that only runs commands shows these itself.
sw_show_plan() {
  local sw_function=${sw_ids[sw_index]//-/_}
  if [[ $(type -t "${sw_function}__plan") == function ]]; then
    "${sw_function}__plan"
  else
    (
      sw_planning=yes
      "${sw_function}__apply"
    )
  fi
}

# sw_pending_needs: whether a step that the current one needs is not done; its name in sw_text.
sw_pending_needs() {
  sw_option needs || return 1
  local name
  for name in ${sw_text//,/ }; do
    case ${sw_outcomes[$name]:-ok} in
      would | unknown)
        sw_text=$name
        return 0
        ;;
    esac
  done
  return 1
}

# sw_dry_step: one step of the dry run.
sw_dry_step() {
  if sw_left_out; then
    sw_line skipped "$sw_dim" "$sw_text"
    return 0
  fi
  if sw_pending_needs; then
    sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
    sw_show_plan
    return 0
  fi
  sw_look
  if ((sw_status == 0)); then
    sw_line ok "$sw_green"
  elif ((sw_status == 1)); then
    sw_line would "$sw_yellow"
    sw_show_plan
  else
    sw_dry_unknown
    sw_show_plan
  fi
}

# sw_dry_unknown: a check that cannot tell waits for the first step that is still to be done.
sw_dry_unknown() {
  local name
  for name in "${sw_ids[@]}"; do
    case ${sw_outcomes[$name]:-} in
      would | unknown)
        sw_line unknown "$sw_yellow" "cannot tell until $name has run"
        return 0
        ;;
    esac
  done
  sw_line unknown "$sw_red" "its check could not tell (status $sw_status)"
}

sw_dry_run() {
  for sw_index in "${!sw_ids[@]}"; do
    if sw_has reboot; then
      sw_dry_reboot
    else
      sw_dry_step
    fi
  done
  say 'Dry run: nothing was changed.'
}

# sw_dry_reboot: the reboot is done when this part finished under another boot.
sw_dry_reboot() {
  if sw_rebooted; then sw_line ok "$sw_green"; else sw_line would "$sw_yellow"; fi
}

sw_list() {
  local total=${#sw_ids[@]}
  for sw_index in "${!sw_ids[@]}"; do
    printf '%*d  %s  %s\n' "${#total}" "$((sw_index + 1))" "${sw_ids[sw_index]}" "${sw_titles[sw_index]}"
  done
}

# sw_tell_status: what the journal holds of this part and the others.
sw_tell_status() {
  local part name
  printf '%s: %s\n' "$sw_procedure" "$sw_title"
  for part in "${!sw_scripts[@]}"; do
    case " ${sw_part_events[$((part + 1))]:-} " in
      *' finished '*) printf '  %s: finished\n' "${sw_scripts[part]}" ;;
      *' begin '*) printf '  %s: begun\n' "${sw_scripts[part]}" ;;
      *) printf '  %s: not begun\n' "${sw_scripts[part]}" ;;
    esac
  done
  for name in "${sw_ids[@]}"; do
    printf '  %-9s %s\n' "${sw_events[$name]:--}" "$name"
  done
  printf 'Journal: %s\nLog: %s\n' "$sw_state/journal" "$sw_log"
}
