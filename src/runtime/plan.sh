# plan: what a run would do, told without doing it.

# would COMMAND…: a command of the step, as it would be run.
would() {
  local sw_text
  sw_words "$@"
  sw_show "           $sw_text"
}

# would_say TEXT: what is done, where no single command tells it.
would_say() {
  sw_show "           $1"
}

# would_write FILE LINE…: the content that a file would get.
would_write() {
  local line sw_text
  sw_words "$1"
  sw_show "           write $sw_text:"
  shift
  for line; do
    sw_show "             | $line"
  done
}

# would_do FUNCTION: the bash of the step itself, where it is the procedure's own. What bash puts
# around it when it prints a function is taken away.
would_do() {
  local line text
  text=$(declare -f "$1" | sed -e '1,2d' -e '$d' -e 's/^    //')
  # One shell around all of it, or two beside each other.
  [[ $text != '( '*' )' || $text == *' );'* ]] || text=${text:2:-2}
  while IFS= read -r line; do
    [[ $line != *[!\;]\; ]] || line=${line%;}
    # It is asked before anything is done, and nobody would type it.
    [[ $line != 'demand_carried '* ]] || continue
    sw_show "           $line"
  done <<<"$text"
}

# sw_show_plan: what the current step would do. A step that only runs commands shows these itself.
sw_show_plan() {
  local sw_function=${sw_ids[sw_index]//-/_}
  (
    sw_planning=yes
    if [[ $(type -t "${sw_function}__plan") == function ]]; then
      sw_by_name "${sw_function}__plan"
    else
      sw_by_name "${sw_function}__apply"
    fi
  ) </dev/null || :
}

# Steps that the dry run found to be not done, or could not tell; of these, the ones that it could.
sw_pending_ids=() sw_certain_ids=' '

# sw_pending NAME…: whether one of these steps is still to be done; its name in sw_text.
sw_pending() {
  local name
  for name; do
    [[ " ${sw_pending_ids[*]} " == *" $name "* ]] || continue
    sw_text=$name
    return 0
  done
  return 1
}

# sw_pending_needs: whether a step that the current one needs is not done; its name in sw_text.
sw_pending_needs() {
  local name
  sw_option needs || return 1
  for name in ${sw_text//,/ }; do
    ! sw_pending "$name" || return 0
  done
  return 1
}

# sw_pending_opposite: whether a step that undoes the current one is not done; its name in sw_text.
sw_pending_opposite() {
  sw_option opposite && sw_pending "$sw_text"
}

# sw_depends: whether the current step reads what a step that is not done learns; that step, in sw_text.
sw_depends() {
  local name learner id=${sw_ids[sw_index]}
  [[ -n ${sw_reads[$id]:-} ]] || return 1
  # What was done once, or is over, is not asked for again.
  if ((sw_status == 0)); then
    ! sw_has once && ! sw_is_over && ! sw_is_past || return 1
    sw_status=0 sw_doubt=''
  fi
  for name in ${sw_reads[$id]//,/ }; do
    for learner in ${sw_learners[$name]}; do
      ! sw_pending "$learner" || return 0
    done
  done
  ((sw_status != 0)) && sw_is_unlearnt "$id"
}

# sw_dry_would: the current step is to be done for certain.
sw_dry_would() {
  sw_line would "$sw_yellow"
  sw_certain_ids+="${sw_ids[sw_index]} "
}

# sw_dry_step: one step of the dry run.
sw_dry_step() {
  if sw_left_out; then
    [[ $sw_text == --only ]] || sw_line skipped "$sw_dim" "$sw_text"
    return 0
  fi
  if sw_pending_needs; then
    sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
  elif sw_look && sw_depends; then
    sw_line unknown "$sw_yellow" "depends on what $sw_text learns"
  else
    case $sw_status in
      0)
        # What is done now need not be done any more when that step has run.
        if sw_pending_opposite && [[ $sw_certain_ids == *" $sw_text "* ]]; then
          sw_dry_would
        elif sw_pending_opposite || { sw_option follows && sw_pending "$sw_text"; }; then
          sw_line unknown "$sw_yellow" "cannot tell until $sw_text has run"
        else
          sw_line ok "$sw_green"
          return 0
        fi
        ;;
      1) sw_dry_would ;;
      *) sw_dry_unknown ;;
    esac
  fi
  sw_pending_ids+=("${sw_ids[sw_index]}")
  sw_show_plan
}

# sw_dry_unknown: a check that cannot tell waits for the first step that is still to be done; where
# there is none, what it says is shown.
sw_dry_unknown() {
  local sw_output sw_id=${sw_doubt:-${sw_ids[sw_index]}}
  if ((${#sw_pending_ids[@]} > 0)); then
    sw_line unknown "$sw_yellow" "cannot tell until ${sw_pending_ids[0]} has run"
    return 0
  fi
  sw_tell_doubt
  sw_line unknown "$sw_red" "$sw_text"
  while IFS= read -r sw_output; do
    sw_show "           | ${sw_output//[[:cntrl:]]/ }"
  done < <("${sw_id//-/_}__check" 2>&1 | tail -n 20)
}

sw_dry_run() {
  for sw_index in "${!sw_ids[@]}"; do
    if ! sw_has reboot; then
      sw_dry_step
    elif sw_rebooted; then
      sw_line ok "$sw_green"
    else
      sw_line would "$sw_yellow"
    fi
  done
  say "Dry run: nothing was changed. Of ${#sw_ids[@]} steps, ${#sw_pending_ids[@]} are still to be done."
}
