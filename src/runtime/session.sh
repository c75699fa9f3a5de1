# session: whether what this script runs in would take the sight of it along when it drops.

sw_proc=/proc

# sw_find_session: sets sw_text to "ssh" when an SSH server is above this process and nothing that
# outlives it is in between. Variables do not tell: sudo takes them away.
sw_find_session() {
  local pid=$$ parent name line
  sw_text=''
  while ((pid > 1)); do
    name='' parent=0
    while IFS= read -r line; do
      case $line in
        Name:*) name=${line#Name:?} ;;
        PPid:*)
          parent=${line#PPid:?}
          break
          ;;
      esac
    done 2>/dev/null <"$sw_proc/$pid/status" || return 0
    case $name in
      tmux* | screen* | SCREEN* | mosh-server | dtach | abduco | zellij*) return 0 ;;
      sshd* | dropbear*)
        sw_text=ssh
        return 0
        ;;
    esac
    pid=$parent
  done
}

# sw_require_session: a bare SSH session takes the screen along when it drops. What is only looked at
# is told, and no more.
sw_require_session() {
  local what='this is an SSH session outside of tmux and screen'
  [[ $sw_allow_ssh == no ]] || return 0
  sw_find_session
  [[ $sw_text == ssh ]] || return 0
  if [[ $sw_mode == run ]]; then
    sw_refuse "$what" \
      "run it in tmux or screen; or say --allow-ssh: it goes on when the session drops, and can be followed with: tail -f $sw_log"
  else
    warn "$what: a run has to be told --allow-ssh"
  fi
}

# sw_require_consent: somebody has said yes, or can be asked.
sw_require_consent() {
  [[ $sw_yes == yes || -t 0 ]] ||
    sw_refuse 'there is no terminal to ask on' 'say --yes to go on without being asked'
}
