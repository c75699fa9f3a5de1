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

/** Bash `text` in the layout that every generated script has. @throws when it does not parse. */
export async function formatScript(text: string): Promise<string> {
  // Imported when something is formatted: a compile that finds everything unchanged does without.
  const [prettier, shell] = await Promise.all([import('prettier'), import('prettier-plugin-sh')]);
  return prettier.format(text, { ...OPTIONS, ...SHELL_OPTIONS, plugins: [shell] });
}
