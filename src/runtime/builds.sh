# builds: whether the scripts of a procedure were made together.

# sw_keep_digests: notes the digests of this script, and of those that come after it and lie beside it,
# unless they are the ones that were noted.
sw_keep_digests() {
  local script new=no
  local -a present=()
  for script in "${sw_scripts[@]:sw_part-1}"; do
    [[ -f $sw_folder/$script ]] || continue
    present+=("./$script")
    [[ ! $sw_folder/$script -nt $sw_state/scripts ]] || new=yes
  done
  [[ $new == yes ]] || return 0
  (cd -- "$sw_folder" && sha256sum -- "${present[@]}") | sw_replace_file "$sw_state/scripts" 0600
}

# sw_is_known_build: whether this script is the one that was noted, or none was.
sw_is_known_build() {
  local line digest=''
  [[ -r $sw_state/scripts && -f $sw_folder/$sw_script ]] || return 0
  while IFS= read -r line; do
    [[ ${line#*  ./} != "$sw_script" ]] || digest=${line%% *}
  done <"$sw_state/scripts"
  [[ -n $digest ]] || return 0
  line=$(sha256sum <"$sw_folder/$sw_script") || return 0
  [[ ${line%% *} == "$digest" ]]
}

# sw_compare_digest: tells when this script is not the one that lay beside the part before it.
sw_compare_digest() {
  ((sw_part > 1)) || return 0
  sw_is_known_build ||
    warn "this $sw_script is of another build than ${sw_scripts[sw_part - 2]}, which ran here before"
}
