import type { Problem } from '../../model/problem.ts';
import type { Candidate } from './text.ts';

/** What a region asks for: `script walt-4-to-5/pre-reboot.sh`. */
export interface Wanted {
  readonly kind: string;
  readonly subject: string;
}

/** A marked region of a file. */
export interface Region extends Wanted {
  /** The line of its first marker, counted from 0. */
  readonly begin: number;
  /** The line of its last marker. */
  readonly end: number;
  readonly indent: string;
}

/** The marked regions of a file, and what is wrong with its markers. */
export interface Found {
  readonly regions: readonly Region[];
  readonly problems: readonly Problem[];
}

const MEND_KIND = 'write `begin KIND NAME`, or `end`';

interface Open {
  readonly candidate: Candidate;
  readonly kind: string;
  readonly subject: string;
}

class Reader {
  readonly regions: Region[] = [];
  readonly problems: Problem[] = [];
  private open: Open | undefined;
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  private wrong({ line }: Candidate, what: string, mend: string): void {
    this.problems.push({ where: `${this.file}:${line + 1}`, what, mend });
  }

  read(candidate: Candidate): void {
    const [word = '', kind = '', subject = '', ...more] = candidate.words.split(/\s+/);
    if (candidate.misplaced) {
      this.wrong(
        candidate,
        'the marker shares its line with something else',
        'give it a line of its own',
      );
    } else if (word === 'begin') {
      this.begin(candidate, kind, subject, more.length > 0 || subject === '');
    } else if (word === 'end' && kind === '') {
      this.end(candidate);
    } else {
      this.wrong(candidate, `there is no marker ${JSON.stringify(candidate.words)}`, MEND_KIND);
    }
  }

  private begin(candidate: Candidate, kind: string, subject: string, malformed: boolean): void {
    if (this.open !== undefined) {
      this.wrong(
        candidate,
        `a region begins within the one of line ${this.open.candidate.line + 1}`,
        'end that one first; regions cannot be nested',
      );
      return;
    }
    if (malformed)
      this.wrong(
        candidate,
        `it does not say what to embed: ${JSON.stringify(candidate.words)}`,
        MEND_KIND,
      );
    this.open = { candidate, kind: malformed ? '' : kind, subject };
  }

  private end(candidate: Candidate): void {
    if (this.open === undefined) {
      this.wrong(candidate, 'no region ends here', 'take it out, or put its beginning above');
      return;
    }
    const {
      candidate: { line, indent },
      kind,
      subject,
    } = this.open;
    this.open = undefined;
    if (kind !== '') this.regions.push({ kind, subject, begin: line, end: candidate.line, indent });
  }

  finish(): Found {
    if (this.open !== undefined) {
      this.wrong(
        this.open.candidate,
        'the region that begins here has no end',
        'put an end marker where it ends, outside of any block of code',
      );
    }
    return { regions: this.regions, problems: this.problems };
  }
}

/** The regions between `candidates`, the markers of `file` in order. */
export function regionsOf(file: string, candidates: readonly Candidate[]): Found {
  const reader = new Reader(file);
  for (const candidate of candidates) reader.read(candidate);
  return reader.finish();
}
