#!/.model/bin/bash
# Every command that the simulated host answers for is a link to this: it tells the host what it was
# called with, in words of which NUL ends each, and does what the host answers, in bash. So does its
# first process, `shim init`.
name=$0
if [[ $0 == /.model/shim ]]; then
  name=$1
  shift
fi
read -r port token </.address
exec 3<>"/dev/tcp/127.0.0.1/$port" || {
  printf 'the simulated host is gone\n' >&2
  exit 125
}

# tell WORD…: in one piece. bash writes line by line, and each further piece would wait 40 ms for the
# first to be acknowledged; so a newline goes as GS n, and GS itself as GS e.
tell() {
  local -a words=("$@")
  if [[ $* == *[$'\n\035']* ]]; then
    words=("${words[@]//$'\035'/$'\035e'}")
    words=("${words[@]//$'\n'/$'\035n'}")
  fi
  printf '%s\0' "${words[@]}" >&3
}

# listen: takes the next answer, nine digits and as many bytes. `read -N` takes them at once; up to a
# NUL, bash would take them one by one.
listen() {
  local LC_ALL=C size
  IFS= read -r -u 3 -N 9 size && IFS= read -r -u 3 -N "$size" answer
}

# input: tells the text of standard input; NUL cannot be told.
input() {
  local LC_ALL=C text
  IFS= read -r -N 1000000000 text
  tell "$text"
}

# go_on: a command that goes on until a signal ends it.
go_on() {
  trap 'printf "INT\0" >&3' INT
  trap 'printf "TERM\0" >&3' TERM
}

# daemon ID FOLDER: a process that stands for a server: it is in FOLDER and does nothing. Its connection
# tells the host that it is there, and, when it closes, that it is no more. perl, as bash does not take
# back that a signal is ignored, which a step ignores; it tells when that is done.
daemon() {
  (
    # Job control gives the process a group of its own; here, so that this shell stays in its script's.
    set -m
    (
      trap '' HUP
      exec 3<>"/dev/tcp/127.0.0.1/$port" </dev/null >/dev/null 2>&1
      cd -- "$2"
      exec /.model/bin/perl -e '$^F = 3; $SIG{$_} = "DEFAULT" for qw(INT QUIT TERM); open my $host, ">&=3";
        syswrite $host, join("\0", @ARGV) . "\0"; exec "/.model/daemon", "infinity"' \
        "$token" daemon "$2" "$BASHPID" 0 1 "$1"
    ) &
  )
  tell begun
}

# run FOLDER COMMAND…: in a process group of its own; tells how it ended.
run() {
  local status=125
  set -m
  if cd -- "$1"; then
    "${@:2}" 2>&4 3>&- 4>&- &
    wait "$!"
    status=$?
  fi
  set +m
  tell "$status"
}

mapfile -d '' -t environment </proc/self/environ
tell "$token" "$name" "$PWD" "$$" "${#environment[@]}" "${environment[@]}" "$#" "$@"
while listen; do
  eval "$answer"
done
printf '%s: the simulated host gave no answer\n' "$name" >&2
exit 125
