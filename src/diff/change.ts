/** What kind of change it is. */
export type ChangeKind =
  | 'script added'
  | 'script removed'
  | 'script renamed'
  | 'step added'
  | 'step removed'
  | 'step moved'
  | 'step renamed'
  | 'check changed'
  | 'apply changed'
  | 'plan changed'
  | 'undo changed'
  | 'words changed'
  | 'options changed'
  | 'parameter added'
  | 'parameter removed'
  | 'parameter changed'
  | 'preflight changed'
  | 'header changed'
  | 'main changed'
  | 'frame changed'
  | 'runtime changed';

/** Said of what is new of the runtime and just as this package has it: no text to review. */
export const SHIPPED = 'new here, and as it is in every script that needs it';

/** Why a reviewer should look twice. */
export type RiskName =
  | 'new changing command'
  | 'removed guard'
  | 'wider deletion'
  | 'new package source'
  | 'new download without hash';

/** A risk, and the line that it is about. */
export interface Risk {
  readonly risk: RiskName;
  readonly line: string;
}

/** One change, in terms of steps, before its risks are looked for. */
export interface Draft {
  readonly kind: ChangeKind;
  readonly script: string;
  /** The step, parameter or module. */
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** The kind of the step that it is, or was, as the manifest says. */
  readonly stepKind?: string | undefined;
  /** The script that a step was in, where it has left it. */
  readonly from?: string;
  /** More to say: where a step moved from, for instance. */
  readonly note?: string;
}

/** One change, in terms of steps. */
export interface Change extends Draft {
  readonly risks: readonly Risk[];
}
