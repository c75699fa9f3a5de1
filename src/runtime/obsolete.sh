# obsolete: installed packages that no source has any more.

sw_dpkg_info=/var/lib/dpkg/info

# sw_list_obsolete: prints their names. Stops, status 2, when that cannot be found out.
sw_list_obsolete() {
  local answer
  local -a names
  answer=$(dpkg-query --show --showformat '${db:Status-Abbrev}|${binary:Package}\n') || return 2
  mapfile -t names < <(sed -n 's/^.i |//p' <<<"$answer")
  ((${#names[@]} > 0)) || return 2
  answer=$(apt-cache policy -- "${names[@]}") || return 2
  answer=$(awk '
    /^[^ ]/ { if (name != "" && !found) print name; name = $1; sub(/:$/, "", name); found = 0 }
    /^       +-?[0-9]+ / { if ($2 != "/var/lib/dpkg/status") found = 1 }
    END { if (name != "" && !found) print name }
  ' <<<"$answer" | sort) || return 2
  if [[ $'\n'$answer$'\n' == *$'\nbase-files\n'* ]]; then
    printf 'apt has no lists of packages: fetch them with apt-get update\n' >&2
    return 2
  fi
  printf '%s\n' "$answer"
}

# sw_list_foreign [LIST]: prints those that are the administrator's own: not those in the file LIST of
# what an earlier upgrade made obsolete, if there is one, unless they were unpacked since.
sw_list_foreign() {
  local names name left=''
  names=$(sw_list_obsolete) || return
  if [[ -e ${1:-} ]]; then
    left=$(cat -- "$1") || return 2
  fi
  while IFS= read -r name; do
    [[ -n $name ]] || continue
    [[ $'\n'$left$'\n' == *$'\n'"$name"$'\n'* ]] && ! sw_was_unpacked_after "$1" "$name" ||
      printf '%s\n' "$name"
  done <<<"$names"
}

# sw_was_unpacked_after FILE NAME: whether dpkg has unpacked that package, of any architecture, since
# FILE was written.
sw_was_unpacked_after() {
  local list
  for list in "$sw_dpkg_info/$2.list" "$sw_dpkg_info/$2:"*.list; do
    [[ ! $list -nt $1 ]] || return 0
  done
  return 1
}

# foreign_is_listed FILE SUITE [except=LIST]: list_foreign has written it, whole. As long as the sources
# have SUITE, it names what is foreign now, not what was at an earlier attempt; later it could not be made
# again.
foreign_is_listed() {
  local names listed list=${3:-}
  [[ -r $1 && $(tail -n 1 -- "$1") == '# end' ]] || return 1
  sources_have "$2" || return 0
  names=$(sw_list_foreign "${list#except=}") || return 2
  listed=$(sed -e '/^#/d' -- "$1") || return 2
  [[ $listed == "$names" ]]
}

# list_foreign FILE [except=LIST]: before the sources are changed, FILE gets the packages that they do not
# have: those are the administrator's own.
list_foreign() {
  local names list=${2:-}
  names=$(sw_list_foreign "${list#except=}")
  printf '%s\n' '# Packages that came from no enabled source before the upgrade' ${names:+"$names"} '# end' |
    replace_file "$1" 0600
}

# sw_list_new_obsolete [FOREIGN] [KEEP…]: prints those that are not in file FOREIGN, none of the
# named, and not the running kernel.
sw_list_new_obsolete() {
  local names name foreign=''
  local -a staying=("${@:2}" "linux-image-$(uname -r)")
  names=$(sw_list_obsolete) || return
  sw_name_plainly staying
  if [[ -n $1 ]]; then
    foreign=$(cat -- "$1") || return 2
    [[ ${foreign##*$'\n'} == '# end' ]] || return 2
  fi
  foreign=$'\n'$foreign$'\n'
  for name in "${staying[@]}"; do
    foreign+=$name$'\n'
  done
  while IFS= read -r name; do
    [[ -z $name || $foreign == *$'\n'"$name"$'\n'* ]] || printf '%s\n' "$name"
  done <<<"$names"
}

# obsolete_is_listed FILE [foreign=FILE]: FILE names every package that the upgrade made obsolete; it
# may name others, which have been purged since.
obsolete_is_listed() {
  local names name listed foreign=''
  [[ ${2:-} != foreign=* ]] || foreign=${2#*=}
  names=$(sw_list_new_obsolete "$foreign") || return 2
  [[ -r $1 ]] || return 1
  listed=$(cat -- "$1") || return 2
  while IFS= read -r name; do
    [[ -z $name || $'\n'$listed$'\n' == *$'\n'"$name"$'\n'* ]] || return 1
  done <<<"$names"
}

# list_obsolete FILE [foreign=FILE]: makes it so, and tells them.
list_obsolete() {
  local names foreign=''
  [[ ${2:-} != foreign=* ]] || foreign=${2#*=}
  names=$(sw_list_new_obsolete "$foreign")
  printf '%s\n' "$names"
  printf '%s' "$names${names:+$'\n'}" | replace_file "$1" 0600
}

# obsolete_is_purged FOREIGN [KEEP…]: no package that the upgrade made obsolete is left, not even
# half of one: what is half-way is in no list.
obsolete_is_purged() {
  local names
  packages_are_settled || return
  names=$(sw_list_new_obsolete "$@") || return 2
  [[ -z $names ]]
}

# sw_demand_no_clusters PACKAGE…: none of them is a PostgreSQL server that still has a cluster:
# purging postgresql-13 drops every cluster of version 13, with its databases, and does not ask.
sw_demand_no_clusters() {
  local name file
  for name in "$@"; do
    [[ $name =~ ^postgresql-([0-9.]+)$ ]] || continue
    for file in "$sw_postgres_settings/${BASH_REMATCH[1]}"/*/postgresql.conf; do
      [[ ! -e $file ]] ||
        fail "purging $name would drop the PostgreSQL cluster of $file; nothing was changed" \
          "upgrade the cluster, or keep the package: pg_lsclusters tells what there is"
    done
  done
}

# purge_obsolete FOREIGN [KEEP…]: purges them, after apt_begin, when nothing else goes with them. What
# an interruption has left half-way is settled before that.
purge_obsolete() {
  local names plan name others=''
  local -a purged=()
  settle_packages
  names=$(sw_list_new_obsolete "$@")
  [[ -n $names ]] || return 0
  mapfile -t purged <<<"$names"
  sw_demand_no_clusters "${purged[@]}"
  plan=$(apt-get -s -o APT::Get::AutomaticRemove=false purge -- "${purged[@]}")
  while read -r name _; do
    [[ $'\n'$names$'\n' == *$'\n'"$name"$'\n'* ]] || others+=" $name"
  done < <(sed -n -E 's/^(Purg|Remv) ([^ ]+) .*/\2/p' <<<"$plan")
  [[ -z $others ]] ||
    fail "these would go with the obsolete packages, and are not obsolete:$others; nothing was changed" \
      "purge what you do not need by hand, or name what has to stay"
  run_apt purge -- "${purged[@]}"
}

# would_purge_obsolete FOREIGN [KEEP…]: tells what purge_obsolete would do.
would_purge_obsolete() {
  local names
  local -a purged=()
  names=$(sw_list_new_obsolete "$@" 2>/dev/null) || names='?obsolete'
  mapfile -t purged <<<"$names"
  would apt-get --yes purge -- "${purged[@]}"
}
