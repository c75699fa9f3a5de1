/** Something that a proof has found wrong. */
export interface Finding {
  /** The start state. */
  readonly state: string;
  /** What was done to the run: `killed before [pg_dump …] (step database-saved)`. */
  readonly what: string;
  /** What came of it, several lines. */
  readonly wrong: string;
  /** `lost`: something precious is gone; `diverged`: it ended otherwise; `broken`: it did not end well. */
  readonly kind: 'lost' | 'diverged' | 'broken';
}

/** What is counted, in the order in which it is told. Whatever else there is comes after these. */
const ORDER = [
  'start states',
  'second runs',
  'looks',
  'refusals',
  'two at once',
  'other builds',
  'read-only',
  'hostile values',
  'points',
  'real kills',
  'power losses',
  'faults',
  'signals',
  'full disks',
  'cut journals',
  'half scripts',
];

/** Where `what` comes among what is told. */
function place(what: string): number {
  return ORDER.includes(what) ? ORDER.indexOf(what) : ORDER.length;
}

/** What was tried and what was found. */
export class Report {
  readonly counts = new Map<string, number>();
  readonly findings: Finding[] = [];
  readonly #tell: (text: string) => void;
  readonly #suffices: (finding: Finding) => boolean;
  #enough = false;

  /** `tell` gets each finding as it is made; after one that `suffices`, nothing more is begun. */
  constructor(
    tell: (text: string) => void = () => undefined,
    suffices: (finding: Finding) => boolean = () => false,
  ) {
    this.#tell = tell;
    this.#suffices = suffices;
  }

  /** Whether a finding has sufficed. */
  get enough(): boolean {
    return this.#enough;
  }

  /** One more of `what` was tried: `points`, `signals`, `faults`. */
  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  find(finding: Finding): void {
    this.findings.push(finding);
    this.#enough ||= this.#suffices(finding);
    this.#tell(
      `${finding.kind} [${finding.state}] ${finding.what}\n  ${finding.wrong.replaceAll('\n', '\n  ')}`,
    );
  }

  /** `points 214, signals 96, faults 402: 0 lost, 0 diverged`. */
  line(): string {
    const tried = [...this.counts]
      .toSorted(([one], [other]) => place(one) - place(other))
      .map(([what, count]) => `${what} ${count}`)
      .join(', ');
    const of = (kind: Finding['kind']): number =>
      this.findings.filter((finding) => finding.kind === kind).length;
    const broken = of('broken') === 0 ? '' : `, ${of('broken')} broken`;
    return `${tried}: ${of('lost')} lost, ${of('diverged')} diverged${broken}`;
  }
}

/** The last lines of a text, for a finding. */
export function tail(text: string, lines = 14): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Says of every so many calls, the `count`th first, that it is the one. */
export function oneIn(count: number): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls % count === 0;
  };
}

/**
 * Does `work` for every item, so many at a time, until `report` has enough; the last item first: a
 * run that was disturbed early comes to where those that were disturbed later have been, and is left
 * there.
 */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  report: Report,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    while (!report.enough) {
      const item = queue.pop();
      if (item === undefined) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
