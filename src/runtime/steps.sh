# steps: the plan, and each step's way from "not yet" to "done".

sw_ids=() sw_titles=() sw_options=() sw_once_ids=() sw_left_ids=()
declare -A sw_index_of=() sw_answers=() sw_counts=()
# Steps whose beginning ends the need for others, with a space around each.
sw_ending=' '
# The step that could not tell whether it holds still, where that was asked for another one's sake.
sw_doubt=''
sw_status=0

# step ID TITLE [OPTION…]: adds a step to the plan. Options: once; reboot; until=ID; until-begun=ID;
# needs=ID,ID; follows=ID (that step can be the reason to do this one again); opposite=ID (that step
# is the reason to do this one again); when=VALUE is=WANTED (the step is wanted only where they are
# the same); learns=NAME,NAME (carried values that steps of this part read); reads=NAME,NAME (carried
# values that steps of this part learn).
step() {
  sw_index_of[$1]=${#sw_ids[@]}
  sw_ids+=("$1")
  sw_titles+=("$2")
  sw_options+=(' ')
  (($# == 2)) || sw_add_options "$@"
}

# sw_add_options ID TITLE OPTION…
sw_add_options() {
  local id=$1 option value='' options=' '
  for option in "${@:3}"; do
    case $option in
      when=*) value=${option#when=} ;;
      until-begun=*)
        options+="$option "
        sw_ending+="${option#*=} "
        ;;
      is=*) [[ ${option#is=} == "$value" ]] || options+='left-out ' ;;
      reads=*) sw_reads[$id]=${option#reads=} ;;
      learns=*)
        options+="$option "
        sw_add_learner "$id" "${option#learns=}"
        ;;
      *) options+="$option " ;;
    esac
  done
  sw_options[-1]=$options
  [[ $options != *' once '* ]] || sw_once_ids+=("$id")
}

# sw_option NAME: sets sw_text to the value of option NAME=VALUE of the current step.
sw_option() {
  local options=${sw_options[sw_index]}
  sw_text=''
  [[ $options == *" $1="* ]] || return 1
  sw_text=${options##*" $1="}
  sw_text=${sw_text%% *}
}

# sw_has WORD: whether the current step has that option.
sw_has() {
  [[ ${sw_options[sw_index]} == *" $1 "* ]]
}

# sw_look: asks whether the current step is done. Sets sw_status: 0 it is, 1 it is not, else unknown.
sw_look() {
  local sw_id=${sw_ids[sw_index]}
  sw_status=0 sw_doubt=''
  case ${sw_options[sw_index]} in
    *' until='*)
      ! sw_is_over && [[ -z $sw_doubt ]] || return 0
      sw_status=0
      ;;&
    *' until-begun='*) ! sw_is_past || return 0 ;;&
    *' once '*) if sw_is_done "$sw_id"; then sw_status=0; else sw_status=1; fi ;;
    *) sw_ask "$sw_id" ;;
  esac
}

# sw_is_over: whether the step that ends the need for the current one was done, and holds still. Where that
# cannot be told, it stands in sw_doubt: a service is not stopped for a database that is slow to answer.
sw_is_over() {
  local sw_until
  sw_option until && sw_is_done "$sw_text" || return 1
  sw_until=$sw_text
  [[ ${sw_events[$sw_until]} != skipped ]] || return 0
  [[ ${sw_options[sw_index_of[$sw_until]]} != *' once '* ]] || return 0
  sw_ask "$sw_until"
  sw_answers[$sw_until]=$sw_status
  ((sw_status <= 1)) || sw_doubt=$sw_until
  ((sw_status == 0))
}

# sw_is_past: whether the step whose beginning ends the need for the current one was begun.
sw_is_past() {
  sw_option until-begun && sw_was_begun "$sw_text"
}

# sw_ask ID: asks the check of that step, unless it has answered and nothing was changed since. A check that
# reads what nobody has learnt could not tell: it would take that for empty.
sw_ask() {
  sw_status=0
  if [[ ${#sw_reads[@]} != 0 ]] && sw_is_unlearnt "$1"; then
    sw_status=2
    return 0
  fi
  if [[ ${#sw_answers[@]} != 0 && -n ${sw_answers[$1]:-} ]]; then
    sw_status=${sw_answers[$1]}
    return 0
  fi
  "${1//-/_}__check" >&7 2>&1 9>&- || sw_status=$?
}

# sw_left_out: whether the current step is not to be run, and why, in sw_text.
sw_left_out() {
  local id=${sw_ids[sw_index]}
  if [[ ${sw_options[sw_index]} == *' left-out '* ]]; then
    sw_text='not wanted'
  elif [[ -n $sw_only && $sw_only != "$id" ]]; then
    sw_text=--only
  elif [[ -n $sw_from ]] && ((sw_index < sw_index_of[$sw_from])); then
    sw_text=--from
  elif [[ " ${sw_skip[*]} " == *" $id "* ]]; then
    sw_text=--skip
  else
    return 1
  fi
}

# sw_leave_out: passes over the current step, for the reason in sw_text.
sw_leave_out() {
  local id=${sw_ids[sw_index]}
  [[ $sw_text == 'not wanted' ]] || sw_left_ids+=("$id")
  [[ $sw_text != --only ]] || return 0
  sw_line skipped "$sw_dim" "$sw_text"
  [[ $sw_text != --skip ]] || sw_is_done "$id" || sw_note skipped "$id" || :
}

# sw_line OUTCOME COLOUR [REMARK]: the progress line of the current step.
sw_line() {
  local id=${sw_ids[sw_index]} number=$((sw_index + 1)) total=${#sw_ids[@]} line
  printf -v line '[%*d/%d] %s%-8s%s %s%s%s  %s%s\n' "${#total}" "$number" "$total" \
    "$2" "$1" "$sw_plain" "$sw_bold" "$id" "$sw_plain" "${sw_titles[sw_index]}" "${3:+  ($3)}"
  sw_held_lines+=$line
  sw_held_records+="[$number/$total] $1 $id${3:+  ($3)}"$'\n'
  sw_counts[$1]+=+
  [[ $1 == ok && $sw_live == no && ${#sw_held_lines} -lt 2000 ]] || sw_flush
}

# sw_ok_line: the same for the outcome that most steps have, "ok".
sw_ok_line() {
  local id=${sw_ids[sw_index]} total=${#sw_ids[@]} number
  printf -v number '%*d' "${#total}" "$((sw_index + 1))"
  sw_held_lines+="[$number/$total] ${sw_green}ok      $sw_plain $sw_bold$id$sw_plain  ${sw_titles[sw_index]}"$'\n'
  sw_held_records+="[${number##* }/$total] ok $id"$'\n'
  sw_counts[ok]+=+
  [[ $sw_live == no && ${#sw_held_lines} -lt 2000 ]] || sw_flush
}

# sw_note_ok: notes, where that is not known already, that the current step's check holds.
sw_note_ok() {
  sw_is_done "${sw_ids[sw_index]}" || sw_note ok "${sw_ids[sw_index]}" || :
}

# sw_bring_about: the current step's check did not say that it holds. Status 0: the plan can go on.
sw_bring_about() {
  if [[ -n $sw_stop ]]; then
    # What was asked may have been stopped as well: its answer is none.
    sw_stopped
    return 1
  elif ((sw_status != 1)); then
    sw_fail_to_tell
    return 1
  fi
  sw_change
}

# sw_tell_doubt: sets sw_text to whose check has not told what was to be known of the current step.
sw_tell_doubt() {
  if [[ -z $sw_doubt ]] && sw_is_unlearnt "${sw_ids[sw_index]}"; then
    sw_text="it depends on what $sw_text learns, which is not known (was that left out? run the script without --skip, --only and --from)"
    return 0
  fi
  sw_text="its check could not tell (status $sw_status)"
  [[ -z $sw_doubt ]] || sw_text="whether $sw_doubt still holds, which ends the need for it, could not be told (status $sw_status)"
}

# sw_fail_to_tell: fails for that. What the check has said stands in the log before the lines that were held
# back: asked once more, it is behind them, with nobody else's words.
sw_fail_to_tell() {
  local sw_answered=$sw_status
  if [[ -n $sw_held_lines ]]; then
    sw_flush
    sw_answers=()
    sw_ask "${sw_doubt:-${sw_ids[sw_index]}}"
    sw_status=$sw_answered
  fi
  sw_tell_doubt
  sw_fail "$sw_text"
}

# sw_change: applies the current step.
sw_change() {
  local sw_id=${sw_ids[sw_index]} sw_since=$SECONDS sw_noting=sw_note
  sw_once=no
  if sw_has once; then
    sw_once=yes sw_noting=sw_note_safely
  fi
  [[ $sw_ending != *" $sw_id "* ]] || sw_noting=sw_note_safely
  if ! "$sw_noting" start "$sw_id"; then
    sw_fail "nothing of it was done: $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
    return 1
  fi
  sw_record "--- $sw_id: ${sw_titles[sw_index]}"
  [[ $sw_live != yes ]] || sw_show "$sw_dim${sw_titles[sw_index]} …$sw_plain"
  sw_apply "${sw_id//-/_}__apply"
  sw_settle "$sw_id" "$sw_since"
}

# sw_settle ID BEGUN: what came of a step that was applied. Only its check's answer counts.
sw_settle() {
  local sw_applied=$sw_status
  sw_recall_carried
  if [[ -n $sw_stop ]] && sw_ended_on_request "$sw_applied"; then
    sw_stopped
    return 1
  elif ((sw_applied != 0)); then
    sw_fail '' "$sw_applied"
    return 1
  fi
  [[ ${sw_options[sw_index]} != *' learns='* ]] || sw_make_plan
  [[ $sw_once == yes ]] || sw_look
  if [[ -n $sw_stop ]] && ((sw_status != 0)); then
    sw_stopped
    return 1
  elif ((sw_status != 0)); then
    sw_fail 'its commands ended without an error, and yet its check does not hold'
    return 1
  fi
  if [[ $sw_once == yes ]]; then
    sw_events[$1]='done'
  elif ! sw_note_safely 'done' "$1"; then
    sw_fail "it is done, but $sw_state/journal cannot be written (is the disk full? see: df $sw_state)"
    return 1
  fi
  sw_duration "$((SECONDS - $2))"
  sw_line changed "$sw_yellow" "$sw_text"
}

# sw_stopped: the current step was stopped on request.
sw_stopped() {
  sw_note stopped "${sw_ids[sw_index]}" || :
  sw_line stopped "$sw_yellow" 'on request'
}

# sw_run_steps: the plan from top to bottom, until a step fails or a stop is asked for.
# The reboot is not among them: it comes when everything else is done.
sw_run_steps() {
  local sw_went sw_was_finished=no sw_selected=$sw_only$sw_from${sw_skip[*]}
  ! sw_part_has "$sw_part" finished || sw_was_finished=yes
  for sw_index in "${!sw_ids[@]}"; do
    [[ -z $sw_stop ]] || return 1
    # Bash copies a function each time it is called: a step with nothing special about it needs two.
    if [[ ${sw_options[sw_index]}$sw_selected == ' ' ]]; then
      sw_ask "${sw_ids[sw_index]}"
    elif [[ ${sw_options[sw_index]} == *' reboot '* ]]; then
      continue
    elif sw_left_out; then
      sw_leave_out
      continue
    else
      sw_look
    fi
    if ((sw_status == 0)); then
      sw_ok_line
      [[ $sw_was_finished == yes ]] || sw_note_ok
    else
      # Asked for in an `if` or before `||`, a step would not stop at a command that fails.
      sw_bring_about
      sw_went=$?
      ((sw_went == 0)) || return 1
    fi
  done
  [[ -z $sw_stop ]]
}
