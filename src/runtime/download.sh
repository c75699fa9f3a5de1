# download: files from elsewhere, taken only when they are whole.

# fetch_url URL FILE [SHA256]: FILE, which no other program may look at yet, becomes what URL answers.
# Nothing that is asked for over https comes over http. Stops the step when it fails, or when
# nothing comes, or something else than has that digest.
fetch_url() {
  local protocols='=http,https' found
  [[ $1 != https:* ]] || protocols='=https'
  run curl -fsSL --proto "$protocols" --retry 5 --connect-timeout 30 --speed-limit 1 \
    --speed-time 120 --output "$2" --url "$1"
  [[ -s $2 ]] || fail "$1 answers nothing"
  [[ -n ${3:-} ]] || return 0
  found=$(sha256sum <"$2")
  [[ ${found%% *} == "$3" ]] ||
    fail "$1 is not what is expected: its SHA-256 is ${found%% *}, and not $3" \
      "look at what came: ${2@Q}; nothing was done with it"
}

# is_downloaded URL FILE [SHA256 [MODE]]: FILE has that digest; without one, it is what was once
# downloaded from URL, as it was then.
is_downloaded() {
  local url=$1 file=$2 wanted=${3:-} mode=${4:-} record=$sw_state/downloads$2 source='' found
  [[ -e $file ]] || return 1
  if [[ -z $wanted ]]; then
    [[ -r $record ]] || return 1
    { read -r source && read -r wanted; } <"$record" || return 1
    [[ $source == "$url" ]] || return 1
  fi
  found=$(sha256sum <"$file") || return 2
  [[ ${found%% *} == "$wanted" ]] && sw_has_mode "$file" "$mode"
}

# download_file URL FILE [SHA256 [MODE]]: what is_downloaded asks for. FILE is replaced only when all has
# come and the digest is right.
download_file() {
  local url=$1 file=$2 wanted=${3:-} mode=${4:-} whole=$sw_state/downloaded found
  fetch_url "$url" "$whole" "$wanted"
  keep_original "$file"
  found=$(sha256sum <"$whole")
  replace_file "$file" "$mode" <"$whole"
  printf '%s\n%s\n' "$url" "${found%% *}" | sw_replace "$sw_state/downloads$file" 0600
  rm -f -- "$whole"
}
