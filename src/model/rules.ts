/**
 * What a value of each type looks like. Each rule stands once, as extended regular expressions that
 * mean the same in JavaScript and in bash's `[[ =~ ]]` under a UTF-8 locale, so that the compiler
 * and the generated script accept exactly the same values.
 * Control characters are refused for every type, before its own rule.
 */
export interface Rule {
  /** What the value must be: "an absolute path". */
  readonly is: string;
  /** An example that obeys the rule. */
  readonly example: string;
  /** The value must match this. */
  readonly accept: string;
  /** The value must not match this. */
  readonly reject?: string;
}

const ADDRESS = 'https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#@!&()*+,;=%-]*)?';
const WORD = '[A-Za-z0-9_][A-Za-z0-9_.@:+-]*';

/** The rule of every type of value. */
export const RULES = {
  path: {
    is: 'an absolute path, without "." or ".." in it',
    example: '/var/backups/walt',
    accept: '^(/[^/]+)+$',
    reject: '/\\.{1,2}(/|$)',
  },
  url: {
    is: 'an http or https address',
    example: 'https://example.org/debian',
    accept: `^${ADDRESS}$`,
  },
  'url-or-none': {
    is: 'an http or https address, or nothing',
    example: 'https://example.org/debian',
    accept: `^(${ADDRESS})?$`,
  },
  identifier: {
    is: 'a name of letters, digits and _ . @ : + -, not beginning with a sign',
    example: 'walt-server',
    accept: `^${WORD}$`,
  },
  identifiers: {
    is: 'names with one space between them',
    example: 'orders customers',
    accept: `^(${WORD}( ${WORD})*)?$`,
  },
  version: {
    is: 'a version: a digit first, then letters, digits and . + ~ : -',
    example: '5.0.1',
    accept: '^[0-9][A-Za-z0-9.+~:-]*$',
  },
  integer: {
    is: 'a whole number, zero or more',
    example: '600',
    accept: '^(0|[1-9][0-9]{0,14})$',
  },
  boolean: { is: 'yes or no', example: 'yes', accept: '^(yes|no)$' },
  fingerprint: {
    is: 'the 40 hexadecimal digits of a key fingerprint, in capitals',
    example: '0123456789ABCDEF0123456789ABCDEF01234567',
    accept: '^[0-9A-F]{40}$',
  },
  text: { is: 'text without control characters', example: 'some text', accept: '^.*$' },
} as const satisfies Record<string, Rule>;

/** The type of a value that one rule describes. */
export type RuleName = keyof typeof RULES;

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** Characters that change how the text around them is shown, or that show as nothing. */
const INVISIBLE =
  /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udfff](?![\udc00-\udfff])/u;

/** What no value may hold, as regular expressions for the Unicode mode of JavaScript. */
export const UNPRINTABLE: readonly string[] = [CONTROL.source, INVISIBLE.source];

/** Whether `text` can be shown to a reader as what it is: no control or invisible characters. */
export function isPrintable(text: string): boolean {
  return !CONTROL.test(text) && !INVISIBLE.test(text);
}

/** `text` with the code of each character that shows as nothing, or as something else: `\\u200b`. */
export function visible(text: string): string {
  return Array.from(text, (character) =>
    isPrintable(character)
      ? character
      : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** Whether `text` obeys the rule of `type`. */
export function obeys(type: RuleName, text: string): boolean {
  const rule: Rule = RULES[type];
  if (!isPrintable(text)) return false;
  if (!new RegExp(rule.accept, 'u').test(text)) return false;
  return rule.reject === undefined || !new RegExp(rule.reject, 'u').test(text);
}
