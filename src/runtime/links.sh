# links: network interfaces that the next boot gives another name.

sw_link_folder=/sys/class/net
# Where an administrator names them, or what runs at boot; and where older systems do.
sw_link_places=(/etc/systemd/network /run/systemd/network)
sw_link_rules=/etc/udev/rules.d

# note_links: notes, once in a boot, which interfaces have the name that udev gives them by itself. A new
# udev may find another one, and what is set for the old name is for none then.
note_links() {
  local boot=''
  [[ ! -e $sw_state/links ]] || IFS= read -r boot <"$sw_state/links" || :
  [[ $boot != "$sw_boot" ]] || return 0
  { printf '%s\n' "$sw_boot" && sw_list_links; } | sw_replace_file "$sw_state/links" 0600
}

# sw_list_links: prints the names of these interfaces.
sw_list_links() {
  local folder
  for folder in "$sw_link_folder"/*; do
    [[ -e $folder/device ]] || continue
    sw_foresee_link "$folder"
    [[ $sw_text != "${folder##*/}" ]] || printf '%s\n' "$sw_text"
  done
}

# sw_foresee_link FOLDER: sets sw_text to the name that the udev which is installed by now gives that
# interface by itself, in the order of its 99-default.link; to nothing where it tells of none.
sw_foresee_link() {
  local told key value
  local -A given=()
  told=$(udevadm test-builtin net_id "$1" 2>/dev/null) || told=''
  while IFS='=' read -r key value; do
    [[ $key != ID_NET_NAME_* ]] || given[$key]=$value
  done <<<"$told"
  for key in ONBOARD SLOT PATH; do
    sw_text=${given[ID_NET_NAME_$key]:-}
    [[ -z $sw_text ]] || break
  done
}

# sw_tell_renamed: warns of each that gets another name, as long as that boot is still to come.
sw_tell_renamed() {
  local name boot address
  [[ -e $sw_state/links ]] || return 0
  {
    IFS= read -r boot
    [[ $boot == "$sw_boot" ]] || return 0
    while IFS= read -r name; do
      [[ -e $sw_link_folder/$name ]] || continue
      sw_foresee_link "$sw_link_folder/$name"
      [[ -n $sw_text && $sw_text != "$name" ]] || continue
      ! sw_keeps_name "$name" || continue
      sw_locked_out=yes
      read -r address 2>/dev/null <"$sw_link_folder/$name/address" || address=ADDRESS
      warn "from the reboot on, network interface $name is called $sw_text, and what is set for $name is for none; to have it keep its name: printf '[Match]\nMACAddress=$address\n[Link]\nName=$name\n' >${sw_link_places[0]}/10-$name.link; update-initramfs -u"
    done
  } <"$sw_state/links"
}

# sw_keeps_name NAME: whether that name is set for an interface, whatever udev would find by itself.
sw_keeps_name() {
  local place
  for place in "${sw_link_places[@]}"; do
    ! grep -qsx -- "Name=$1" "$place"/*.link || return 0
  done
  grep -qsE -- "(^|[^A-Z_])NAME:?=\"$1\"" "$sw_link_rules"/*.rules
}

sw_hooks_summary+=(sw_tell_renamed)
