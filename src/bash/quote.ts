/** Text that bash reads as one word with no quotes at all, wherever it stands in a command. */
const BARE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** Words that mean something else when they stand bare in front of a command. */
const RESERVED = new Set(
  'if then else elif fi do done case esac while until for in function time select coproc'.split(
    ' ',
  ),
);

const CONTROL = /[\u0001-\u0008\u000b-\u001f\u007f]/;

/** Typographic quotes look like a slip to ShellCheck and to a reader, unless single-quoted. */
const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
};

function ansiQuote(text: string): string {
  const body = text.replace(/[\u0001-\u001f\u007f\\']/g, (character) => {
    const named = NAMED_ESCAPES[character];
    if (named !== undefined) return named;
    // Three octal digits always: a digit that follows cannot become part of the escape.
    return `\\${(character.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`;
  });
  return `$'${body}'`;
}

/**
 * `text` for the inside of double quotes: `"`, `$`, backquote and backslash are escaped.
 * Promises nothing for NUL, which `quote` refuses.
 */
export function escapeDouble(text: string): string {
  return text.replace(/["$`\\]/g, '\\$&');
}

/**
 * `text` as one bash word that expands to exactly `text`, in the plainest quotes that do it:
 * none, single, double, or `$'…'` for control characters.
 * Single quotes around `$` or a backquote read as a forgotten expansion, so such text is
 * double-quoted and escaped.
 * @throws RangeError when `text` holds NUL, which no bash word can.
 */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a bash word cannot hold NUL');
  if (BARE.test(text) && !RESERVED.has(text)) return text;
  if (CONTROL.test(text)) return ansiQuote(text);
  if (/['$`]/.test(text)) return `"${escapeDouble(text)}"`;
  // A backslash before the closing quote reads as an attempt to escape it.
  if (text.endsWith('\\')) return `"${escapeDouble(text)}"`;
  return `'${text}'`;
}
