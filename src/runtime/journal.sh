# journal: one line an event, kept between runs. It is a hint, and each step looks at the system
# itself; only what cannot be looked at rests on it: steps that are done once, and finished parts.

# A line: seconds since 1970, boot id, part, event, step ("-" for the part itself), detail.
# Events of a part: begin, finished. Of a step: start, done, ok, failed, stopped, skipped. sw_events has
# the last one that counts for each step, sw_outcomes the last of all.
sw_begun=no sw_journal=() sw_journal_broken=no sw_events_known=no
declare -A sw_events=() sw_outcomes=() sw_begun_steps=() sw_part_events=() sw_part_boots=() sw_part_times=()

# sw_boot_id: sets sw_text to the id of the running boot.
sw_boot_id() {
  sw_text=''
  read -r sw_text </proc/sys/kernel/random/boot_id
}

# sw_read_journal: takes in what earlier runs noted. A last line that was cut short does not count.
# Status 1, with the reason in sw_text, when this cannot be the journal of this procedure.
sw_read_journal() {
  local file=$sw_state/journal header
  sw_begun=no sw_journal=() sw_events_known=no
  sw_part_events=() sw_part_boots=() sw_part_times=()
  [[ -e $file ]] || return 0
  { mapfile sw_journal <"$file"; } 2>/dev/null
  header=${sw_journal[0]:-}
  header=${header%$'\n'}
  case $header in
    "stepwright-journal 1 $sw_procedure") sw_read_part_events ;;
    'stepwright-journal 1 '*) sw_text="is the journal of another procedure, ${header##* }" ;;
    'stepwright-journal '*) sw_text='is the journal of another version of stepwright' ;;
    *) sw_text='cannot be read as a journal: it is damaged, or is something else' ;;
  esac
  [[ $header == "stepwright-journal 1 $sw_procedure" ]]
}

# sw_journal_has_grown: whether another run has added to the journal since it was read.
sw_journal_has_grown() {
  local -a now=()
  [[ ! -e $sw_state/journal ]] || mapfile now <"$sw_state/journal"
  ((${#now[@]} != ${#sw_journal[@]}))
}

# sw_read_part_events: the events of the parts, which every run has to know.
sw_read_part_events() {
  local line time boot part event finished=no
  for line in "${sw_journal[@]:1}"; do
    # Most lines are of steps, and tell that one is done.
    case $line in
      *$'\t-\t'*$'\n') ;;
      *$'\tstart\t'*$'\n')
        sw_begun=yes
        [[ $finished == yes ]] || continue
        ;;
      *) continue ;;
    esac
    time=${line%%$'\t'*} line=${line#*$'\t'}
    boot=${line%%$'\t'*} line=${line#*$'\t'}
    part=${line%%$'\t'*} line=${line#*$'\t'}
    event=${line%%$'\t'*} line=${line#*$'\t'}
    [[ $time =~ ^[0-9]+$ && $part =~ ^[0-9]+$ ]] || continue
    if [[ $line != $'-\t'* ]]; then
      # A step that was begun again: until the part comes to its end anew, it is not finished.
      [[ $event != start || -z ${sw_part_events[$part]:-} ]] ||
        sw_part_events[$part]=${sw_part_events[$part]// finished /}
      continue
    fi
    sw_part_events[$part]+=" $event "
    sw_part_times[$part]=$time
    [[ $event != finished ]] || finished=yes sw_part_boots[$part]=$boot
  done
}

# sw_know_events: the last event of each step, into sw_events, and which were begun. Most runs can do
# without.
sw_know_events() {
  local event step
  [[ $sw_events_known == no ]] || return 0
  sw_events_known=yes
  sw_events=() sw_outcomes=() sw_begun_steps=()
  ((${#sw_journal[@]} > 1)) || return 0
  while IFS=$'\t' read -r _ _ _ event step _; do
    [[ ${step:--} == - ]] || sw_take_event "$step" "$event"
  done <"$sw_state/journal"
}

# sw_take_event STEP EVENT: a step that was stopped, or could not tell, while its check was asked was not
# begun, and is done if it was; one that was left out counts as if somebody had done it.
sw_take_event() {
  sw_outcomes[$1]=$2
  [[ $2 != @(failed|stopped) || ${sw_events[$1]:-} != @(done|ok|skipped) ]] || return 0
  sw_events[$1]=$2
  case $2 in start | 'done' | ok | skipped) sw_begun_steps[$1]=yes ;; esac
}

# sw_part_has NUMBER EVENT: whether the journal has that event of that part.
sw_part_has() {
  [[ ${sw_part_events[$1]:-} == *" $2 "* ]]
}

# sw_note EVENT [STEP [DETAIL]]: adds a line to the journal.
sw_note() {
  local detail=${3:-}
  [[ $sw_journal_broken == no ]] || return 1
  [[ -z ${2:-} ]] || sw_know_events
  printf '%(%s)T\t%s\t%s\t%s\t%s\t%s\n' -1 "$sw_boot" "$sw_part" "$1" "${2:--}" \
    "${detail//[[:cntrl:]]/ }" 2>/dev/null >>"$sw_state/journal" || {
    # A line may be there in part: another one behind it would be misread.
    sw_journal_broken=yes
    return 1
  }
  if [[ -n ${2:-} ]]; then
    sw_take_event "$2" "$1"
  else
    sw_part_events[$sw_part]+=" $1 "
    [[ $1 != finished ]] || sw_part_boots[$sw_part]=$sw_boot
  fi
}

# sw_note_safely EVENT [STEP [DETAIL]]: the same, and the line is on the disk when this returns.
sw_note_safely() {
  sw_note "$@" || return
  # Ctrl-C reaches sync too, and this script only afterwards.
  sync "$sw_state/journal" || sync "$sw_state/journal"
}

# sw_open_journal: there is one, and lines can be added to it.
sw_open_journal() {
  local header="stepwright-journal 1 $sw_procedure"$'\n'
  [[ ! -e $sw_state/journal || ${sw_journal[-1]} != *$'\n' ]] || return 0
  # The power failed within a line: what is left of it says nothing, and could say something wrong.
  ((${#sw_journal[@]} == 0)) || unset 'sw_journal[-1]'
  ((${#sw_journal[@]} > 0)) || sw_journal=("$header")
  printf '%s' "${sw_journal[@]}" | sw_replace_file "$sw_state/journal" 0600
}

# sw_was_begun STEP: whether the step was begun, in this run or in an earlier one that may have been cut
# off in it; or was found to be done.
sw_was_begun() {
  sw_know_events
  [[ -n ${sw_begun_steps[$1]:-} ]]
}

# sw_is_done STEP: whether the journal has the step as done.
sw_is_done() {
  sw_know_events
  case ${sw_events[$1]:-} in
    done | ok | skipped) return 0 ;;
  esac
  return 1
}
