# sources: apt's lists of sources, read line by line and stanza by stanza. Comments, layout and what
# is disabled already stay as they are.

sw_apt_etc=/etc/apt
# Why a source is in a comment.
sw_disabled='disabled for the upgrade'
sw_missed='not on the mirror'
sw_new_files=() sw_new_texts=()
sw_source_line="^([[:space:]]*(deb|deb-src)[[:space:]]+)(\\[([^]]*)\\][[:space:]]*)?"
sw_source_line+="(cdrom:\\[[^]]*\\][^[:space:]]*|[^[:space:]]+)([[:space:]]+)([^[:space:]#]+)([^#]*)(#.*)?\$"

# sw_walk_sources JUDGE: calls JUDGE for each enabled entry: a line of a .list file, a stanza of a
# .sources file. JUDGE reads sw_place (where the entry is) and sw_types, and reads and may change
#   sw_uris, sw_suites, sw_components   what the entry says, each an array
#   sw_undated                          yes: an expired Release file will do
#   sw_off                              why the entry is to be disabled
#   sw_remarks                          comments to put above it, an array
# Sets sw_new_files and sw_new_texts: the files that then are others, and what each would hold.
sw_walk_sources() {
  local sw_judge=$1 sw_file sw_touched sw_at sw_body
  local -a sw_lines
  sw_new_files=() sw_new_texts=()
  for sw_file in "$sw_apt_etc/sources.list" "$sw_apt_etc/sources.list.d/"*; do
    sw_is_read_by_apt "$sw_file" || continue
    mapfile -t sw_lines <"$sw_file"
    # For apt, what ends a line in DOS is a blank.
    sw_lines=("${sw_lines[@]%$'\r'}")
    sw_touched=no sw_body=''
    case $sw_file in
      *.list) sw_walk_lines ;;
      *.sources) sw_walk_stanzas ;;
    esac
    [[ $sw_touched == yes ]] || continue
    sw_new_files+=("$sw_file")
    sw_new_texts+=("$sw_body")
  done
}

# sw_is_read_by_apt FILE: whether apt reads it: files of other names it passes over in silence, such as
# "x (copy).list". Byte by byte, for what else is a letter in a UTF-8 locale is none here.
sw_is_read_by_apt() {
  local LC_ALL=C name=${1##*/}
  [[ $name == *.@(list|sources) && $name != *[!A-Za-z0-9_.:-]* && -f $1 ]]
}

# sw_is_trusted: for a judge: whether apt wants no signature of what the entry has.
sw_is_trusted() {
  [[ " ${sw_line_options:-} " == *' trusted=yes '* || ${sw_fields[trusted]:-} == *yes* ]]
}

# sw_ask_judge: calls the judge. Status 0 when it wants the entry to be another. The old values stay
# in the caller's sw_before.
sw_ask_judge() {
  local sw_now
  sw_off='' sw_remarks=()
  sw_before=("${sw_uris[*]}" "${sw_suites[*]}" "${sw_components[*]}" "$sw_undated")
  "$sw_judge"
  sw_now="${sw_uris[*]}|${sw_suites[*]}|${sw_components[*]}|$sw_undated"
  [[ -n $sw_off || ${#sw_remarks[@]} -gt 0 ||
    $sw_now != "${sw_before[0]}|${sw_before[1]}|${sw_before[2]}|${sw_before[3]}" ]]
}

# sw_walk_lines: byte by byte, for a comment may be in any encoding.
sw_walk_lines() {
  local LC_ALL=C sw_line
  for sw_at in "${!sw_lines[@]}"; do
    sw_line=${sw_lines[sw_at]}
    [[ ! $sw_line =~ $sw_source_line ]] || sw_walk_line "${BASH_REMATCH[@]}"
    sw_body+=$sw_line$'\n'
  done
}

# sw_walk_line PART…: the parts of a line as sw_source_line has them. Sets the caller's sw_line.
sw_walk_line() {
  local prefix=$2 bracket=$4 sw_line_options=$5 gap=$7 rest=$9 comment=${10:-} remark
  local sw_place="$sw_file:$((sw_at + 1))" sw_types=$3 sw_undated=no sw_off
  local -A sw_fields=()
  local -a sw_uris=("$6") sw_suites=("$8") sw_components=() sw_remarks sw_before words
  read -r -a sw_components <<<"$rest"
  [[ " $sw_line_options " != *' check-valid-until=no '* ]] || sw_undated=yes
  sw_ask_judge || return 0
  sw_touched=yes
  if [[ -n $sw_off ]]; then
    sw_line="# $sw_off: $1"
    return 0
  fi
  if [[ $sw_undated != "${sw_before[3]}" ]]; then
    read -r -a words <<<"${sw_line_options//check-valid-until=yes/} check-valid-until=no"
    bracket="[${words[*]}] "
  fi
  [[ ${sw_components[*]} == "${sw_before[2]}" ]] || rest=" ${sw_components[*]}${comment:+ }"
  sw_line="$prefix$bracket${sw_uris[0]}$gap${sw_suites[0]}$rest$comment"
  for remark in "${sw_remarks[@]}"; do
    sw_line="# $remark"$'\n'$sw_line
  done
}

sw_walk_stanzas() {
  local sw_first=0
  for ((sw_at = 0; sw_at <= ${#sw_lines[@]}; sw_at++)); do
    [[ -z ${sw_lines[sw_at]:-} || ${sw_lines[sw_at]} =~ ^[[:space:]]+$ ]] || continue
    ((sw_at == sw_first)) || sw_walk_stanza
    ((sw_at == ${#sw_lines[@]})) || sw_body+=${sw_lines[sw_at]}$'\n'
    sw_first=$((sw_at + 1))
  done
}

# sw_walk_stanza: the stanza from line sw_first to the one before sw_at.
sw_walk_stanza() {
  local sw_place="$sw_file:$((sw_first + 1))" sw_types sw_undated=no sw_off sw_line_options=''
  local -a sw_uris=() sw_suites=() sw_components=() sw_remarks=() sw_before types
  local -A sw_fields=() sw_owners=()
  sw_read_stanza
  read -r -a sw_uris <<<"${sw_fields[uris]:-}"
  read -r -a sw_suites <<<"${sw_fields[suites]:-}"
  read -r -a sw_components <<<"${sw_fields[components]:-}"
  read -r -a types <<<"${sw_fields[types]:-}"
  sw_types=${types[*]}
  [[ ${sw_fields['check-valid-until']:-} != *no* ]] || sw_undated=yes
  if ((${#sw_uris[@]} > 0)) && sw_is_enabled "${sw_fields[enabled]:-yes}" && sw_ask_judge; then
    sw_touched=yes
    sw_rewrite_stanza
  else
    printf -v sw_text '%s\n' "${sw_lines[@]:sw_first:sw_at-sw_first}"
    sw_body+=$sw_text
  fi
}

# sw_is_enabled TEXT: what apt makes of the value of field Enabled.
sw_is_enabled() {
  local value=${1,,}
  case ${value//[[:space:]]/} in
    no | false | without | off | disable | 0) return 1 ;;
  esac
}

# sw_read_stanza: sets sw_fields (name to value, in one line) and sw_owners (line to name).
sw_read_stanza() {
  local at name='' line
  for ((at = sw_first; at < sw_at; at++)); do
    line=${sw_lines[at]}
    case $line in
      '#'*) continue ;;
      [[:space:]]*) [[ -z $name ]] || sw_fields[$name]+=" $line" ;;
      *:*)
        name=${line%%:*}
        name=${name,,}
        sw_fields[$name]=${line#*:}
        ;;
      *) continue ;;
    esac
    [[ -z $name ]] || sw_owners[$at]=$name
  done
}

# sw_rewrite_stanza: adds the stanza to sw_body, with what the judge wants of it.
sw_rewrite_stanza() {
  local at name remark last=''
  local -A new=()
  if [[ -n $sw_off ]]; then
    sw_remarks+=("$sw_off (to enable it again, remove the line \"Enabled: no\")")
    new[enabled]='Enabled: no'
  fi
  [[ ${sw_uris[*]} == "${sw_before[0]}" ]] || new[uris]="URIs: ${sw_uris[*]}"
  [[ ${sw_suites[*]} == "${sw_before[1]}" ]] || new[suites]="Suites: ${sw_suites[*]}"
  [[ ${sw_components[*]} == "${sw_before[2]}" ]] || new[components]="Components: ${sw_components[*]}"
  [[ $sw_undated == "${sw_before[3]}" ]] || new['check-valid-until']='Check-Valid-Until: no'
  for remark in "${sw_remarks[@]}"; do
    sw_body+="# $remark"$'\n'
  done
  for ((at = sw_first; at < sw_at; at++)); do
    name=${sw_owners[$at]:-}
    if [[ -z $name || -z ${new[$name]:-} ]]; then
      sw_body+=${sw_lines[at]}$'\n'
    elif [[ $name != "$last" ]]; then
      sw_body+=${new[$name]}$'\n'
    fi
    last=${name:-$last}
  done
  for name in enabled uris suites components check-valid-until; do
    [[ -z ${new[$name]:-} || -n ${sw_fields[$name]:-} ]] || sw_body+=${new[$name]}$'\n'
  done
}

# sw_write_sources: writes what the last walk made of the files, each with its original kept.
sw_write_sources() {
  local at
  ((${#sw_new_files[@]} > 0)) || return 0
  indexes_are_due
  for at in "${!sw_new_files[@]}"; do
    keep_original "${sw_new_files[at]}"
    printf '%s' "${sw_new_texts[at]}" | replace_file "${sw_new_files[at]}"
  done
}

# sw_would_write_sources: what sw_write_sources would change, line by line.
sw_would_write_sources() {
  local at line
  for at in "${!sw_new_files[@]}"; do
    would_say "change ${sw_new_files[at]@Q}:"
    while IFS= read -r line; do
      [[ $line != [\<\>]' '* ]] || would_say "  $line"
    done < <(printf '%s' "${sw_new_texts[at]}" | diff -- "${sw_new_files[at]}" -)
  done
}

# sw_tell_disabled_sources: which ones a run has put into comments, below the summary.
sw_tell_disabled_sources() {
  local file line
  for file in "$sw_apt_etc/sources.list" "$sw_apt_etc/sources.list.d/"*; do
    sw_is_read_by_apt "$file" || continue
    while IFS= read -r line; do
      # Above a stanza, brackets say what to do.
      case $line in
        "# $sw_disabled: "* | "# $sw_disabled ("* | "# $sw_missed: "* | "# $sw_missed ("*)
          warn "$file: ${line#\# }"
          ;;
      esac
    done <"$file"
  done
}

sw_hooks_summary+=(sw_tell_disabled_sources)
