# inventory: the container images that there were before the upgrade.

# sw_take_inventory WORD…: sets the caller's about to what describes an inventory:
#   label=LABEL      which of docker's images count (see docker_images)
#   prefix=PREFIX    what podman puts before their names (see images_missing)
#   database=NAME    names images, too, by
#   query=SQL        of which each row is one;
#   named=LIST       the list that is learnt of those alone
#   pending=SQL      names those that are not whole yet, and
#   remedy=TEXT      how to have none of them
#   save=yes|no      whether they are to be saved later on, in
#   saved=DIRECTORY  where room for them is asked for; and for a copy in podman
sw_take_inventory() {
  local word
  about=([label]='' [prefix]='' [database]='' [query]='' [named]='' [pending]='' [remedy]='' [save]='' [saved]='')
  for word; do
    about[${word%%=*}]=${word#*=}
  done
}

# images_are_inventoried LIST WORD…: whether LIST is what inventory_images would learn. When docker is
# gone or silent, or the database is, what was learnt stays true.
images_are_inventoried() {
  local names known='' name answer
  local -A about=()
  local -a rows=() all=() wanted=() dropped=()
  sw_take_inventory "${@:2}"
  is_carried "$1" || return 1
  [[ -z ${about[named]} ]] || is_carried "${about[named]}" || return 1
  type -P docker >/dev/null || return 0
  names=$(docker_images "${about[label]}" 2>/dev/null) || return 0
  IFS= read -r -d '' known <"$sw_state/carried/$1" || :
  while IFS= read -r name; do
    [[ -z $name || $'\n'$known == *$'\n'"$name"$'\n'* ]] || return 1
  done <<<"$names"
  if [[ -n ${about[database]} ]]; then
    answer=$(sw_ask_database "${about[query]}" 2>/dev/null) || return 0
    sw_take_rows "$answer"
    answer=$(sw_ask_pending 2>/dev/null) || return 0
    [[ -z $answer ]] || return 1
  fi
  sw_join_inventory "$1"
  sw_holds_list "$1" "${all[@]}" || return 1
  [[ -z ${about[named]} ]] || sw_holds_list "${about[named]}" "${wanted[@]}"
}

# sw_holds_list LIST NAME…: whether the carried LIST has these names, in this order, and no other.
sw_holds_list() {
  local -a items=()
  sw_recall_list "$1"
  shift
  [[ ${#items[@]} == "$#" && "${items[*]@Q}" == "${*@Q}" ]]
}

# sw_recall_list LIST: sets the caller's items to what was learnt.
sw_recall_list() {
  items=()
  [[ ! -e $sw_state/carried/$1 ]] || mapfile -t items <"$sw_state/carried/$1"
}

# inventory_images LIST WORD…: learns LIST: docker's images that have the label, and those that the
# database names, which docker or podman has to have, unless docker is gone. What the list holds already
# stays in it, unless the image was removed, and nothing else can be the reason that it is not there.
inventory_images() {
  local names=''
  local -A about=()
  local -a rows=() all=() wanted=() dropped=()
  sw_take_inventory "${@:2}"
  if type -P docker >/dev/null; then
    names=$(docker_images "${about[label]}") || sw_no_inventory
  elif [[ -z ${about[database]} ]]; then
    fail 'docker is not installed: nothing tells which container images there were' \
      'If there were none, leave this step out with --skip.'
  fi
  [[ -z ${about[database]} ]] || sw_expected_images
  sw_join_inventory "$1"
  ((${#dropped[@]} == 0)) || printf 'removed meanwhile, and off the list: %s\n' "${dropped[@]}"
  printf '%d container images:\n' "${#all[@]}"
  ((${#all[@]} == 0)) || printf '  %s\n' "${all[@]}"
  if [[ -n ${about[saved]} ]] && type -P docker >/dev/null; then
    [[ ${about[save]} != no ]] || about[saved]=''
    demand_room_for_images "${about[saved]}" "${about[prefix]}" "${all[@]}"
  fi
  [[ -z ${about[named]} ]] || sw_carry_named
  carry "$1" "${all[@]}"
}

# sw_join_inventory LIST: what is to be learnt, of the caller's names (docker's, as one text) and rows: sets
# all to what LIST becomes, wanted to those that the database names, dropped to what LIST loses.
sw_join_inventory() {
  local name
  local -a items=()
  all=("${rows[@]}") wanted=("${rows[@]}") dropped=()
  [[ -z $names ]] || mapfile -t -O "${#all[@]}" all <<<"$names"
  sw_recall_list "$1"
  if sw_tells_gone "${items[@]}"; then
    for name in "${items[@]}"; do
      if sw_is_among "$name" "${sw_lacking[@]}" && ! sw_is_among "$name" "${rows[@]}"; then
        dropped+=("$name")
      else
        all+=("$name")
      fi
    done
  else
    all+=("${items[@]}")
    [[ -z ${about[named]} ]] || sw_recall_list "${about[named]}"
    [[ -z ${about[named]} ]] || wanted+=("${items[@]}")
  fi
  sw_sort_items "${wanted[@]}"
  wanted=("${items[@]}")
  sw_sort_items "${all[@]}"
  all=("${items[@]}")
}

# sw_sort_items NAME…: sets the caller's items to these, in order, each once.
sw_sort_items() {
  local sorted
  items=()
  (($# > 0)) || return 0
  sorted=$(printf '%s\n' "$@" | sort -u | sed '/^$/d')
  [[ -z $sorted ]] || mapfile -t items <<<"$sorted"
}

# sw_is_among NAME OTHER…: whether NAME is one of the others.
sw_is_among() {
  local other
  for other in "${@:2}"; do
    [[ $other != "$1" ]] || return 0
  done
  return 1
}

# sw_tells_gone NAME…: sets sw_lacking to those of the images that docker has no more. Status 1 when that
# says nothing: docker is gone or silent, has lost its storage and shows neither one of them nor another
# (the caller's names), or podman has one already.
sw_tells_gone() {
  type -P docker >/dev/null || return 1
  (($# > 0)) || return 0
  if type -P podman >/dev/null; then
    images_missing podman "${about[prefix]}" "$@" && ((${#sw_lacking[@]} == $#)) || return 1
  fi
  images_missing docker '' "$@" && { [[ -n $names ]] || ((${#sw_lacking[@]} < $#)); }
}

# sw_carry_named: learns the list of those that the database names. The others nothing will bring into
# podman: they are noted, to be told at the end.
sw_carry_named() {
  local name
  local -a others=()
  for name in "${all[@]}"; do
    sw_is_among "$name" "${wanted[@]}" || others+=("$name")
  done
  sw_forget images-unnamed
  if ((${#others[@]} > 0)); then
    printf 'not named by database %s: %s\n' "${about[database]@Q}" "${others[*]}"
    printf '%s\n' "${others[@]}" | sw_replace_file "$sw_state/images-unnamed" 0600
  fi
  carry "${about[named]}" "${wanted[@]}"
}

# sw_tell_strays: below the summary.
sw_tell_strays() {
  local -a names=()
  [[ -s $sw_state/images-unnamed ]] || return 0
  mapfile -t names <"$sw_state/images-unnamed"
  warn "docker has images that the database does not name, which nothing brings into podman: ${names[*]} (docker save, then podman load)"
}

sw_hooks_summary+=(sw_tell_strays)
