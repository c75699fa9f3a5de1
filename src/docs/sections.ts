import { durationText } from '../compile/duration.ts';
import { lower } from '../compile/lower.ts';
import { variableName } from '../compile/names.ts';
import type { Parameter } from '../model/parameter.ts';
import type { Step } from '../model/step.ts';
import { code, joined, line, list, listing, paragraph, type Block, type Line } from './blocks.ts';
import type { PartView, View } from './describe.ts';
import { logOf } from './places.ts';
import { acceptedLine, ended, requirementLine } from './requirements.ts';

function named({ release, name }: { release: string; name: string }): Line {
  return line`${name} (${code(release)})`;
}

/** The scripts by name: "`pre-reboot.sh` before the reboot, `post-reboot.sh` after it". */
function scriptsLine(parts: readonly PartView[]): Line {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return line`One script does it, ${code(only.file)}, without a reboot.`;
  }
  return line`It has a script for each side of the reboot: ${joined(
    parts.map(({ file, when }) => line`${code(file)} ${when}`),
  )}.`;
}

/** From what to what, and with which scripts. */
export function overview({ procedure, parts }: View): Block[] {
  const { from, to, architecture } = procedure;
  const machine = architecture === 'all' ? [] : line`, on ${code(architecture)}`;
  const way =
    from.release === to.release
      ? line`For ${named(from)}${machine}.`
      : line`From ${named(from)} to ${named(to)}${machine}.`;
  return [
    paragraph([...way, ' ', ...scriptsLine(parts)]),
    paragraph(
      line`Each script can be run again at any time, also when it was cut off: it looks at the machine, and does only what is left to do.`,
    ),
  ];
}

function programsOf(parts: readonly PartView[]): string[] {
  const all = parts.flatMap(({ part }) => part.steps.flatMap((step) => lower(step).programs));
  return [...new Set(all)].toSorted();
}

/** How long it takes, as far as that is known. */
function timeNeeded({ takes }: View['procedure']): Block[] {
  if (takes === undefined) return [];
  const { total, downtime, basis } = takes;
  const down =
    downtime === 0
      ? 'Nothing is down meanwhile.'
      : `For about ${durationText(downtime)} of that, the machine does not do what it is for.`;
  const ground = basis === undefined ? '' : ` This is an estimate, for ${ended(basis)}`;
  return [
    paragraph(
      line`Take time for it: about ${{ strong: durationText(total) }} in all. ${down}${ground}`,
    ),
  ];
}

/** What later scripts ask for before they begin a further way, as far as the first one has not. */
function furtherBlocks({ requires }: View['procedure'], parts: View['parts']): Block[] {
  const known = new Set(requires.map((item) => JSON.stringify(item)));
  return parts.flatMap(({ file, part: { after } }) => {
    if (after?.further === undefined) return [];
    const others = after.further.requires.filter((item) => !known.has(JSON.stringify(item)));
    const again = others.length < after.further.requires.length;
    const begins = line`Before it begins with ${code(after.further.first)}, ${code(file)} asks`;
    const what = again
      ? line` again for what concerns the rest of the way, since it may be otherwise by then`
      : line` for more`;
    if (others.length === 0) return [paragraph([...begins, ...what, '.'])];
    return [
      paragraph([...begins, ...what, again ? ', and for this besides:' : ':']),
      list(others.map(requirementLine)),
    ];
  });
}

/** What has to hold before the first change; the first script asks for all of it. */
export function beforeYouBegin({ procedure, parts }: View): Block[] {
  const { from, architecture, bash, requires, parameters } = procedure;
  const programs = programsOf(parts.slice(0, 1));
  const machine = architecture === 'all' ? [] : line`, with packages for ${code(architecture)}`;
  const items: Line[] = [
    line`The machine runs ${named(from)}${machine}, and you are root on it.`,
    line`bash ${bash} or later is there.`,
    line`You work in tmux or screen, or on a console: a bare SSH session is refused, unless you say ${code('--allow-ssh')}.`,
    ...requires.map(requirementLine),
    ...(programs.length === 0
      ? []
      : [line`These programs are there: ${joined(programs.map((name) => [code(name)]))}.`]),
  ];
  const first = parts[0]?.file ?? '';
  return [
    paragraph(
      line`The first script asks for all of this before it changes anything, and tells everything that is missing at once, with the way out. Ask for that alone with ${code(`bash ${first} --check`)}.${parameters.length === 0 ? '' : line` A word such as ${code(`$${variableName(parameters[0]?.name ?? '')}`)} is the value of a parameter.`}`,
    ),
    list(items),
    ...furtherBlocks(procedure, parts),
    paragraph(
      line`Have a backup of the machine that you can go back to as a whole, and a way to its console.`,
    ),
    ...timeNeeded(procedure),
  ];
}

/** The commands that copy the scripts to a server, and run them there. */
export function runCommands({ procedure: { id }, parts }: View): string {
  const [first] = parts;
  const others = parts.slice(1).map(({ file, when }) => `# ${when}:\ncd /root/${id}\nbash ${file}`);
  return [
    `scp -r ${id} root@SERVER:/root/\nssh -t root@SERVER tmux`,
    `cd /root/${id}\nsha256sum --check SHA256SUMS`,
    `bash ${first?.file ?? ''} --check\nbash ${first?.file ?? ''} --dry-run\nbash ${first?.file ?? ''}`,
    ...others,
  ].join('\n\n');
}

/** How to run the scripts. */
export function howToRun(view: View): Block[] {
  const several = view.parts.length > 1;
  return [
    paragraph(
      line`Copy the folder ${code(view.procedure.id)} with the scripts to the server, see that they came over whole, and run them there:`,
    ),
    listing('bash', runCommands(view)),
    list([
      line`${code('--check')} says what would keep the script from starting, and lists its steps. ${code('--dry-run')} says for each step whether it is done, and with which commands it would be. Neither changes anything.`,
      line`Without an option, the script asks once, then goes from step to step. ${code('--yes')} does without the question.`,
      ...(several
        ? [
            line`At the end of a part it asks whether to reboot. ${code('--reboot')} reboots without asking; ${code('--resume')} does that, too, and has the next script run by itself afterwards.`,
          ]
        : []),
      line`Everything that the commands print is in ${code(logOf(view))}. When the session drops, the script goes on: log in again, and follow it with ${code(`tail -f ${logOf(view)}`)}.`,
      line`${code('--help')} tells the other options.`,
    ]),
  ];
}

/** What a run prints: a copied run, or the plan. */
export function whatItPrints(view: View): Block[] {
  if (view.transcript !== undefined) {
    return [paragraph(line`A run, as it was printed:`), listing('console', view.transcript)];
  }
  return [
    paragraph(line`The steps, as the scripts list them:`),
    ...view.parts.map(({ file, plan }) => listing('console', `$ bash ${file} --list\n${plan}`)),
  ];
}

function parameterRow(parameter: Parameter): Line[] {
  const { name, help, default: value } = parameter;
  return [
    [code(variableName(name))],
    [help],
    acceptedLine(parameter),
    value === '' ? ['(empty)'] : [code(value)],
  ];
}

/** The parameters, a row each. */
export function parameterTable(parameters: readonly Parameter[]): Block {
  return {
    type: 'table',
    head: [['Parameter'], ['What it is'], ['What it takes'], ['Default']],
    rows: parameters.map(parameterRow),
  };
}

/** How to set parameters, and which there are. */
export function parameterBlocks({ procedure: { parameters }, parts }: View): Block[] {
  const [first] = parameters;
  if (first === undefined) return [paragraph(line`There is nothing to set.`)];
  const example = `bash ${parts[0]?.file ?? ''} --set ${variableName(first.name)}=VALUE`;
  return [
    paragraph(
      line`Set one with ${code(example)}. It is remembered: later runs and later scripts have it without being told again.`,
    ),
    parameterTable(parameters),
  ];
}

/** Whether the need for `step` ends with another step. */
function endsWithAnother(step: Step): boolean {
  return step.kind !== 'reboot' && (step.until ?? step.untilBegun) !== undefined;
}

/** How to see that everything is done. */
export function howToCheck({ parts, procedure }: View): Block[] {
  const last = parts.at(-1);
  const file = last?.file ?? '';
  const lasting = (last?.part.steps ?? []).flatMap((step, index) => {
    const view = last?.steps[index];
    return view === undefined || endsWithAnother(step) ? [] : [view];
  });
  return [
    paragraph(
      line`The last line that ${code(file)} prints is ${code(`${procedure.title}: done.`)}, and its exit status is 0. Ask again whenever you like:`,
    ),
    listing('bash', `bash ${file} --dry-run\nbash ${file} --status`),
    paragraph(
      line`The first looks at the machine anew and has to say that no step is still to be done; the second tells what earlier runs did. In the end, this holds:`,
    ),
    list(lasting.map(({ id, title }) => line`${code(id)}: ${title}.`)),
  ];
}
