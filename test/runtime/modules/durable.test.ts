import { test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectApplied } from '../../support/modules.ts';

/** What waits for the disk, and what counts from then on, tells itself; the rest does as always. */
const TOLD = `cd "\${sw_state%/*}"; base() { local word; for word; do [[ $word == -* ]] || printf ' %s' "\${word##*/}"; done; echo; }
sync() { printf sync; base "$@"; }
mv() { printf mv; base "$@"; command mv "$@"; }
rm() { [[ $* != *unfinished* ]] || printf rm; [[ $* != *unfinished* ]] || base "$@"; command rm "$@"; }
run() { "$@"; }
step one One; sw_index=0 sw_planning=no
`;

/** A cluster with one database that can be dumped, and an image that can be saved. */
const SOURCES = `sw_serving_cluster() { echo 1; }; sw_demand_room_for_dump() { :; }; sw_find_pg_restore() { sw_text=true; }
sw_output_to() { echo dump >"$1"; }
sw_note_dump() { echo "note$(base "$@")"; }
docker() { echo image >"$3"; }; sw_is_archive() { :; }
`;

test('what is noted is on the disk before it is noted, and counts when the note is there, too', () => {
  expectApplied(
    temporaryHost(),
    [
      [
        'mkdir d; echo x | sw_replace_file "$PWD/d/f" 0600',
        0,
        'sync f.sw-part\nmv f.sw-part f\nsync d\n',
      ],
      ['sw_keep_copy "$PWD/d/f" "$PWD/d/g"', 0, 'sync .g.sw-part\nmv .g.sw-part g\nsync d\n'],
      ['echo y | sw_replace "$PWD/d/f" 0600', 0, 'sync .f.sw-part\nmv .f.sw-part f\nsync \n'],
      ['sw_note_safely() { echo "note $*"; }; sw_note_once', 0, 'sync\nnote done one\n'],
      [
        'sw_run_whole it true; ls state/unfinished',
        0,
        'sync .one.sw-part\nmv .one.sw-part one\nsync \nsync\nrm one\n',
      ],
      [
        `${SOURCES}save_dump "$PWD/d/dump" x root`,
        0,
        'sync dump.part\nnote dump dump.part 1\nmv dump.part dump\nsync \n',
      ],
      [
        `${SOURCES}sw_archive_of() { sw_text=$1/image; }; sw_save_image "$PWD/d" name; cat d/image`,
        0,
        'sync image.tar\nsync image.sha256.sw-part\nmv image.sha256.sw-part image.sha256\nsync d\nmv image.tar image\nsync d\nimage\n',
      ],
    ],
    { before: TOLD },
  );
});

function change(more: string): string {
  return `sw_note() { echo "note $*"; }; sw_note_safely() { echo "safely $*"; }; sw_record() { :; }; sw_live=no
sw_apply() { :; }; sw_settle() { :; }; ${more}sw_change`;
}

test('what cannot be done twice, or ends a phase, is begun only when that is on the disk', () => {
  expectApplied(
    temporaryHost(),
    [
      [change(''), 0, 'note start one\n'],
      [change("sw_options=(' once '); "), 0, 'safely start one\n'],
      [change("sw_ending=' other one '; "), 0, 'safely start one\n'],
    ],
    { before: TOLD },
  );
});
