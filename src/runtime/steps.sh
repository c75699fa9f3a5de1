# steps: the plan, and each step's way from "not yet" to "done".

sw_ids=() sw_titles=() sw_options=()
declare -A sw_index_of=() sw_outcomes=()
sw_child='' sw_live=no sw_status=0 sw_command=()

# step ID TITLE [OPTION…]: adds a step to the plan. Options: once; reboot; until=ID; needs=ID,ID;
# when=VALUE is=WANTED (the step is wanted only where they are the same).
step() {
  local id=$1 title=$2 option value='' left_out=''
  shift 2
  for option; do
    case $option in
      when=*) value=${option#when=} ;;
      is=*) [[ ${option#is=} == "$value" ]] || left_out=left-out ;;
    esac
  done
  sw_index_of[$id]=${#sw_ids[@]}
  sw_ids+=("$id")
  sw_titles+=("$title")
  sw_options+=(" $* $left_out ")
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

# sw_is_done ID: whether the journal has the step as done.
sw_is_done() {
  case ${sw_events[$1]:-} in
    done | ok | skipped) return 0 ;;
  esac
  return 1
}

# sw_look: asks the current step's check. Sets sw_status: 0 it holds, 1 it does not, else unknown.
sw_look() {
  sw_status=0
  if sw_option until && sw_is_done "$sw_text"; then
    return 0
  fi
  if sw_has once; then
    sw_is_done "${sw_ids[sw_index]}" || sw_status=1
    return 0
  fi
  "${sw_ids[sw_index]//-/_}__check" </dev/null >&7 2>&1 9>&- || sw_status=$?
}

# sw_left_out: whether the current step is not to be run, and why, in sw_text.
sw_left_out() {
  local id=${sw_ids[sw_index]} name
  if sw_has left-out; then
    sw_text='not wanted'
    return 0
  fi
  sw_text='left out'
  [[ -z $sw_only || $sw_only == "$id" ]] || return 0
  [[ -z $sw_from ]] || ((sw_index >= sw_index_of[$sw_from])) || return 0
  for name in "${sw_skip[@]}"; do
    [[ $name != "$id" ]] || return 0
  done
  return 1
}

# sw_line OUTCOME COLOUR [REMARK]: the progress line of the current step.
sw_line() {
  local total=${#sw_ids[@]} line
  printf -v line '[%*d/%d] %s%-8s%s %s%s%s  %s%s' "${#total}" "$((sw_index + 1))" "$total" \
    "$2" "$1" "$sw_plain" "$sw_bold" "${sw_ids[sw_index]}" "$sw_plain" "${sw_titles[sw_index]}" "${3:+  ($3)}"
  sw_show "$line"
  sw_record "[$((sw_index + 1))/$total] $1 ${sw_ids[sw_index]} ${3:+($3)}"
  sw_outcomes[${sw_ids[sw_index]}]=$1
}

# sw_step: brings the current step about. Status 0: the plan can go on.
sw_step() {
  local sw_id=${sw_ids[sw_index]} sw_since=$SECONDS
  sw_look
  if ((sw_status == 0)); then
    sw_line ok "$sw_green"
    sw_is_done "$sw_id" || sw_note ok "$sw_id"
    return 0
  fi
  if ((sw_status != 1)); then
    sw_fail "its check could not tell (status $sw_status)"
    return 1
  fi
  sw_note start "$sw_id" || return 1
  sw_record "--- $sw_id: ${sw_titles[sw_index]}"
  sw_apply "${sw_id//-/_}__apply"
  sw_settle "$sw_id" "$sw_since"
}

# sw_settle ID BEGUN: what came of a step that was applied. Only its check's answer counts.
sw_settle() {
  local sw_applied=$sw_status
  sw_recall_carried
  if ((sw_applied != 0)); then
    sw_fail '' "$sw_applied"
    return 1
  fi
  if sw_has once; then
    sw_status=0
  else
    sw_look
  fi
  if ((sw_status != 0)); then
    sw_fail 'its commands ended without an error, and yet its check does not hold'
    return 1
  fi
  sw_note_safely 'done' "$1" || return 1
  sw_duration "$((SECONDS - $2))"
  sw_line changed "$sw_yellow" "$sw_text"
}

# sw_run_steps: the plan from top to bottom, until a step fails or a stop is asked for.
# The reboot is not among them: it comes when everything else is done.
sw_run_steps() {
  local sw_went
  for sw_index in "${!sw_ids[@]}"; do
    sw_has reboot && continue
    [[ -z $sw_stop ]] || return 1
    if sw_left_out; then
      sw_line skipped "$sw_dim" "$sw_text"
      [[ $sw_text != 'left out' || -n $sw_only ]] || sw_note skipped "${sw_ids[sw_index]}"
    else
      # Asked for in an `if` or before `||`, a step would not stop at a command that fails.
      sw_step
      sw_went=$?
      ((sw_went == 0)) || return 1
    fi
  done
}
