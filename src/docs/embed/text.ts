/** A line of a file, and the characters that end it: none at the end of a file without them. */
export interface FileLine {
  readonly text: string;
  readonly ending: string;
}

/** `text` in lines; joined again they are `text`, whatever ends its lines. */
export function linesOf(text: string): FileLine[] {
  return [...text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)]
    .filter(([all]) => all !== '')
    .map(([, line = '', ending = '']) => ({ text: line, ending }));
}

/** A line that could be a marker: it stands by itself. */
export interface Candidate {
  /** Counted from 0. */
  readonly line: number;
  readonly indent: string;
  /** What follows `stepwright:`, such as `begin script walt/pre-reboot.sh`. */
  readonly words: string;
  /** A marker among other things: it is none, and no text either. */
  readonly misplaced: boolean;
}
