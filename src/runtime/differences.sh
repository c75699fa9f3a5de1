# differences: what one list of what a PostgreSQL cluster holds has, and another one lacks.

# sw_lost_contents OLD NEW: prints the lines of file OLD that file NEW lacks. More rows are no loss where the
# old cluster may not tell all of them: an unlogged table is empty after a crash. What an extension keeps
# is copied by one command, or not at all, so all of it is lost or nothing; other figures are of rows that
# the extension itself writes meanwhile, or that a newer one brings along.
sw_lost_contents() {
  local line found missing lenient=': (unlogged table|(configuration|table|sequence) of extension) .* with rows ([0-9]+)$'
  [[ -s $1 && -s $2 ]] || return
  missing=$(LC_ALL=C comm -23 -- "$1" "$2") || return
  [[ -n $missing ]] || return 0
  while IFS= read -r line; do
    if [[ $line =~ $lenient ]]; then
      found=$(sw_rows_of "${line% *}" "$2")
      if [[ ${BASH_REMATCH[1]} == unlogged* ]]; then
        ((found < BASH_REMATCH[3])) || continue
      else
        ((found < 0)) || continue
      fi
    fi
    printf '%s\n' "$line"
  done <<<"$missing"
}

# sw_rows_of BEGINNING FILE: prints the figure that follows BEGINNING in a line of FILE, or -1.
sw_rows_of() {
  local line rows=-1
  while IFS= read -r line; do
    [[ $line != "$1 "* ]] || rows=${line##* }
  done <"$2"
  printf '%s' "$rows"
}

# sw_further_contents FILE1 FILE2: prints the lines of FILE2 for what FILE1 does not have, or has less of.
# Databases that FILE1 names, and was made without looking into, are passed over.
sw_further_contents() {
  local line what figure database rest known
  local -A figures=() seen=() mentioned=()
  # Not every name is UTF-8.
  local LC_ALL=C
  while IFS= read -r line; do
    sw_split_content
    [[ -z $what ]] || figures[$what]=$figure
    [[ -z $database ]] || seen[$database]=yes
    [[ $line != 'database "'*' in '* ]] || mentioned[${what#database }]=yes
  done <"$1"
  while IFS= read -r line; do
    sw_split_content
    known=-1
    [[ -z $what ]] || known=${figures[$what]:--1}
    [[ -z $database || -n ${seen[$database]:-} || -z ${mentioned[$database]:-} ]] || continue
    ((figure <= known)) || sw_is_of_every_copy || printf '%s\n' "$line"
  done <"$2"
}

# sw_split_content: sets the caller's what and figure to the two halves of its line, and database and
# rest to what is before and behind the colon.
sw_split_content() {
  local within='^in ("([^"\\]|\\.)*"): (.*)$'
  what=$line figure=0 database='' rest=$line
  if [[ $line =~ $within ]]; then
    database=${BASH_REMATCH[1]} rest=${BASH_REMATCH[3]}
  fi
  if [[ $rest =~ ^'materialized view '.*' with'(out)?' data'$ ]]; then
    what=${line% with*}
  elif [[ $line == 'database "'*' in '* ]]; then
    what=${line% in *}
  elif [[ $line =~ ^(.*)' '([0-9]+)$ ]]; then
    what=${BASH_REMATCH[1]} figure=${BASH_REMATCH[2]}
  fi
}

# sw_is_of_every_copy: whether the caller's rest is what an unfinished copy may have without the old
# cluster having it: what comes with every database, sequences that nothing was taken from, and
# triggers, which are switched off while rows are copied.
sw_is_of_every_copy() {
  case $rest in
    'sequence '*' at '*' false' | 'trigger '*) ;;
    'schema "public"' | 'extension "plpgsql"' | 'database "postgres" in '*) ;;
    *) return 1 ;;
  esac
}
