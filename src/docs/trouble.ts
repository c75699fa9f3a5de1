import type { Step } from '../model/step.ts';
import { code, line, lineOf, list, listing, paragraph, type Block, type Line } from './blocks.ts';
import type { StepView, View } from './describe.ts';
import { logOf, stateOf } from './places.ts';
import { ended } from './requirements.ts';

const STATUSES: readonly (readonly [string, string])[] = [
  ['0', 'Everything that was asked for is done.'],
  ['1', 'A step failed.'],
  ['2', 'The command line is wrong.'],
  ['3', 'It did not start: something does not hold that has to. Nothing was changed.'],
  ['4', 'Another run is under way. Nothing was changed.'],
  ['10', 'Done; the machine has to be rebooted.'],
  ['130, 143', 'It was stopped on request, between two commands.'],
];

/** What to do when a step fails, or the run is cut off. */
export function whenItFails(view: View): Block[] {
  const several = view.parts.length > 1;
  const once = view.parts
    .flatMap(({ part }) => part.steps)
    .filter((step) => step.kind === 'shell' && step.once === true);
  return [
    paragraph(
      line`The script stops at a step that fails, and tells which command failed, what it printed last, where the log is, and with which command to go on. Mend the cause, then give that command: what is done stays done.`,
    ),
    list([
      line`Cut off, by a lost session, a kill or the power: run the same script again. Ctrl-C stops it between two commands.`,
      line`A step that you have done by hand needs nothing: the script sees that it holds. ${code('--skip STEP')} leaves one out, ${code('--from STEP')} begins with one, ${code('--only STEP')} runs one alone.`,
      ...(several
        ? [
            line`The script after a reboot refuses to start before the one before it has finished and the machine was rebooted.`,
          ]
        : []),
      ...(once.length === 0
        ? []
        : [
            line`Looking cannot tell whether ${once.map(({ id }) => id).join(', ')} is done. Cut off there, a script asks you to look: ${code('--skip STEP')} when it is done, ${code('--from STEP')} when it is not.`,
          ]),
      line`The whole log is ${code(logOf(view))}.`,
    ]),
    paragraph(line`The exit status says how a run ended:`),
    {
      type: 'table',
      head: [['Status'], ['What it says']],
      rows: STATUSES.map(([status, words]) => [[code(status)], [words]]),
    },
  ];
}

/** What a step keeps that one can go back to. */
function keptBy(step: Step): Line | undefined {
  switch (step.kind) {
    case 'postgres.dump':
      return line`${asCode(step.to)}: the database ${asCode(step.database)}. To put it back into a cluster that lacks it: ${code('pg_restore --create --dbname=postgres FILE')}, as a user who may create databases.`;
    case 'postgres.dumps':
      return line`${asCode(step.to)}: each of the databases, a file each${step.clusters === undefined ? '' : ' in a folder for each cluster'}, to be put back like this: ${code('pg_restore --create --dbname=postgres FILE')}.`;
    case 'system.saved':
      return line`${asCode(step.to)}: /etc, and what dpkg, apt and debconf know. ${code('tar -tzf FILE')} lists it, ${code('tar -xzf FILE -C DIRECTORY etc/NAME')} takes one file out.`;
    case 'containers.saved':
      return line`${asCode(step.to)}: every container image, a file each. ${code('docker load --input FILE')} brings one back.`;
    case 'apt.foreignListed':
    case 'apt.obsoleteListed':
      return line`${asCode(step.to)}: a list of packages.`;
    default:
      return undefined;
  }
}

/** A value that is a name or a path, all of it as code. */
function asCode(value: Parameters<typeof lineOf>[0]): Line {
  return lineOf(value).map((piece) => (typeof piece === 'string' ? code(piece) : piece));
}

function undoLines(steps: readonly StepView[]): Line[] {
  return steps
    .toReversed()
    .flatMap(({ id, undo }) => (undo === undefined ? [] : [line`${code(id)}: ${ended(undo)}`]));
}

/** Which originals of changed files are kept, and where. */
function originals(view: View): Line[] {
  const keeps = view.parts.some(({ script }) => /^keep_original\(\) /m.test(script));
  if (!keeps) return [];
  const state = stateOf(view);
  return [
    line`${code(`${state}/originals/`)}: every file that was changed, as it was first found, with its mode and owner: ${code('/etc/NAME')} is ${code(`${state}/originals/etc/NAME`)}. What somebody had made of it by a later run is beside that, as ${code('NAME.~2~')} and so on. What had not been there is named in ${code(`${state}/created/`)}.`,
  ];
}

/** How to go back, and how far. */
export function howToGoBack(view: View): Block[] {
  const steps = view.parts.flatMap(({ part }) => part.steps);
  const undo = undoLines(view.parts.flatMap((part) => part.steps));
  const kept = [...originals(view), ...steps.map(keptBy).filter((item) => item !== undefined)];
  const upgrades = steps.some(({ kind }) => kind === 'apt.distUpgraded');
  return [
    ...(upgrades
      ? [
          paragraph(
            line`A distribution that was upgraded cannot be made the old one again: from that step on, the way back is the backup of the whole machine. What is kept on it serves to get single things back.`,
          ),
        ]
      : []),
    ...(undo.length === 0 ? [] : [paragraph(line`Single steps, the last one first:`), list(undo)]),
    ...(kept.length === 0 ? [] : [paragraph(line`What is kept:`), list(kept)]),
    ...(undo.length === 0 && kept.length === 0
      ? [paragraph(line`No step says how to take it back.`)]
      : []),
    paragraph(
      line`To have the scripts forget all that they know of earlier runs, and the originals with it:`,
    ),
    listing('bash', `rm -r -- ${stateOf(view)}`),
  ];
}
