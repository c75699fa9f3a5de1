# repository: a source of packages that is not the distribution's, and the key that signs it.

sw_keyrings=/usr/share/keyrings

# repository_is_there NAME LINE [FINGERPRINT…]: NAME.list says LINE and nothing else, no other list
# has the same source, and its key is there: with fingerprints, these keys and no other.
repository_is_there() {
  sw_has_line "$sw_apt_etc/sources.list.d/$1.list" "$2" &&
    sw_find_doubles "$1" "$2" &&
    sw_has_readable_keys "$sw_keyrings/$1.asc" "${@:3}"
}

# sw_has_line FILE LINE: whether LINE is all that FILE says, but for comments.
sw_has_line() {
  local line found=''
  [[ -r $1 ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    [[ -z $line || $line == '#'* ]] || found+=$line$'\n'
  done <"$1"
  [[ $found == "$2"$'\n' ]]
}

# sw_find_doubles NAME LINE: whether no other file has the source of LINE; prints where one does. apt
# refuses to work when two entries of one source name different keys.
sw_find_doubles() {
  local sw_name=$1 sw_double
  [[ $2 =~ $sw_source_line ]] || return 2
  sw_double="${BASH_REMATCH[5]%/} ${BASH_REMATCH[7]}"
  sw_walk_sources sw_judge_double
  ((${#sw_new_files[@]} == 0))
}

sw_judge_double() {
  [[ ${sw_file##*/} != "$sw_name.list" ]] || return 0
  local uri suite
  for uri in "${sw_uris[@]}"; do
    for suite in "${sw_suites[@]}"; do
      [[ "${uri%/} $suite" != "$sw_double" ]] || sw_off="now in $sw_name.list"
    done
  done
  [[ -z $sw_off ]] || printf '%s has the same source as %s.list\n' "$sw_place" "$sw_name"
}

# sw_fingerprints FILE: prints the fingerprint of each key in FILE, without subkeys. Writes nothing:
# the import is a dry run. GnuPG 2.1.18 has no shorter way to look into a file.
sw_fingerprints() {
  gpg --batch --no-options --no-permission-warning --no-default-keyring --no-keyring --no-autostart \
    --lock-never --trust-model always --homedir "${1%/*}" --with-colons --with-fingerprint \
    --dry-run --import-options import-show --import -- "$1" 2>/dev/null |
    awk -F : '$1 == "pub" { wanted = 1 } $1 == "fpr" && wanted { print $10; wanted = 0 }'
}

# sw_has_keys FILE [FINGERPRINT…]: FILE is there and has these keys, all of them and no other; at least
# one, when none is named: an address may answer with a page that is no key.
sw_has_keys() {
  local file=$1 found key
  [[ -s $file ]] || return 1
  shift
  found=$(sw_fingerprints "$file") || return 1
  if (($# == 0)); then
    [[ -n $found ]]
    return
  fi
  for key; do
    [[ $'\n'$found$'\n' == *$'\n'$key$'\n'* ]] || return 1
    found=${found/"$key"/}
  done
  [[ -z ${found//[[:space:]]/} ]]
}

# sw_has_readable_keys FILE [FINGERPRINT…]: FILE has these keys, as text with line ends that apt reads, too.
sw_has_readable_keys() {
  sw_has_keys "$@" && grep -q -x -e '-----BEGIN PGP PUBLIC KEY BLOCK-----' -- "$1" && grep -q -x -e '' -- "$1"
}

# key_is_from NAME ADDRESS: whether the key of source NAME, if a run has fetched it, is from there.
key_is_from() {
  local address=''
  [[ -e $sw_state/key-$1 ]] || return 0
  IFS= read -r address <"$sw_state/key-$1" || :
  [[ $address == "$2" ]]
}

# fetch_key NAME ADDRESS [FINGERPRINT…]: the key of source NAME is fetched, looked at, and only then
# put where apt will trust it for that source alone. One that is not pinned is fetched unless it is known
# to be from there: what lies there may be the key of an earlier address.
fetch_key() {
  local key=$sw_keyrings/$1.asc name=$1 address=$2 part=$sw_state/key text protocols='=https'
  shift 2
  if sw_has_readable_keys "$key" "$@"; then
    (($# == 0)) && ! { [[ -e $sw_state/key-$name ]] && key_is_from "$name" "$address"; } || return 0
  fi
  [[ $address == https:* ]] || protocols='=http,https'
  [[ -d $sw_keyrings ]] || mkdir -p -- "$sw_keyrings"
  run curl -fsSL --proto "$protocols" --retry 3 --connect-timeout 30 --max-time 300 --output "$part" -- "$address"
  sw_has_keys "$part" "$@" || sw_refuse_key "$@"
  keep_original "$key"
  text=$(sw_armored "$part")
  replace_file "$key" 0644 <<<"$text"
  printf '%s\n' "$address" | sw_replace_file "$sw_state/key-$name" 0600
  rm -f -- "$part"
}

# sw_refuse_key [FINGERPRINT…]: stops the step: what was fetched into the caller's part is not what it has to be.
sw_refuse_key() {
  local found
  found=$(sw_fingerprints "$part") || found=''
  rm -f -- "$part"
  (($# > 0)) || fail "what $address answers is no key; nothing was changed" \
    "Look at it: curl -fL ${address@Q}; if the key has moved, set its parameter anew (--help shows the parameters)."
  fail "the key at $address is not the one that was expected; nothing was changed" \
    "expected: $*" "found: ${found//$'\n'/ }" \
    "Has $name a new key? Find out from whoever publishes it, not from that address."
}

# sw_armored FILE: prints a key as text, which is what apt expects in a file called .asc.
sw_armored() {
  if grep -q '^-----BEGIN PGP PUBLIC KEY BLOCK-----' -- "$1"; then
    # gpg reads one with blanks at the ends of its lines, or with those of Windows, and apt does not.
    sed 's/[[:space:]]*$//' -- "$1"
  else
    printf '%s\n\n' '-----BEGIN PGP PUBLIC KEY BLOCK-----'
    base64 -- "$1"
    printf '%s\n' '-----END PGP PUBLIC KEY BLOCK-----'
  fi
}

# write_repository NAME LINE: NAME.list says LINE, and every other entry of the same source is
# commented out.
write_repository() {
  local list=$sw_apt_etc/sources.list.d/$1.list
  if ! sw_has_line "$list" "$2"; then
    indexes_are_due
    keep_original "$list"
    printf '%s\n' "$2" | replace_file "$list" 0644
  fi
  sw_find_doubles "$1" "$2" || sw_write_sources
}

# would_write_repository NAME ADDRESS LINE: tells what fetch_key and write_repository would do.
would_write_repository() {
  would curl -fsSL --output "$sw_keyrings/$1.asc" "$2"
  would_write "$sw_apt_etc/sources.list.d/$1.list" "$3"
  sw_find_doubles "$1" "$3" >/dev/null || sw_would_write_sources
}
