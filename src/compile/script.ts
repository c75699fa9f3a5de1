import { command, define, word } from '../bash/build.ts';
import { printScript } from '../bash/print.ts';
import type { Procedure } from '../model/procedure.ts';
import { partFunctions } from './part-script.ts';
import type { Part } from './parts.ts';
import { requirementFunctions } from './preflight.ts';
import { wrapped } from './prose.ts';
import { runtimeFor } from './runtime.ts';

/** What tells a generated file from any other; followed by the procedure's id. */
export const MARKER = 'Made by stepwright from procedure';

/** The line that parts what the procedure says from the runtime. */
export const RUNTIME_LINE =
  '# ---- Below: the runtime. It is the same in every script that needs the same parts of it. ----';

function whenToRun(procedure: Procedure, part: Part, count: number): string {
  if (count === 1) return 'the whole upgrade';
  if (part.number === 1) return 'before the reboot';
  if (count === 2) return 'after the reboot';
  return `after reboot ${part.number - 1} of ${count - 1}`;
}

function header(procedure: Procedure, part: Part, count: number): string {
  const { id, title, summary } = procedure;
  const lines = [
    `${part.file} of ${id}: ${title}, ${whenToRun(procedure, part, count)}`,
    '',
    ...wrapped(summary, 96),
    '',
    'Use, as root, in tmux or screen:',
    `  bash ${part.file} --check      what would keep it from starting, and its steps`,
    `  bash ${part.file} --dry-run    what each step would do`,
    `  bash ${part.file}              do it; after any interruption, run it again`,
    `  bash ${part.file} --help       everything else`,
    '',
    `${MARKER} ${id}: change that, not this file.`,
  ];
  return lines.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
}

/** The last line of a script, which no part of one has; an editor may put empty ones behind it. */
export const END_LINE = '# End of the script.';

/**
 * What comes before anything else: the right shell, and a clean one; a file, and the whole of it. One
 * that was cut short could end in half a word that is a command.
 */
const GUARD = `case \${BASH_VERSION:-} in
  "" | [0-3].*)
    echo "Run this script with bash 4.4 or later." >&2
    exit 2
    ;;
esac
if [[ ! -f \${BASH_SOURCE[0]:-} ]]; then
  echo "Save this script as a file, and run that: bash FILE" >&2
  exit 2
elif [[ \${BASH_SOURCE[0]##*/} == "\${0##*/}" ]]; then
  if [[ $- != *p* ]]; then
    # A shell of its own, with no options and no functions of the one that this was started from.
    for sw_name in $(compgen -A function); do unset -f "$sw_name"; done
    LC_ALL=C.UTF-8 exec "$BASH" "-p\${-//[!vx]/}" -- "\${BASH_SOURCE[0]}" "$@"
  fi
  set +o posix
  mapfile -t sw_whole <"\${BASH_SOURCE[0]}"
  if [[ "\${sw_whole[*]: -3}" != *'${END_LINE}'* ]]; then
    echo "$0 is cut short: copy it again." >&2
    exit 2
  fi
  unset sw_whole
fi`;

/**
 * One compound command, read whole before it runs: a script that is replaced while it runs is not read
 * on. Sourced, it only defines functions.
 */
const LAST = `if [[ \${BASH_SOURCE[0]##*/} == "\${0##*/}" ]]; then
  main "$@"
  exit
fi
${END_LINE}
`;

function mainFunction(procedure: Procedure, part: Part, scripts: readonly string[]): string {
  return printScript([
    define('main', [
      command('procedure', procedure.id, procedure.title, procedure.bash),
      command('part', String(part.number), ...scripts),
      ...(scripts.length === 1 ? [] : [command('resume_after_reboot')]),
      command('perform', word({ type: 'positional' })),
    ]),
  ]);
}

/** The script of one part, in two pieces with an empty line between them. */
export interface PartScript {
  /** What it is, parameters, steps, main: in need of formatting. */
  readonly own: string;
  /** Below a line, the runtime: formatted as it stands, and most of the script. */
  readonly runtime: string;
}

/** The script of one part of `procedure`, whose scripts have the names `scripts`. */
export function partScript(
  procedure: Procedure,
  part: Part,
  scripts: readonly string[],
): PartScript {
  const functions = printScript([
    ...partFunctions(procedure, part),
    ...requirementFunctions(procedure, part),
  ]);
  const main = mainFunction(procedure, part, scripts);
  const own = `${functions}\n${main}`;
  const runtime = runtimeFor(own).map(({ text }) => text);
  const head = `#!/bin/bash\n${header(procedure, part, scripts.length)}\n\n${GUARD}`;
  return {
    own: `${head}\n\n${own}`,
    runtime: [RUNTIME_LINE, ...runtime, LAST].join('\n\n'),
  };
}
