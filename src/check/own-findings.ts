import { parseScript, positionAt, syntaxFaults } from '../bash/tree.ts';
import { errorAt } from './bash-syntax.ts';
import { findNewer } from './bash-version.ts';
import type { BashVersion } from './constructs.ts';
import type { Finding } from './finding.ts';

/** What `script` uses of a bash later than `minimum`, as findings. */
export function newerFindings(script: string, minimum: BashVersion): Finding[] {
  return findNewer(script, minimum).map(({ construct, since, line, column }) => {
    const message = `${construct} came with bash ${since}, and this has to run with ${minimum}`;
    return errorAt(line, column, `bash-${since}`, message);
  });
}

/** The mistakes of syntax that can be found without a bash. */
export function syntaxFindings(script: string): Finding[] {
  return syntaxFaults(parseScript(script)).map(({ at, message }) => {
    const { line, column } = positionAt(script, at);
    return errorAt(line, column, 'syntax', message);
  });
}
