#!/.model/bin/bash
# Every command that the simulated host answers for is a link to this: it tells the host what it was
# called with, and does what the host answers. A conversation of words, each ended by NUL.
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
  local -a words=("${@//$'\035'/$'\035e'}")
  printf '%s\0' "${words[@]//$'\n'/$'\035n'}" >&3
}

mapfile -d '' -t environment </proc/self/environ
tell "$token" "$name" "$PWD" "$$" "${#environment[@]}" "${environment[@]}" "$#" "$@"
while IFS= read -r -d '' word <&3; do
  case $word in
    out) IFS= read -r -d '' word <&3 && printf '%s' "$word" ;;
    err) IFS= read -r -d '' word <&3 && printf '%s' "$word" >&2 ;;
    nul) printf '\0' ;;
    input)
      # The text of standard input; NUL cannot be told.
      IFS= read -r -d '' text
      tell "$text"
      ;;
    wait)
      # A command that goes on until a signal ends it.
      trap 'printf "INT\0" >&3' INT
      trap 'printf "TERM\0" >&3' TERM
      ;;
    daemon)
      IFS= read -r -d '' id <&3 && IFS= read -r -d '' word <&3
      /.model/daemon "$id" "$word" 3>&-
      printf 'started\0' >&3
      ;;
    exec)
      mapfile -d '' -t words <&3
      exec 3>&-
      exec -a "${words[0]}" -- "${words[@]:1}"
      ;;
    exit)
      IFS= read -r -d '' word <&3
      exit "$word"
      ;;
  esac
done
printf '%s: the simulated host gave no answer\n' "$name" >&2
exit 125
