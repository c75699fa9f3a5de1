import { test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectApplied } from '../../support/modules.ts';

const BEFORE = `declare -A wants=() room=() mounts=()
df() {
  [[ $* == '-B 1 --output=avail,source,target -- '* ]] || return
  case \${!#} in
    /a | /b) echo "Avail Filesystem Mounted on"; echo "100 /dev/vda \${!#}" ;;
    /run | /tmp) echo "Avail Filesystem Mounted on"; echo "7 tmpfs \${!#}" ;;
    *) echo "Avail Filesystem Mounted on"; echo "9 /dev/vdb /a mount" ;;
  esac
}
want() {
  while (($# > 0)); do
    sw_want_room "$1" "$2"
    shift 2
  done
  local system
  for system in "\${!wants[@]}"; do
    echo "\${wants[$system]} of \${room[$system]} on \${mounts[$system]}"
  done | sort
}
`;

test('what goes to one file system is wanted of it together, however it is mounted', () => {
  expectApplied(
    temporaryHost(),
    [
      ['want /a 1', 0, '1 of 100 on /a\n'],
      ['want /a 1 /b 20', 0, '21 of 100 on /a\n'],
      ['want /run 1 /tmp 2', 0, '1 of 7 on /run\n2 of 7 on /tmp\n'],
      ['want "/x y" 5', 0, '5 of 9 on /a mount\n'],
      ['df() { return 1; }; sw_want_room /a 1; echo went on', 1, ''],
    ],
    { before: BEFORE },
  );
});
