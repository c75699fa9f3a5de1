# archives: container images saved as files, one file an image, and loaded from them.

# sw_archive_of DIRECTORY NAME: sets sw_text to the file of image NAME. What is not a plain
# character of a file name is written %XX there, as in an address: no two names share a file.
sw_archive_of() {
  local LC_ALL=C name=$2 character code encoded='' index
  for ((index = 0; index < ${#name}; index++)); do
    character=${name:index:1}
    case $character in
      [A-Za-z0-9._-]) ;;
      *)
        printf -v code '%d' "'$character"
        printf -v character '%%%02X' "$((code & 255))"
        ;;
    esac
    encoded+=$character
  done
  sw_text=$1/$encoded.tar
}

# images_are_saved DIRECTORY NAME…: whether there is a whole file for every image, as docker has it now.
# A docker that is gone has nothing left that could be saved.
images_are_saved() {
  local -A docker_ids=()
  type -P docker >/dev/null || return 0
  sw_list_docker_ids
  sw_find_unsaved "$@"
  ((${#sw_lacking[@]} == 0)) && [[ ! -e $1/.sw-part ]]
}

# sw_list_docker_ids: sets the caller's docker_ids[NAME] to the id of each image that docker has. A docker
# that is silent, or that lost its storage driver, has nothing newer than what was saved.
sw_list_docker_ids() {
  local listing id name
  listing=$(docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' 2>/dev/null) || return 0
  while read -r id name; do
    [[ -z $name ]] || docker_ids[$name]=$id
  done <<<"$listing"
}

# sw_find_unsaved DIRECTORY NAME…: sets sw_lacking to the images that have no whole file, or one of
# another image than the caller's docker_ids has under that name. The file FILE.sha256 was written when
# FILE had been checked; its first line has the size and the name, its second the id.
sw_find_unsaved() {
  local directory=$1 name line noted index
  local -a titled=() files=() sizes=()
  shift
  sw_lacking=()
  for name; do
    sw_archive_of "$directory" "$name"
    if [[ -n $directory && -f $sw_text && -f $sw_text.sha256 ]]; then
      titled+=("$name") files+=("$sw_text")
    else
      sw_lacking+=("$name")
    fi
  done
  ((${#files[@]} > 0)) || return 0
  mapfile -t sizes < <(stat -c %s -- "${files[@]}")
  for index in "${!files[@]}"; do
    name=${titled[index]} line='' noted=''
    {
      IFS= read -r line || line=''
      IFS= read -r noted
    } <"${files[index]}.sha256" || noted=''
    [[ $line == "# ${sizes[index]:-no} bytes: $name" ]] &&
      [[ -z ${docker_ids[$name]:-} || $noted == "# image ${docker_ids[$name]}" ]] ||
      sw_lacking+=("$name")
  done
}

# save_images DIRECTORY NAME…: saves every image that has no whole file there, as docker has it now.
save_images() {
  local directory=$1 number=0 name
  local -A docker_ids=()
  local -a unsaved=()
  # What an interrupted run had under way.
  [[ ! -e $directory/.sw-part ]] || rm -rf -- "$directory/.sw-part"
  sw_list_docker_ids
  sw_find_unsaved "$@"
  unsaved=("${sw_lacking[@]}")
  ((${#unsaved[@]} > 0)) || return 0
  images_missing docker '' "${unsaved[@]}"
  ((${#sw_lacking[@]} == 0)) || sw_cannot_save
  [[ -d $directory ]] || run mkdir -p -m 0700 -- "$directory"
  sw_room_for_images "$directory" "${unsaved[@]}"
  for name in "${unsaved[@]}"; do
    number=$((number + 1))
    printf 'image %d of %d: %s\n' "$number" "${#unsaved[@]}" "$name"
    sw_save_image "$directory" "$name" "${docker_ids[$name]:-}"
  done
}

# sw_cannot_save: stops the step with the images in sw_lacking, which docker does not have.
sw_cannot_save() {
  sw_tell_lists "${sw_lacking[@]}"
  fail "docker does not have ${#sw_lacking[@]} of the container images that are to be saved:" \
    "${sw_lacking[@]/#/  }" \
    "An image that is not wanted any more: take its line out of $sw_text; then run this script again." \
    'What podman has already need not be saved: --skip leaves this step out.'
}

# sw_room_for_images DIRECTORY NAME…: stops the step unless all the images fit in DIRECTORY. An archive
# has up to a tenth more than its image for the headers of its files.
sw_room_for_images() {
  local directory=$1 found size need=0 free
  local -a sizes
  shift
  found=$(docker image inspect --format '{{.Size}}' -- "$@")
  mapfile -t sizes <<<"$found"
  for size in "${sizes[@]}"; do
    need=$((need + size + size / 10))
  done
  free=$(df --output=avail -B 1 -- "$directory" | tail -n 1)
  ((free >= need)) || fail \
    "saving $# container images in $directory needs $((need >> 20)) MiB, and $((free >> 20)) MiB are free" \
    'Make room there, or choose another directory (--help shows the parameters).'
}

# sw_save_image DIRECTORY NAME [ID]: the file appears under its name when it is whole and on the disk.
# ID: of the image, as it was before: one that changes meanwhile is to be found changed.
sw_save_image() {
  local file part=$1/.sw-part size digest
  sw_archive_of "$1" "$2"
  file=$sw_text
  # docker itself leaves files beside an archive that it could not end.
  [[ ! -e $part ]] || run rm -rf -- "$part"
  run mkdir -m 0700 -- "$part"
  run docker save --output "$part/image.tar" -- "$2"
  sw_is_archive "$part/image.tar"
  size=$(stat -c %s -- "$part/image.tar")
  digest=$(sha256sum <"$part/image.tar")
  run sync -- "$part/image.tar"
  # A file of an earlier image may have the same size: with the new note it would count as whole.
  [[ ! -e $file ]] || run rm -f -- "$file"
  printf '# %s bytes: %s\n%s%s  %s\n' "$size" "$2" "${3:+# image $3$'\n'}" "${digest%% *}" "${file##*/}" |
    sw_replace_file "$file.sha256" 0600
  run mv -f -T -- "$part/image.tar" "$file"
  run sync -- "$1"
  run rmdir -- "$part"
}

# sw_is_archive FILE: stops the step unless tar can read FILE to its end and it holds an image.
sw_is_archive() {
  local content
  content=$(tar --list --file=- <"$1")
  [[ $'\n'$content$'\n' == *$'\n'manifest.json$'\n'* ]] ||
    fail "docker save ended without an error, but $1 holds no image"
}

# would_save_images DIRECTORY NAME…
would_save_images() {
  local directory=$1 name
  local -A docker_ids=()
  (($# > 1)) || would_say "save every container image as a file in $directory"
  sw_list_docker_ids
  sw_find_unsaved "$@"
  for name in "${sw_lacking[@]}"; do
    sw_archive_of "$directory" "$name"
    would docker save --output "$sw_text" -- "$name"
  done
}

# load_images STORAGE PREFIX DIRECTORY DRIVER NAME…: loads what STORAGE lacks from the files in
# DIRECTORY; stops the step, with nothing loaded, when an image has none. Where docker or podman will do,
# and docker is silent, podman gets them. DRIVER: the storage driver that docker had. For STORAGE and PREFIX
# see images_missing.
load_images() {
  local storage=$1 prefix=$2 directory=$3 driver=$4 total number=0 name status=0
  local -a missing=()
  # What is lost there has no id to be compared.
  local -A docker_ids=()
  shift 4
  total=$#
  images_missing "$storage" "$prefix" "$@" || status=$?
  missing=("${sw_lacking[@]}")
  ((status == 0 || status == 3)) || return "$status"
  sw_find_unsaved "$directory" "${missing[@]}"
  ((${#sw_lacking[@]} == 0)) || sw_images_are_lost "$storage" "$directory" "$driver" "$total"
  if ((status == 3)); then
    printf 'docker does not answer: what was saved is loaded into podman at once\n'
    storage=podman
  fi
  for name in "${missing[@]}"; do
    number=$((number + 1))
    printf 'image %d of %d: %s\n' "$number" "${#missing[@]}" "$name"
    sw_archive_of "$directory" "$name"
    sw_verify_archive "$sw_text"
    if [[ $storage == podman ]]; then
      sw_load_into_podman "$sw_text" "$prefix" "$name"
    else
      run docker load --input "$sw_text"
    fi
  done
}

# sw_verify_archive FILE: stops the step unless FILE is what was saved.
sw_verify_archive() {
  (cd -- "${1%/*}" && sha256sum --check --quiet -- "${1##*/}.sha256") ||
    fail "$1 is not what was saved" 'Mend the disk, or get the image from elsewhere; then run this script again.'
}

# sw_load_into_podman FILE PREFIX NAME: an image of no known registry is named localhost/NAME by some
# versions of podman.
sw_load_into_podman() {
  run podman load --input "$1"
  images_missing podman "$2" "$3"
  ((${#sw_lacking[@]} > 0)) || return 0
  run podman tag "localhost/$3" "$2$3"
}

# would_load_images STORAGE PREFIX DIRECTORY DRIVER NAME…
would_load_images() {
  local storage=$1 prefix=$2 directory=$3 program=docker name
  [[ $storage != podman ]] || program=podman
  shift 4
  if (($# == 0)) || ! images_missing "$storage" "$prefix" "$@" >/dev/null 2>&1; then
    would_say "load what ${storage//-/ } lacks${directory:+ from $directory}; stop where that cannot be done"
    return 0
  fi
  for name in "${sw_lacking[@]}"; do
    sw_archive_of "$directory" "$name"
    if [[ -n $directory && -f $sw_text ]]; then
      would "$program" load --input "$sw_text"
    else
      would_say "stop: ${storage//-/ } lacks $name, and there is no file to load it from"
    fi
  done
}
