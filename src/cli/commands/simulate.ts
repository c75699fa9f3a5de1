import { Option, type Command } from 'commander';
import { MATRICES, proveAll, PROOFS, QUICK, type ProofName } from '../../simulate/proofs/prove.ts';
import { buildOne } from '../build.ts';
import { chooseSteps } from '../choose.ts';
import { chooseStates, demandNamespaces, loadModel, modelFile } from '../host-model.ts';
import { shown } from '../load.ts';
import { EXIT, print, progress, UserError } from '../ui.ts';

interface Options {
  readonly steps: string;
  readonly state?: readonly string[];
  readonly killEverywhere?: true;
  readonly prove?: readonly ProofName[];
  readonly everything?: true;
  readonly first?: true;
  readonly width: number;
}

const NAMES = [...Object.keys(PROOFS), ...Object.keys(MATRICES)] as ProofName[];

function chooseProofs({ everything, killEverywhere, prove }: Options): ProofName[] {
  if (everything === true) return NAMES;
  const chosen = new Set<ProofName>([
    ...(prove ?? QUICK),
    ...(killEverywhere === true ? (['kills', 'power'] as const) : []),
  ]);
  return [...chosen];
}

/** A number of runs. @throws UserError for what is none: nothing would be proved then. */
function widthOf(word: string): number {
  if (/^[1-9]\d{0,2}$/.test(word)) return Number(word);
  throw new UserError(
    `--width: ${JSON.stringify(word)} is no number of runs\n  write 4, or another whole number from 1 to 999`,
  );
}

async function simulate(name: string, options: Options): Promise<void> {
  demandNamespaces();
  const [source] = await chooseSteps(options.steps, [name]);
  if (source === undefined) throw new UserError(`no procedure ${JSON.stringify(name)}`);
  const file = modelFile(source);
  const model = await loadModel(file);
  const states = chooseStates(model, options.state);
  const { procedure, scripts } = await buildOne(source);
  for (const state of states) print(`${state}: ${model.states[state]?.title ?? ''}`);
  const shownProgress = progress();
  const subject = { id: procedure.id, scripts, model, file: shown(file) };
  const report = await proveAll(subject, {
    states,
    proofs: chooseProofs(options),
    // On each of many servers, everything would take hours: those that are not asked for by name
    // are brought to their end, and run again.
    matricesOn: options.state ?? states.slice(0, 1),
    width: options.width,
    tell: (text) => print(`\n${text}`),
    begins: (state, proof) => shownProgress.say(`${state}: ${proof}`),
    suffices: () => options.first === true,
  }).finally(() => shownProgress.end());
  print(report.line());
  // Hosts leave nothing behind but their server, which would keep the process.
  process.exitCode = report.findings.length === 0 ? EXIT.done : EXIT.differs;
}

/** `stepwright simulate PROCEDURE`: runs it on simulated hosts. */
export function register(program: Command): void {
  program
    .command('simulate')
    .description(
      'run a procedure on simulated servers: twice, and cut off everywhere if you say so',
    )
    .argument('<procedure>', 'its name or its file')
    .option('--steps <dir>', 'the folder of procedures', 'steps')
    .option('--state <name...>', 'the servers to try it on; all of its model without')
    .option(
      '--kill-everywhere',
      'also, on the first server or on those named: killed, and the power lost, at every point, then run again',
    )
    .addOption(new Option('--prove <name...>', 'what to prove instead').choices(NAMES))
    .option(
      '--everything',
      'prove all there is to prove; what is tried at every point, on the first server or on those named; takes minutes',
    )
    .option('--first', 'stop at the first finding')
    .addOption(
      new Option('--width <count>', 'how many runs at a time').argParser(widthOf).default(4),
    )
    .action(simulate);
}
