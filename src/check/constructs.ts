/**
 * What came to bash with which version: the version numbers are those of bash's own NEWS file, from
 * "new features added to bash-4.0" to 5.3.
 * Only what a script can hold is here: nothing of line editing, completion and prompts.
 */

/** A version of bash: `4.4`. */
export type BashVersion = `${number}.${number}`;

/** Variables that bash itself sets, by the version that brought them. */
export const VARIABLES: Readonly<Record<string, BashVersion>> = {
  BASHPID: '4.0',
  MAPFILE: '4.0',
  BASHOPTS: '4.1',
  EPOCHREALTIME: '5.0',
  EPOCHSECONDS: '5.0',
  BASH_ARGV0: '5.0',
  SRANDOM: '5.1',
  BASH_MONOSECONDS: '5.3',
  BASH_TRAPSIG: '5.3',
};

/** Variables that change what bash does when a script sets them. */
export const SETTINGS: Readonly<Record<string, BashVersion>> = {
  BASH_XTRACEFD: '4.1',
  FUNCNEST: '4.2',
  BASH_COMPAT: '4.3',
  CHILD_MAX: '4.3',
  EXECIGNORE: '4.4',
  BASH_LOADABLES_PATH: '4.4',
  BASH_ARGV0: '5.0',
  GLOBSORT: '5.3',
};

/** Names that `shopt` knows. */
export const SHELL_OPTIONS: Readonly<Record<string, BashVersion>> = {
  autocd: '4.0',
  checkjobs: '4.0',
  dirspell: '4.0',
  globstar: '4.0',
  compat40: '4.1',
  compat41: '4.2',
  lastpipe: '4.2',
  compat42: '4.3',
  direxpand: '4.3',
  globasciiranges: '4.3',
  compat43: '4.4',
  complete_fullquote: '4.4',
  inherit_errexit: '4.4',
  assoc_expand_once: '5.0',
  compat44: '5.0',
  localvar_inherit: '5.0',
  localvar_unset: '5.0',
  progcomp_alias: '5.0',
  globskipdots: '5.2',
  noexpand_translation: '5.2',
  patsub_replacement: '5.2',
  varredir_close: '5.2',
  array_expand_once: '5.3',
  bash_source_fullpath: '5.3',
};

/** A builtin and its options, as far as they came later than bash 3.2. */
export interface Builtin {
  /** The version that brought the builtin itself. */
  readonly since?: BashVersion;
  /** Its options that take an argument, which must not be taken for options. */
  readonly takesArgument?: string;
  readonly options: Readonly<Record<string, BashVersion>>;
}

const DECLARING = { A: '4.0', l: '4.0', u: '4.0', g: '4.2', n: '4.3', I: '5.1' } as const;

const SOURCE: Builtin = { options: { p: '5.3' } };

const MAPFILE: Builtin = {
  since: '4.0',
  takesArgument: 'dnOsuCc',
  options: { d: '4.4' },
};

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  '.': SOURCE,
  cd: { options: { e: '4.2', '@': '4.3' } },
  compgen: { takesArgument: 'oAGWFCXPSV', options: { V: '5.3' } },
  complete: { takesArgument: 'oAGWFCXPS', options: { D: '4.1', E: '4.0', I: '5.0' } },
  compopt: { since: '4.0', takesArgument: 'o', options: {} },
  declare: { options: DECLARING },
  help: { options: { d: '4.0', m: '4.0' } },
  kill: { takesArgument: 'sn', options: { L: '4.4' } },
  local: { options: { ...DECLARING, p: '5.1' } },
  mapfile: MAPFILE,
  read: { takesArgument: 'adinNptu', options: { i: '4.0', N: '4.1', E: '5.3' } },
  readarray: MAPFILE,
  readonly: { options: { A: '4.0' } },
  source: SOURCE,
  trap: { options: { P: '5.3' } },
  typeset: { options: DECLARING },
  ulimit: { options: { b: '4.0', T: '4.0', k: '4.4', P: '4.4', R: '5.1' } },
  unset: { options: { n: '4.3' } },
  wait: { takesArgument: 'p', options: { n: '4.3', f: '5.0', p: '5.1' } },
};

/** The letter of `${name@letter}`. */
export const TRANSFORMATIONS: Readonly<Record<string, BashVersion>> = {
  Q: '4.4',
  E: '4.4',
  P: '4.4',
  A: '4.4',
  a: '4.4',
  U: '5.1',
  u: '5.1',
  L: '5.1',
  K: '5.1',
  k: '5.2',
};

/** Operators and words of the language. */
export const OPERATORS: Readonly<Record<string, BashVersion>> = {
  '&>>': '4.0',
  '|&': '4.0',
  ';&': '4.0',
  ';;&': '4.0',
  coproc: '4.0',
};

/** Whether version `a` is later than `b`. */
export function isLater(a: BashVersion, b: BashVersion): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA > majorB || (majorA === majorB && minorA > minorB);
}

/** Whether `text` is a version of bash, such as `4.4`. */
export function isBashVersion(text: string): text is BashVersion {
  return /^[0-9]{1,2}\.[0-9]{1,2}$/.test(text);
}
