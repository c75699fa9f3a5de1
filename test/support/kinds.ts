import { readFileSync, rmSync } from 'node:fs';
import { printScript } from '../../src/bash/print.ts';
import { quote } from '../../src/bash/quote.ts';
import { formatScript } from '../../src/compile/format.ts';
import { learntBy, readBy } from '../../src/compile/judge-carried.ts';
import { variableName } from '../../src/compile/names.ts';
import { stepFunctions } from '../../src/compile/part-script.ts';
import { runtimeFor } from '../../src/compile/runtime.ts';
import { stepSchema, type Step, type StepInput } from '../../src/model/step.ts';
import { expectGolden } from './golden.ts';
import type { Host, Outcome, Variables } from './host.ts';

export { temporaryHost, type Call, type Host, type Outcome, type Variables } from './host.ts';

/** The functions of one step of `input`'s kind, in the layout that they have in a script. */
export async function stepText(input: StepInput): Promise<string> {
  return formatScript(printScript(stepFunctions(stepSchema.parse(input))));
}

/**
 * Expects the functions of step `input` to be what golden file `kinds/NAME.approved.txt` holds;
 * NAME is the step's kind unless it is given. UPDATE_GOLDEN=1 writes it.
 */
export async function expectGoldenStep(input: StepInput, name: string = input.kind): Promise<void> {
  expectGolden(`kinds/${name}.approved.txt`, await stepText(input));
}

/** A step on a pretended server, asked and applied through the runtime's own functions. */
export interface StepOnHost {
  /** What its check answers: status 0 it holds, 1 it does not, anything else it could not tell. */
  check(): Outcome;
  /** Applies it; `output` is the log. No check is asked before or after. */
  apply(): Outcome;
  /**
   * Applies it, and kills it (-9) before its bash command number `count`, counted from 1.
   * False when it had ended by then.
   */
  applyKilledAt(count: number): boolean;
  /** What the dry run shows for it. */
  plan(): string;
  /** The lines that the runtime would tell after a failed `apply`: status, then command. */
  failure(): string[];
}

/**
 * Step `input` on `host`. Parameters and carried values that it reads get their values from
 * `variables`, by the names of the bash variables (`backup_dir`; `NAME_list` for a list of names);
 * so that a golden text can run below a temporary directory, take paths from a parameter.
 */
export function stepOn(host: Host, input: StepInput, variables: Variables = {}): StepOnHost {
  const step = stepSchema.parse(input);
  const functions = printScript(stepFunctions(step));
  const run = (...commands: string[]): Outcome =>
    host.bash(scriptWith(host, `${functions}\nsw_index=0`, variables, planOf(step), commands));
  const look = 'sw_look 7>&1; exit "$sw_status"';
  const open = 'sw_log_open=yes; exec 7>>"$sw_log" 8>&7';
  const applied = `sw_apply ${variableName(step.id)}__apply`;
  return {
    check: () => run('exec 7>&2', look),
    plan: () => run('exec 7>&2', 'sw_show_plan').output,
    apply: () => {
      rmSync(host.path('log'), { force: true });
      const outcome = run(open, applied, 'exit "$sw_status"');
      return { ...outcome, output: outcome.output + readFileSync(host.path('log'), 'utf8') };
    },
    applyKilledAt: (count) => {
      // Each shell counts for itself, from where the one above it was.
      const kill = `((++sw_count != ${count})) || kill -KILL "$$" "$BASHPID"`;
      const { status } = run(open, 'sw_count=0', `set -T; trap '${kill}' DEBUG`, applied, 'exit 0');
      return status !== 0;
    },
    failure: () => readFileSync(`${host.state}/failure`, 'utf8').trimEnd().split('\n'),
  };
}

/** Runs bash `body` on `host` together with the runtime modules whose functions it calls. */
export function runtimeOn(host: Host, body: string, variables: Variables = {}): Outcome {
  return host.bash(scriptWith(host, '', variables, '', [body]));
}

function planOf(step: Step): string {
  const once = step.kind === 'shell' && step.once === true ? ' once ' : ' ';
  const declared = [...learntBy(step), ...readBy(step)]
    .map(({ name, type }) => `carried ${variableName(name)} ${type}\n`)
    .join('');
  // Carried values come as variables here.
  return `${declared}demand_carried() { :; }
sw_by_name() { "$@"; }
sw_ids=(${step.id}) sw_titles=(title) sw_options=(${quote(once)})`;
}

function scriptWith(
  host: Host,
  functions: string,
  variables: Variables,
  plan: string,
  commands: readonly string[],
): string {
  const used = `${functions}\n${commands.join('\n')}`;
  return [
    'set -u -o pipefail',
    'umask 022',
    ...runtimeFor(used).map(({ text }) => text),
    `sw_state=${quote(host.state)} sw_log=${quote(host.path('log'))}`,
    "sw_procedure=test-procedure sw_title='A test' sw_script=upgrade.sh sw_part=1 sw_boot=boot",
    'sw_scripts=(upgrade.sh)',
    functions,
    plan,
    ...Object.entries(variables).map(assignment),
    ...commands,
    '',
  ].join('\n');
}

function assignment([name, value]: [string, string | readonly string[]]): string {
  return typeof value === 'string'
    ? `${name}=${quote(value)}`
    : `${name}=(${value.map(quote).join(' ')})`;
}
