import type { FoundCommand } from './commands.ts';

/** Commands that run the command in their later words. */
const WRAPPERS = new Set(
  'run command builtin exec nohup sudo env runuser timeout nice ionice xargs chroot'.split(' '),
);
const SHELLS = /^(?:.*\/)?(?:ba|da)?sh$/;

/** Commands that only read, or only say something. */
const QUIET = new Set(
  'would echo test [ [[ (( : true false local read return exit would_do would_say advise apt_begin grep cat ls'.split(
    ' ',
  ),
);

const DELETERS =
  /^(?:rm|rmdir|unlink|shred|dropdb|dropuser|truncate|wipefs|mkfs(?:\..*)?|dd|userdel|deluser|groupdel|lvremove|vgremove|pg_dropcluster|purge_\w+|(?:\w+_)?remove|remove_\w+|drop_\w+)$/;
const MANAGERS = /^(?:apt|apt-get|aptitude|dpkg|snap|docker|podman|pip[23]?|python[23]?|git)$/;
const REMOVES =
  /^(?:purge|remove|autoremove|autopurge|uninstall|rm|rmi|prune|clean|--purge|--remove|-P|-r)$/;
const STATEMENTS = /\b(?:DROP|TRUNCATE|DELETE\s+FROM)\b/i;

const SOURCE_HEADS =
  /^(?:write_repository|change_suites|fetch_key|add-apt-repository|apt-add-repository|apt-key)$/;
const SOURCE_WORDS =
  /sources\.list|trusted\.gpg|\/usr\/share\/keyrings\/|\bsigned-by=|^deb(?:-src)?\s|--(?:extra-)?index-url\b/;

const DOWNLOADERS = /^(?:curl|wget|aria2c|download_file|get_pip|fetch_url|fetch_key)$/;
const DIGEST = /(?:^|[^0-9a-fA-F])[0-9a-fA-F]{40,128}(?:[^0-9a-fA-F]|$)/;

/** The words of `command` without those of what runs it: `run`, `env A=B`, `runuser -u root --`. */
export function actingWords({ words }: FoundCommand): readonly string[] {
  let left = words;
  while (WRAPPERS.has(left[0] ?? '')) {
    const end = left[0] === 'runuser' ? left.indexOf('--') + 1 : 1;
    const next = left.findIndex(
      (word, index) => index >= Math.max(end, 1) && !/^-|=|^\d+$/.test(word),
    );
    if (next < 0) return [];
    left = left.slice(next);
  }
  return left;
}

/** The name of what `command` runs, without its folder. */
export function headOf(command: FoundCommand): string {
  return (actingWords(command)[0] ?? '').replace(/^.*\//, '');
}

/** Whether `command` can change anything; one that only assigns cannot, nor can a condition. */
export function changes(command: FoundCommand): boolean {
  if (command.words.length === 0) return false;
  return !QUIET.has(headOf(command)) || /(?:^|[^0-9&])>(?!&|\s*\/dev\/null)/.test(command.text);
}

/** What is handed to a shell as text is looked at as text. */
function shellText(words: readonly string[]): string {
  return SHELLS.test(words[0] ?? '') || words[0] === 'eval' ? words.join(' ') : '';
}

/** Whether `command` takes something away. */
export function deletes(command: FoundCommand): boolean {
  const words = actingWords(command);
  const head = headOf(command);
  const more = words.slice(1);
  if (DELETERS.test(head)) return true;
  if (MANAGERS.test(head) && more.some((word) => REMOVES.test(word))) return true;
  if (head === 'find' && more.includes('-delete')) return true;
  if (more.some((word) => word.startsWith('--delete'))) return true;
  if (head === 'upgrade_cluster') return words[4] === 'drop';
  if (head === 'upgrade_clusters') return words[3] === 'drop';
  if (/^(?:psql|mysql|sqlite3)$/.test(head)) return STATEMENTS.test(command.text);
  return /\brm\s+-|\bpurge\b|\bdropdb\b|\bpg_dropcluster\b/.test(shellText(words));
}

/** Whether `command` makes packages come from somewhere else. */
export function addsSource(command: FoundCommand): boolean {
  const head = headOf(command);
  if (SOURCE_HEADS.test(head)) return true;
  if (DELETERS.test(head) || !changes(command)) return false;
  return (
    actingWords(command).some((word) => SOURCE_WORDS.test(word)) || SOURCE_WORDS.test(command.text)
  );
}

/** Whether `command` fetches something and nothing in it tells what has to come. */
export function fetchesBlindly(command: FoundCommand): boolean {
  const words = actingWords(command);
  const head = headOf(command);
  if (DIGEST.test(command.text)) return false;
  // Behind its address, a key has its fingerprints, which may be a parameter's.
  if (head === 'fetch_key') return words.length < 4;
  if (DOWNLOADERS.test(head)) return true;
  if (head === 'git') return words[1] === 'clone' || words[1] === 'pull';
  if (/^(?:docker|podman)$/.test(head)) return words.includes('pull');
  if (/^pip[23]?$|^pip_install$/.test(head))
    return words.some((word) => /^(?:git\+)?https?:/.test(word));
  return /\b(?:curl|wget)\b/.test(shellText(words));
}
