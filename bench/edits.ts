import { printScript } from '../src/bash/print.ts';
import { formatScript } from '../src/compile/format.ts';
import { stepFunctions } from '../src/compile/part-script.ts';
import { partsOf } from '../src/compile/parts.ts';
import { validate } from '../src/compile/validate.ts';
import { apt, file, parameter, procedure, reboot, requires, service, shell } from '../src/index.ts';
import type { ProcedureOptions } from '../src/dsl/procedure.ts';
import type { ProcedureInput } from '../src/model/procedure.ts';
import type { StepInput } from '../src/model/step.ts';

/** A typical edit of a procedure. */
export interface Edit {
  readonly name: string;
  readonly changes: Partial<ProcedureOptions>;
  /** The steps that it is about: no other one may change. */
  readonly about: readonly string[];
  /**
   * The fewest lines of the scripts that a diff can remove and add for it: the lines that say what
   * was edited, and no other. A changed line counts twice. A step's own lines are its comment, its
   * functions, the blank line below and its line of the plan; a title stands in two of them.
   */
  readonly smallest: number;
}

const folder = parameter.path('folder', { default: '/srv/site', help: 'where the site lies' });
const mode = parameter.choice('theme', {
  default: 'dark',
  help: 'the look',
  choices: ['dark', 'light'],
});

const saved = shell({
  id: 'site-saved',
  title: 'the site is saved',
  why: 'the new nginx could refuse it',
  values: { folder },
  check: 'test -s "$folder.tar"',
  apply:
    'run tar --create --file="$folder.part" -- "$folder"\nrun mv -- "$folder.part" "$folder.tar"',
});
const quiet = service.stopped({ id: 'nginx-quiet', why: 'nobody may write now', unit: 'nginx' });
const settings = file.content({
  id: 'settings',
  why: 'nginx reads them',
  path: '/etc/nginx/conf.d/site.conf',
  lines: ['server {', '  listen 80;', '}'],
});
const newer = apt.installed({
  id: 'nginx-newer',
  why: 'the old one is out of support',
  packages: ['nginx'],
});
const rebooted = reboot({
  id: 'rebooted',
  why: 'the new kernel is used',
  release: 'bookworm',
  releaseName: 'Debian 12',
});
const timer = service.disabled({ id: 'timer-off', why: 'it would begin by itself', unit: 'site' });
const runs = service.started({ id: 'nginx-runs', why: 'the site is wanted', unit: 'nginx' });
const greeting = file.line({
  id: 'greeting',
  why: 'users ask for it',
  path: '/etc/motd',
  line: 'The site has moved.',
});
const extra = file.line({
  id: 'extra',
  why: 'it was asked for',
  path: '/etc/issue',
  line: 'Hello',
});

const host = file.line({
  id: 'host',
  why: 'the site asks itself',
  path: '/etc/hosts',
  line: '::1 site',
});

const FIRST: readonly StepInput[] = [saved, quiet, timer, settings, newer, rebooted];
const ALL: readonly StepInput[] = [...FIRST, greeting, runs, host];
const OPTIONS: ProcedureOptions = {
  id: 'site',
  title: 'Site',
  summary: 'For a server that has a site.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  parameters: [folder],
  requires: [requires.noPins()],
  steps: ALL,
};

/** The procedure that is edited, with `changes`. */
export function site(changes: Partial<ProcedureOptions> = {}): ProcedureInput {
  return procedure({ ...OPTIONS, ...changes });
}

function withStep(id: string, changes: object): Partial<ProcedureOptions> {
  return {
    steps: ALL.map((step) => (step.id === id ? ({ ...step, ...changes } as StepInput) : step)),
  };
}

function inserted(at: number, step: StepInput): Partial<ProcedureOptions> {
  return { steps: ALL.toSpliced(at, 0, step) };
}

/** How many lines a step has for its own. */
async function ownLines(id: string): Promise<number> {
  const { steps } = validate('bench', site({ steps: [...ALL, extra] }));
  const step = partsOf(steps)
    .flatMap((part) => part.steps)
    .find((each) => each.id === id)!;
  const text = await formatScript(printScript(stepFunctions(step)));
  return text.trimEnd().split('\n').length + 2;
}

/** Twenty typical edits of `site()`. */
export async function edits(): Promise<Edit[]> {
  const added = await ownLines('extra');
  const [quietLines, timerLines, greetingLines] = [
    await ownLines('nginx-quiet'),
    await ownLines('timer-off'),
    await ownLines('greeting'),
  ];
  const one = (name: string, id: string, changes: object, smallest: number): Edit => ({
    name,
    changes: withStep(id, changes),
    about: [id],
    smallest,
  });
  return [
    {
      name: 'step added at the top',
      changes: inserted(0, extra),
      about: ['extra'],
      smallest: added,
    },
    {
      name: 'step added in the middle',
      changes: inserted(2, extra),
      about: ['extra'],
      smallest: added,
    },
    {
      name: 'step added at the end',
      changes: inserted(ALL.length, extra),
      about: ['extra'],
      smallest: added,
    },
    {
      name: 'step removed',
      changes: { steps: ALL.filter((step) => step !== greeting) },
      about: ['greeting'],
      smallest: greetingLines,
    },
    {
      name: 'step renamed',
      changes: withStep('nginx-quiet', { id: 'nginx-still' }),
      about: ['nginx-quiet', 'nginx-still'],
      // Its comment, its two functions, its line of the plan.
      smallest: 2 * 4,
    },
    // In its comment and in the plan.
    one('title changed', 'site-saved', { title: 'the site is in an archive' }, 2 * 2),
    one('why changed', 'site-saved', { why: 'it happened before' }, 2),
    // In check, apply and plan each.
    one('option changed: a path', 'greeting', { path: '/etc/issue', title: 'a greeting' }, 2 * 5),
    one('option added: a mode', 'settings', { mode: '0640' }, 2 * 2 + 1),
    one('check changed', 'site-saved', { check: 'tar --list --file="$folder.tar" >/dev/null' }, 2),
    one(
      'command added to apply',
      'site-saved',
      { apply: `${saved.kind === 'shell' ? saved.apply : ''}\nrun sync -- "$folder.tar"` },
      1,
    ),
    // A function of three lines.
    one('undo advice added', 'site-saved', { undo: 'tar --extract --file=/srv/site.tar' }, 3),
    one('a need added', 'settings', { needs: ['nginx-quiet'] }, 2),
    {
      name: 'two steps swapped',
      changes: { steps: [saved, timer, quiet, settings, newer, rebooted, greeting, runs, host] },
      about: ['nginx-quiet', 'timer-off'],
      // The shorter one goes and comes.
      smallest: 2 * Math.min(quietLines, timerLines),
    },
    {
      name: 'step moved behind the reboot',
      changes: { steps: [...FIRST.filter((step) => step !== timer), timer, greeting, runs, host] },
      about: ['timer-off'],
      smallest: 2 * timerLines,
    },
    {
      name: 'parameter added',
      changes: {
        ...withStep('site-saved', {
          values: { folder, theme: mode },
          check: 'test -s "$folder.$theme.tar"',
        }),
        parameters: [folder, mode],
      },
      about: ['site-saved'],
      // The check; the default and its declaration; a line in the other script, which takes it too.
      smallest: 2 + 2 + 1,
    },
    {
      name: "parameter's default changed",
      changes: {
        ...withStep('site-saved', { values: { folder: { ...folder, default: '/srv/www' } } }),
        parameters: [{ ...folder, default: '/srv/www' }],
      },
      about: [],
      // In both scripts.
      smallest: 2 * 2,
    },
    {
      name: 'requirement added',
      changes: { requires: [requires.noPins(), requires.packagesInOrder()] },
      about: [],
      smallest: 1,
    },
    {
      name: 'summary changed',
      changes: { summary: 'For a server that has a site of its own.' },
      about: [],
      // In both scripts.
      smallest: 2 * 2,
    },
    {
      name: "procedure's title changed",
      changes: { title: 'The site' },
      about: [],
      // In both scripts, where they say what they are and where they begin.
      smallest: 2 * 4,
    },
  ];
}
