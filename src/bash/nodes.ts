/**
 * Bash as data: a small closed union of syntax nodes.
 * Nodes are plain frozen objects; text in them is always literal, and quoting is the printer's.
 */

/** A piece of a word. Everything but a `pattern` prints quoted. */
export type WordPart =
  /** Literal text, whatever characters it holds (NUL excepted). */
  | { readonly type: 'text'; readonly text: string }
  /** The value of a variable: `"$name"`. */
  | { readonly type: 'variable'; readonly name: string }
  /** Every element of an array, each a word of its own: `"${name[@]}"`. */
  | { readonly type: 'elements'; readonly name: string }
  /** The arguments of the script or function: `"$@"`. */
  | { readonly type: 'positional' }
  /** The output of commands: `"$(…)"`. */
  | { readonly type: 'substitution'; readonly body: readonly Node[] };

/** One word of a command: its parts, side by side. */
export interface Word {
  readonly type: 'word';
  readonly parts: readonly WordPart[];
}

/** A redirection to or from a file. */
export interface Redirect {
  readonly operator: '>' | '>>' | '<';
  readonly descriptor?: number;
  readonly target: Word;
}

/** A simple command: `NAME=value… word… >file`. */
export interface Command {
  readonly type: 'command';
  readonly environment: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** A variable set to one word, or an array set to several. */
export interface Assignment {
  readonly type: 'assignment';
  readonly name: string;
  readonly value: Word | readonly Word[];
}

/** A function. */
export interface FunctionNode {
  readonly type: 'function';
  readonly name: string;
  readonly body: readonly Node[];
  /** The body runs in a shell of its own: `name() ( … )`. */
  readonly subshell?: boolean;
}

/** A statement, or a comment or a blank line between statements. */
export type Node =
  | Command
  | Assignment
  | { readonly type: 'and'; readonly nodes: readonly Node[] }
  | { readonly type: 'or'; readonly nodes: readonly Node[] }
  | { readonly type: 'not'; readonly node: Node }
  | { readonly type: 'pipeline'; readonly nodes: readonly Node[] }
  | {
      readonly type: 'if';
      readonly condition: Node;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly type: 'for';
      readonly variable: string;
      readonly words: readonly Word[];
      readonly body: readonly Node[];
    }
  | { readonly type: 'subshell'; readonly body: readonly Node[] }
  | FunctionNode
  /** Text that `parseFragment` has accepted, printed as it stands. */
  | { readonly type: 'fragment'; readonly text: string }
  | { readonly type: 'comment'; readonly text: string }
  | { readonly type: 'blank' };
