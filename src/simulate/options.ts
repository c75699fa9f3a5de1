import { Refusal } from './command.ts';

/** What follows an option: nothing, a value, or a value that only `=` can give. */
export type Takes = 'flag' | 'value' | 'optional';

/** Options by their spellings: `{ '-y --yes': 'flag', '-o --option': 'value' }`. */
export type OptionTable = Readonly<Record<string, Takes>>;

/** A command line, taken apart. An option goes by its last spelling, without hyphens. */
export interface Parsed {
  readonly operands: readonly string[];
  has(option: string): boolean;
  /** The last value given. */
  value(option: string): string | undefined;
  /** Every value given, in order. */
  values(option: string): readonly string[];
}

/** How a command complains, and with which status it ends. */
export interface Complaints {
  readonly unknown: (option: string) => Refusal;
  readonly missing: (option: string) => Refusal;
}

/** The complaints of most GNU programs. */
export function gnuComplaints(name: string, status = 1): Complaints {
  return {
    unknown: (option) =>
      new Refusal(
        status,
        option.startsWith('--')
          ? `${name}: unrecognized option '${option}'`
          : `${name}: invalid option -- '${option.slice(1)}'`,
      ),
    missing: (option) => new Refusal(status, `${name}: option '${option}' requires an argument`),
  };
}

interface Known {
  readonly canonical: string;
  readonly takes: Takes;
}

function index(table: OptionTable): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const [spellings, takes] of Object.entries(table)) {
    const words = spellings.split(' ');
    const canonical = (words.at(-1) ?? '').replace(/^-+/, '');
    for (const word of words) known.set(word, { canonical, takes });
  }
  return known;
}

class Parser {
  readonly #known: Map<string, Known>;
  readonly #complaints: Complaints;
  readonly #found = new Map<string, string[]>();
  readonly #operands: string[] = [];
  readonly #rest: string[];

  constructor(args: readonly string[], table: OptionTable, complaints: Complaints) {
    this.#known = index(table);
    this.#complaints = complaints;
    this.#rest = [...args];
  }

  parse(firstOperandEnds: boolean): Parsed {
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === '--') this.#operands.push(...this.#rest.splice(0));
      else if (this.#known.has(word.split('=')[0] ?? '')) this.#long(word);
      else if (word.startsWith('--')) throw this.#complaints.unknown(word.split('=')[0] ?? '');
      else if (word.startsWith('-') && word !== '-') this.#short(word);
      else {
        this.#operands.push(word);
        if (firstOperandEnds) this.#operands.push(...this.#rest.splice(0));
      }
    }
    const found = this.#found;
    return {
      operands: this.#operands,
      has: (option) => found.has(option),
      value: (option) => found.get(option)?.at(-1),
      values: (option) => found.get(option) ?? [],
    };
  }

  #note({ canonical }: Known, value: string): void {
    this.#found.set(canonical, [...(this.#found.get(canonical) ?? []), value]);
  }

  #take(known: Known, spelling: string): void {
    const value = known.takes === 'value' ? this.#rest.shift() : '';
    if (value === undefined) throw this.#complaints.missing(spelling);
    this.#note(known, value);
  }

  #long(word: string): void {
    const equals = word.indexOf('=');
    const spelling = equals < 0 ? word : word.slice(0, equals);
    const known = this.#known.get(spelling) as Known;
    if (equals < 0) this.#take(known, spelling);
    else if (known.takes === 'flag') throw this.#complaints.unknown(word);
    else this.#note(known, word.slice(equals + 1));
  }

  /** `-qy`, `-oName=Value`. */
  #short(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const spelling = `-${word[at] ?? ''}`;
      const known = this.#known.get(spelling);
      if (known === undefined) throw this.#complaints.unknown(spelling);
      const rest = word.slice(at + 1);
      const alone = known.takes === 'optional' && !rest.startsWith('=');
      if (known.takes === 'flag' || rest === '' || alone) this.#take(known, spelling);
      else {
        this.#note(known, rest.replace(/^=/, ''));
        return;
      }
    }
  }
}

/**
 * Takes `args` apart by `table`, as strictly as the real command does: an option that is not in it
 * is complained of.
 * @param firstOperandEnds options come only before the first operand.
 * @throws Refusal of `complaints`.
 */
export function parseOptions(
  args: readonly string[],
  table: OptionTable,
  complaints: Complaints,
  firstOperandEnds = false,
): Parsed {
  return new Parser(args, table, complaints).parse(firstOperandEnds);
}
