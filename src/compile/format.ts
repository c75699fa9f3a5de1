import type { Options } from 'prettier';

const OPTIONS: Options = {
  parser: 'sh',
  filepath: 'script.sh',
  printWidth: 100,
  tabWidth: 2,
  useTabs: false,
};

/** The shell plugin's options: the operator ends the line, no space behind a redirection. */
const SHELL_OPTIONS = { binaryNextLine: false, spaceRedirects: false };

/** A text that the formatter cannot read, bash or not. */
export class FormatError extends Error {
  /** The whole text. */
  readonly text: string;
  /** Where it stopped, counted from 1. */
  readonly line: number;

  constructor(message: string, text: string, line: number, cause: unknown) {
    super(message, { cause });
    this.name = 'FormatError';
    this.text = text;
    this.line = line;
  }
}

const PLACE = /^script\.sh:(\d+):\d+: /;

/** What the formatter has thrown, which says where it stopped in one of two ways. */
function formatError(text: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { Pos } = thrown as { readonly Pos?: { readonly Line?: number } };
  const line = PLACE.exec(thrown.message)?.[1] ?? Pos?.Line;
  if (line === undefined) return thrown;
  return new FormatError(thrown.message.replace(PLACE, ''), text, Number(line), thrown);
}

/**
 * Bash `text` in the layout that every generated script has.
 * @throws FormatError when the formatter cannot read it: it knows less than bash.
 */
export async function formatScript(text: string): Promise<string> {
  // Imported when something is formatted: a compile that finds everything unchanged does without.
  const [prettier, shell] = await Promise.all([import('prettier'), import('prettier-plugin-sh')]);
  try {
    return await prettier.format(text, { ...OPTIONS, ...SHELL_OPTIONS, plugins: [shell] });
  } catch (error) {
    throw formatError(text, error);
  }
}
