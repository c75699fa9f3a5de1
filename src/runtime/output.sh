# output: what the administrator sees, and the same in the log.

sw_log_open=no sw_log_broken=no sw_live=no
sw_dim='' sw_bold='' sw_red='' sw_green='' sw_yellow='' sw_plain=''

# sw_colour auto|always|never: sets the colours that the terminal's lines are shown in.
sw_colour() {
  case $1 in
    never) return 0 ;;
    auto) [[ -t 1 && -t 2 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]] || return 0 ;;
  esac
  sw_dim=$'\e[2m' sw_bold=$'\e[1m' sw_red=$'\e[31m' sw_green=$'\e[32m' sw_yellow=$'\e[33m'
  sw_plain=$'\e[0m'
}

# Lines that nobody watches are held back and written many at a time, before whatever comes next.
sw_held_lines='' sw_held_records=''

# sw_flush: what was held back is written.
sw_flush() {
  local now
  [[ -n $sw_held_lines ]] || return 0
  printf '%s' "$sw_held_lines" 2>/dev/null || exec >/dev/null
  if [[ $sw_log_open == yes ]]; then
    printf -v now '# %(%Y-%m-%d %H:%M:%S)T ' -1
    sw_held_records=${sw_held_records%$'\n'}
    printf '%s\n' "$now${sw_held_records//$'\n'/$'\n'"$now"}" 2>/dev/null >&8 || sw_log_broken=yes
  fi
  sw_held_lines='' sw_held_records=''
}

# sw_show TEXT: one line to standard output. Where that is gone, the log is what there is.
sw_show() {
  sw_flush
  printf '%s\n' "$1" 2>/dev/null || exec >/dev/null
}

# sw_record TEXT: one line to the log, marked as this script's own, with the time.
sw_record() {
  sw_flush
  [[ $sw_log_open == yes ]] || return 0
  printf '# %(%Y-%m-%d %H:%M:%S)T %s\n' -1 "$1" 2>/dev/null >&8 || sw_log_broken=yes
}

# say TEXT: one line to standard output and to the log.
say() {
  sw_show "$1"
  sw_record "$1"
}

# warn TEXT: a line that wants attention but stops nothing.
warn() {
  sw_show "${sw_yellow}note:${sw_plain} $1"
  sw_record "note: $1"
}

# sw_complain TEXT [COLOUR]: a line to standard error and to the log.
sw_complain() {
  sw_flush
  printf '%s\n' "${2:-}$1${2:+$sw_plain}" >&2 2>/dev/null || :
  sw_record "$1"
}

# sw_words WORD…: sets sw_text to these words as they would be typed.
sw_words() {
  local word
  sw_text=''
  for word; do
    case $word in
      '' | *[!A-Za-z0-9_./:@%+,=-]*) word=${word@Q} ;;
    esac
    sw_text+=" $word"
  done
  sw_text=${sw_text# }
}

# sw_duration SECONDS: sets sw_text to "4 s", "2 min 5 s" or "1 h 3 min".
sw_duration() {
  if (($1 < 60)); then
    sw_text="$1 s"
  elif (($1 < 3600)); then
    sw_text="$(($1 / 60)) min $(($1 % 60)) s"
  else
    sw_text="$(($1 / 3600)) h $(($1 % 3600 / 60)) min"
  fi
}

# sw_open_log: everything that is recorded from now on goes to $sw_log, which only root may read.
sw_open_log() {
  local directory=${sw_log%/*}
  [[ -d ${directory:-/} ]] || mkdir -p -- "$directory" || return
  [[ -e $sw_log ]] || (umask 077 && : >"$sw_log") || return
  exec 8>>"$sw_log" || return
  # Between two runs; and a command that was cut off may have left its last line without an end.
  [[ ! -s $sw_log ]] || printf '\n' >&8
  sw_log_open=yes
}
