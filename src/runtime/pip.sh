# pip: packages of a Python, as its own pip sees them.

# sw_pip PYTHON ARGUMENT…: from /, since Python takes modules from where it is called.
sw_pip() {
  (cd / && "$1" -m pip --disable-pip-version-check "${@:2}")
}

# sw_pip_name NAME: sets the caller's name to NAME as pip compares it.
sw_pip_name() {
  name=${1,,}
  name=${name//[-_.]/-}
  while [[ $name == *--* ]]; do
    name=${name//--/-}
  done
}

# sw_list_pip PYTHON: sets the caller's pip_found[NAME] to the version of each package. Status 2 when
# pip does not tell.
sw_list_pip() {
  local answer line name
  answer=$(sw_pip "$1" list --format=freeze) || return 2
  while IFS= read -r line; do
    [[ $line =~ ^([A-Za-z0-9._-]+)===?(.+)$ ]] || continue
    sw_pip_name "${BASH_REMATCH[1]}"
    pip_found[$name]=${BASH_REMATCH[2]}
  done <<<"$answer"
}

# sw_is_at_least VERSION MINIMUM: compares them number by number, as far as they are numbers.
sw_is_at_least() {
  local -a ours=() theirs=()
  local at a b
  IFS=. read -r -a ours <<<"$1"
  IFS=. read -r -a theirs <<<"$2"
  for ((at = 0; at < ${#ours[@]} || at < ${#theirs[@]}; at++)); do
    a=${ours[at]:-0} b=${theirs[at]:-0}
    a=${a%%[!0-9]*} b=${b%%[!0-9]*}
    ((10#${a:-0} == 10#${b:-0})) || return "$((10#${a:-0} < 10#${b:-0}))"
  done
}

# sw_is_version FOUND WANTED: 5.0 is 5, 5+local is 5, and 5.0-beta.2 is 5b2, as for pip.
sw_is_version() {
  local found=$1 wanted=$2 numbers sw_text
  [[ $wanted == *+* ]] || found=${found%%+*}
  sw_spell_version "$found"
  found=$sw_text numbers=${sw_text%%[!0-9.]*}
  sw_spell_version "$wanted"
  wanted=${sw_text%%[!0-9.]*}
  [[ ${found#"$numbers"} == "${sw_text#"$wanted"}" ]] || return 1
  sw_is_at_least "$numbers" "$wanted" && sw_is_at_least "$wanted" "$numbers"
}

# sw_spell_version VERSION: sets sw_text to it as pip writes it (PEP 440), but for what follows a +.
sw_spell_version() {
  local public=${1,,} label=''
  [[ $public != *+* ]] || label=+${public#*+}
  label=${label//[-_]/.}
  public=${public%%+*}
  public=${public#v}
  [[ $public != *[!0-9.]* ]] || public=$(sed -E -e 's/[-_.]?alpha[-_.]?/a/; s/[-_.]?beta[-_.]?/b/; s/[-_.]?(preview|pre)[-_.]?/rc/' \
    -e 's/[-_.]?(a|b|rc|c)[-_.]?([0-9]*)/\1\2/; s/([0-9])c/\1rc/; s/([0-9](a|b|rc))([^0-9]|$)/\10\3/' \
    -e 's/[-_.]?(post|rev|r)[-_.]?([0-9]+)/.post\2/; s/-([0-9]+)$/.post\1/; s/[-_.]?dev[-_.]?/.dev/; s/dev$/dev0/' <<<"$public")
  sw_text=$public$label
}

# pip_lacks PYTHON [NAME…]: none of these packages is there. A Python that is gone has none.
pip_lacks() {
  local -A pip_found=()
  local name wanted
  type -P -- "$1" >/dev/null || return 0
  sw_list_pip "$1" || return
  for wanted in "${@:2}"; do
    sw_pip_name "$wanted"
    [[ -z ${pip_found[$name]:-} ]] || return 1
  done
}

# pip_remove PYTHON [NAME…]: what pip_lacks asks for.
pip_remove() {
  local -A pip_found=()
  local -a there=()
  local name wanted
  # A package may be in several places, and pip removes it from one at a time.
  for _ in 1 2 3; do
    pip_found=() there=()
    sw_list_pip "$1" || fail "pip of $1 does not tell which packages there are"
    for wanted in "${@:2}"; do
      sw_pip_name "$wanted"
      [[ -z ${pip_found[$name]:-} ]] || there+=("$wanted")
    done
    ((${#there[@]} > 0)) || return 0
    run "$1" -m pip --disable-pip-version-check uninstall --yes -- "${there[@]}"
    [[ $sw_planning == no ]] || return 0
  done
}

# pip_has PYTHON REQUIREMENT…: each is NAME or NAME==VERSION.
pip_has() {
  local -A pip_found=()
  local name requirement
  ! sw_is_half_done "$1" && type -P -- "$1" >/dev/null || return 1
  sw_list_pip "$1" || return
  for requirement in "${@:2}"; do
    sw_pip_name "${requirement%%==*}"
    [[ -n ${pip_found[$name]:-} ]] || return 1
    [[ $requirement != *==* ]] || sw_is_version "${pip_found[$name]}" "${requirement#*==}" || return 1
  done
}

# pip_install PYTHON REQUIREMENT…: what pip_has asks for.
pip_install() {
  sw_mend_half_done "$1" "$1"
  sw_run_whole "$1" "$1" -m pip --disable-pip-version-check install -- "${@:2}"
}

# pip_is_there PYTHON [MINIMUM]: its pip works, and is not older.
pip_is_there() {
  local said
  ! sw_is_half_done "$1" && type -P -- "$1" >/dev/null || return 1
  said=$(sw_pip "$1" --version) || return 1
  [[ $said =~ ^pip\ ([0-9][^ ]*) ]] || return 2
  sw_is_at_least "${BASH_REMATCH[1]}" "${2:-0}"
}

# get_pip PYTHON URL [SHA256]: installs pip with the script that URL answers.
get_pip() {
  local script=$sw_state/get-pip.py
  fetch_url "$2" "$script" "${3:-}"
  sw_mend_half_done "$1" "$1"
  sw_run_whole "$1" "$1" "$script"
}

# venv_is_there DIRECTORY: it is a whole environment, with a pip that works.
venv_is_there() {
  ! sw_is_half_done "$1" && [[ -x $1/bin/python3 ]] || return 1
  sw_pip "$1/bin/python3" --version >/dev/null || return 1
}

# make_venv DIRECTORY: what venv_is_there asks for. What is in one that is there already stays: it may be that
# of a Python that was replaced since.
make_venv() {
  if sw_is_half_done "$1"; then
    sw_mend_half_done "$1" python3 "$1"/lib/python3*/site-packages
  elif [[ -e $1/pyvenv.cfg ]]; then
    run python3 -m venv -- "$1"
    return
  elif [[ -e $1 ]]; then
    run rmdir -- "$1"
  fi
  sw_run_whole "$1" python3 -m venv -- "$1"
}
