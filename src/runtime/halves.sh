# halves: what somebody else's program was cut off at, which it would take for whole itself.

# sw_is_half_done TARGET: whether the current step was cut off at work on TARGET. What it has left, pip
# takes for whole. A note about another target, as of parameters set anew since, says nothing of this one.
sw_is_half_done() {
  local noted=''
  { IFS= read -r noted <"$sw_state/unfinished/${sw_ids[sw_index]}"; } 2>/dev/null || return 1
  [[ $noted == "$1" ]]
}

# sw_run_whole TARGET COMMAND…: runs it, with TARGET noted for the next run until all of it is on the disk.
sw_run_whole() {
  local note=$sw_state/unfinished/${sw_ids[sw_index]} target=$1
  shift
  if [[ $sw_planning == yes ]]; then
    run "$@"
    return
  fi
  sw_replace "$note" 0600 <<<"$target" || sw_fail_to_keep "$note"
  run "$@"
  run sync
  rm -f -- "$note"
}

# sw_mend_half_done TARGET PYTHON [FOLDER…]: where the step was cut off at work on TARGET, pip is to know nothing of
# what is not whole in these folders, by default those that are PYTHON's own: so it is written over.
# What somebody has installed since, and what was there before, is told by its digests and its age.
sw_mend_half_done() {
  [[ $sw_planning == no ]] && sw_is_half_done "$1" || return 0
  # In /, since Python takes modules from where it is called. pip writes RECORD with the digests last of
  # all, and up to 18 INSTALLER; what setup.py installs has no digests.
  (cd / && "$2" - "$sw_state/unfinished/${sw_ids[sw_index]}" "${@:3}") <<'END'
import base64, csv, hashlib, os, shutil, site, sys

def is_whole(folder, info):
    record = os.path.join(info, "RECORD")
    if not os.path.isfile(os.path.join(info, "INSTALLER")) or not os.path.isfile(record):
        return False
    with open(record, "rb") as content:
        text = content.read()
    try:
        # The csv of Python 2 takes bytes.
        lines = (text if sys.version_info[0] == 2 else text.decode("utf-8")).split("\n")
        rows = [row for row in csv.reader(lines) if len(row) > 1]
        return len(rows) > 0 and all(is_as_noted(os.path.join(folder, row[0]), row[1]) for row in rows)
    # What a power cut has left need be no text.
    except (ValueError, TypeError, csv.Error):
        return False

def is_as_noted(path, noted):
    name, _, digest = noted.partition("=")
    if not digest:
        return True
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as content:
        found = hashlib.new(name, content.read()).digest()
    return base64.urlsafe_b64encode(found).decode().rstrip("=") == digest

since = os.stat(sys.argv[1]).st_mtime
folders = sys.argv[2:]
if not folders:
    # What is outside of its prefix is not this Python's, and below /usr/lib of a system's own it is Debian's.
    # virtualenv up to 19 has a module site of its own.
    known = getattr(site, "getsitepackages", lambda: sys.path)()
    below = os.path.join(sys.prefix, "")
    folders = [one for one in known if one.startswith(below) and one.endswith(("site-packages", "dist-packages"))]
    if sys.prefix == "/usr":
        folders = [one for one in folders if not one.startswith("/usr/lib/")]
for folder in filter(os.path.isdir, folders):
    for name in sorted(os.listdir(folder)):
        info = os.path.join(folder, name)
        if not name.endswith((".dist-info", ".egg-info")) or os.stat(info).st_mtime < since:
            continue
        if not is_whole(folder, info):
            print("not whole, and written anew if it is needed: " + info)
            shutil.rmtree(info) if os.path.isdir(info) else os.remove(info)
END
}
