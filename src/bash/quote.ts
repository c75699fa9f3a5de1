/** Text that bash reads as one word with no quotes at all, in any place but a command's first. */
const BARE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** Words that mean something else when they stand bare in front of a command. */
export const RESERVED: ReadonlySet<string> = new Set(
  'if then else elif fi do done case esac while until for in function time select coproc'.split(
    ' ',
  ),
);

/** Control characters but tab and newline, and what shows as nothing or turns the text around it. */
const UNSEEN = /[^\P{Cc}\t\n]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

const ESCAPED = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\']/gu;

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
};

/**
 * Typographic quotes read as a slip, to a person and to ShellCheck, in quotes of their own kind:
 * single ones inside of single quotes, double ones inside of double quotes.
 */
const CURLY_SINGLE = /[\u2018\u2019]/;
const CURLY_DOUBLE = /[\u201c\u201d\u2033\u2036]/;

/** The bytes of `character` in UTF-8, each three octal digits: none can swallow a digit after it. */
function octal(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function ansiQuote(text: string): string {
  return `$'${text.replace(ESCAPED, (found) => NAMED_ESCAPES[found] ?? octal(found))}'`;
}

function doubleQuote(text: string): string {
  return `"${escapeDouble(text)}"`;
}

/**
 * `text` for the inside of double quotes: `"`, `$`, backquote and backslash are escaped.
 * Promises nothing for NUL, which `quote` refuses, nor for text that `fitsDouble` turns down.
 */
export function escapeDouble(text: string): string {
  return text.replace(/["$`\\]/g, '\\$&');
}

/** Whether `text` can be read as what it is inside of double quotes. */
export function fitsDouble(text: string): boolean {
  return !UNSEEN.test(text) && !CURLY_DOUBLE.test(text);
}

function refuse(text: string): void {
  if (text.includes('\0')) throw new RangeError('a bash word cannot hold NUL');
  if (/\p{Cs}/u.test(text)) throw new RangeError('a bash word cannot hold half a character');
}

/**
 * `text` as one bash word that expands to exactly `text`, in the plainest quotes that do it:
 * none, single, double, or `$'…'` for what cannot be seen.
 * Single quotes around `$` or a backquote read as a forgotten expansion, so such text is
 * double-quoted and escaped; a backslash before a closing single quote reads as its escape.
 * Only good after a command's first word, where `name=` would be an assignment: see `quoteName`.
 * @throws RangeError when `text` holds NUL or half a surrogate pair, which no bash word can.
 */
export function quote(text: string): string {
  refuse(text);
  if (BARE.test(text) && !RESERVED.has(text)) return text;
  if (UNSEEN.test(text) || (text.includes('\t') && !text.includes('\n'))) return ansiQuote(text);
  const notSingle = /['$`]|\\$/.test(text) || CURLY_SINGLE.test(text);
  if (!notSingle) return `'${text}'`;
  return CURLY_DOUBLE.test(text) ? ansiQuote(text) : doubleQuote(text);
}

/** `text` as a command's first word: as `quote` does it, and never an assignment. */
export function quoteName(text: string): string {
  const quoted = quote(text);
  return quoted === text && text.includes('=') ? `'${text}'` : quoted;
}
