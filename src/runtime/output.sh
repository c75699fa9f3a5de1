# output: what the administrator sees, and the same in the log.

sw_log_open=no
sw_dim='' sw_bold='' sw_red='' sw_green='' sw_yellow='' sw_plain=''

# sw_colour auto|always|never: sets the colours that the terminal's lines are shown in.
sw_colour() {
  case $1 in
    never) return 0 ;;
    auto) [[ -t 1 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]] || return 0 ;;
  esac
  sw_dim=$'\e[2m' sw_bold=$'\e[1m' sw_red=$'\e[31m' sw_green=$'\e[32m' sw_yellow=$'\e[33m'
  sw_plain=$'\e[0m'
}

# sw_show TEXT: one line to standard output. A terminal that is gone is no failure.
sw_show() {
  printf '%s\n' "$1" 2>/dev/null || :
}

# sw_record TEXT: one line to the log, with the time.
sw_record() {
  [[ $sw_log_open == yes ]] || return 0
  printf '%(%Y-%m-%d %H:%M:%S)T %s\n' -1 "$1" >&8 2>/dev/null || :
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

# sw_complain TEXT: a line to standard error and to the log.
sw_complain() {
  printf '%s\n' "$1" >&2 2>/dev/null || :
  sw_record "$1"
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

# sw_open_log FILE: everything that is recorded from now on goes to FILE, which only root may read.
sw_open_log() {
  sw_log=$1
  local directory=${sw_log%/*}
  [[ -d ${directory:-/} ]] || (umask 022 && mkdir -p -- "$directory") || return 1
  [[ -e $sw_log ]] || (umask 077 && : >"$sw_log") || return 1
  exec 8>>"$sw_log" || return 1
  sw_log_open=yes
}
