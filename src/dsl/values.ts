import type { Carried, CARRIED_TYPES } from '../model/carried.ts';
import { guarded } from '../model/guarded.ts';
import type { Parameter, ParameterType } from '../model/parameter.ts';
import {
  template,
  text as textOf,
  type PathValue,
  type Reference,
  type Template,
  type TextValue,
  type UrlValue,
} from '../model/value.ts';

/** What every parameter is declared with. */
export interface ParameterOptions {
  /** The value where the administrator sets none, as text. */
  readonly default: string;
  /** One line that says what it is for. */
  readonly help: string;
}

/** The limits of an integer, both included. */
export interface IntegerOptions {
  readonly default: number;
  readonly help: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A choice and what can be chosen. */
export interface ChoiceOptions extends ParameterOptions {
  readonly choices: readonly string[];
}

/** A parameter: its definition, and what stands where its value is due. */
export type ParameterOf<T extends ParameterType> = Parameter & Reference<T>;

function declare<T extends ParameterType>(type: T) {
  return (name: string, options: ParameterOptions): ParameterOf<T> =>
    guarded({ reference: 'parameter', name, type, ...options } as ParameterOf<T>);
}

/**
 * Parameters, by type: `parameter.path('backup-dir', { default: '/var/backups', help: '…' })`.
 * Names are lower-case words joined by hyphens; they are checked when the procedure is compiled.
 */
export const parameter = {
  path: declare('path'),
  url: declare('url'),
  /** An address, or none when empty. */
  urlOrNone: declare('url-or-none'),
  identifier: declare('identifier'),
  /** Several names with a space between them; none when empty. */
  identifiers: declare('identifiers'),
  version: declare('version'),
  fingerprint: declare('fingerprint'),
  /** `yes` or `no`; also what a step's `when` takes. */
  boolean: declare('boolean'),
  integer: (name: string, options: IntegerOptions): ParameterOf<'integer'> =>
    guarded({
      reference: 'parameter',
      name,
      type: 'integer',
      ...options,
      default: String(options.default),
    } as ParameterOf<'integer'>),
  choice: (name: string, options: ChoiceOptions): ParameterOf<'choice'> =>
    guarded({
      reference: 'parameter',
      name,
      type: 'choice',
      ...options,
      // Left out by mistake, they are asked for when the procedure is compiled.
      choices: structuredClone(options.choices),
    } as ParameterOf<'choice'>),
};

type CarriedType = (typeof CARRIED_TYPES)[number];
/** A carried value: its definition, and what stands where its value is due. */
export type CarriedOf<T extends CarriedType> = Carried & Reference<T>;

function carry<T extends CarriedType>(type: T) {
  return (name: string, help: string): CarriedOf<T> =>
    guarded({ reference: 'carried', name, type, help } as CarriedOf<T>);
}

/** Values that one step learns and later steps read, across a reboot too. */
export const carried = {
  text: carry('text'),
  identifier: carry('identifier'),
  version: carry('version'),
  integer: carry('integer'),
  path: carry('path'),
  /** A list, one item a line. */
  lines: carry('lines'),
};

/** A path below another: `path(backupDir, 'walt-db.dump')`. */
export function path(
  base: PathValue,
  ...below: readonly (string | Reference<'identifier' | 'version' | 'choice'>)[]
): Template<'path'> {
  return template('path', base, ...below.flatMap((name) => ['/', name]));
}

/** An address below another: `url(repository, 'Release.key')`. */
export function url(
  base: UrlValue,
  ...below: readonly (string | Reference<'identifier' | 'version' | 'choice'>)[]
): Template<'url'> {
  return template('url', base, ...below.flatMap((name) => ['/', name]));
}

/** Text with values in it: text`the service ${unit} is stopped`. A list of lines is no part of one. */
export function text(
  strings: TemplateStringsArray,
  ...values: readonly (TextValue | number)[]
): Template<'text'> {
  return textOf(strings, ...values);
}

export type { TextValue };
