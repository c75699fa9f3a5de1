# expected: the container images that a database names.

# sw_ask_database SQL: prints what the database of the caller's inventory answers; it can only read.
sw_ask_database() {
  PGOPTIONS='-c default_transaction_read_only=on' psql --no-psqlrc --no-password --quiet --no-align \
    --tuples-only --set ON_ERROR_STOP=1 --dbname "${about[database]}" --command "$1"
}

# sw_ask_pending: prints the images that are not whole yet, where that can be asked.
sw_ask_pending() {
  [[ -z ${about[pending]} ]] || sw_ask_database "${about[pending]}"
}

# sw_take_rows TEXT: sets the caller's rows to the images that TEXT has a line for, with their tags.
sw_take_rows() {
  local name
  local -a names
  mapfile -t names <<<"$1"
  rows=()
  for name in "${names[@]}"; do
    [[ -n $name ]] || continue
    # Without a tag, docker and podman take "latest". A colon before a slash is part of a host.
    [[ ${name##*/} == *[:@]* ]] || name+=:latest
    rows+=("$name")
  done
}

# sw_expected_images: sets the caller's rows to the images that its database names. Stops the step when one
# of them is not whole, or is nowhere.
sw_expected_images() {
  local answer database=${about[database]}
  answer=$(sw_ask_database "${about[query]}") ||
    fail "database $database could not be asked for its container images" \
      "Try it: psql ${database@Q} -c ${about[query]@Q}"
  sw_take_rows "$answer"
  answer=$(sw_ask_pending) ||
    fail "database $database could not be asked which container images are not whole" \
      "Try it: psql ${database@Q} -c ${about[pending]@Q}"
  [[ -z $answer ]] || fail "database $database has container images that are not whole yet:" \
    "  ${answer//$'\n'/$'\n'  }" "${about[remedy]}"
  images_missing docker-or-podman "${about[prefix]}" "${rows[@]}"
  ((${#sw_lacking[@]} > 0)) || return 0
  if ! type -P docker >/dev/null; then
    # Its images may lie on the disk all the same; they are looked for once docker is back.
    printf 'docker is not installed, and podman does not have:\n'
    printf '  %s\n' "${sw_lacking[@]}"
    return 0
  fi
  fail \
    "database $database names ${#sw_lacking[@]} container images that neither docker nor podman has:" \
    "${sw_lacking[@]/#/  }" \
    'Get them back (docker pull, docker load), or take their rows out of the database; then run this script again.'
}
