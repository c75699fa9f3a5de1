/** A piece of a module of the runtime that scripts have whole or not at all. */
export interface Piece {
  readonly text: string;
  /** The function, or the variables, that it defines. */
  readonly defines: readonly string[];
  /**
   * `function`; `variables`; `remark`: comments about the module, its first line among them;
   * `effect`: what is done when the script is read, such as entering a function into a hook.
   */
  readonly type: 'function' | 'variables' | 'remark' | 'effect';
  /** Which of the module's paragraphs it stands in, counted from 0: blank lines part them. */
  readonly paragraph: number;
}

const FUNCTION = /^([a-z_][a-z0-9_]*)\(\) [{(]$/;
const VARIABLE = /(?<=^|\s)([a-z_][a-z0-9_]*)=/g;

/** The line that ends what begins with `line`; undefined when that is one line. */
function endOf(line: string): RegExp | undefined {
  if (FUNCTION.test(line)) return /^[)}]$/;
  if (line.endsWith('=(')) return /^\)$/;
  // A text in quotes that goes on; no module begins one that has a quote in its first line.
  return line.endsWith("='") && !line.endsWith("=''") ? /'$/ : undefined;
}

function pieceOf(lines: readonly string[], paragraph: number): Piece {
  const text = lines.join('\n');
  const code = lines.find((line) => !line.startsWith('#'));
  if (code === undefined) return { text, defines: [], type: 'remark', paragraph };
  const name = FUNCTION.exec(code)?.[1];
  if (name !== undefined) return { text, defines: [name], type: 'function', paragraph };
  const defines = [...code.matchAll(VARIABLE)].map(([, found]) => found!);
  return { text, defines, type: 'variables', paragraph };
}

/** What adds to a variable goes with it where the module has it; elsewhere it is an effect. */
function settled(piece: Piece, variables: ReadonlySet<string>): Piece {
  if (piece.type !== 'variables' || piece.defines.length > 0) return piece;
  const added = /^([a-z_][a-z0-9_]*)(?:\[.*\])?\+?=/m.exec(piece.text)?.[1] ?? '';
  return variables.has(added) ? { ...piece, defines: [added] } : { ...piece, type: 'effect' };
}

/** The module `text`, taken apart: functions and statements, each with the comment above it. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let [open, paragraph, end]: [string[], number, RegExp | undefined] = [[], 0, undefined];
  const close = (): void => {
    if (open.length > 0) pieces.push(pieceOf(open, paragraph));
    open = [];
    end = undefined;
  };
  for (const line of text.split('\n')) {
    if (end !== undefined) {
      open.push(line);
      if (end.test(line)) close();
    } else if (line === '') {
      close();
      paragraph += 1;
    } else {
      open.push(line);
      end = endOf(line);
      if (end === undefined && !line.startsWith('#')) close();
    }
  }
  close();
  const variables = new Set(pieces.flatMap(({ defines }) => defines));
  return pieces.map((piece) => settled(piece, variables));
}

/** `pieces` as one text again, a blank line between those that had one. */
export function joined(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text, paragraph }, index) => {
      const before = pieces[index - 1];
      if (before === undefined) return text;
      return `${before.paragraph === paragraph ? '\n' : '\n\n'}${text}`;
    })
    .join('');
}

/** The names in `text` that could be those of functions or variables; comment lines have none. */
export function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.replace(/^ *#.*$/gm, '').match(/[a-z_][a-z0-9_]*/g));
}
