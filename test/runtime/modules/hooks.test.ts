import { test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { expectAnswers } from '../../support/modules.ts';

const KINDS = ['require', 'begin', 'reboot', 'end', 'early', 'summary', 'status'];

test('each kind is called by itself, in order, and all of them even when one fails', () => {
  const before = `${KINDS.map((kind) => `sw_hooks_${kind}=(one_${kind} two_${kind}); one_${kind}() { echo "one ${kind} $# $*"; return "$bad"; }; two_${kind}() { echo two; }`).join('\n')}\nbad=0`;
  expectAnswers(
    temporaryHost(),
    [
      ...KINDS.map((kind) => [`sw_call_hooks ${kind}`, 0, `one ${kind} 0 \ntwo\n`] as const),
      ...KINDS.map((kind) => [`bad=3; sw_call_hooks ${kind}`, 1, `one ${kind} 0 \ntwo\n`] as const),
      ...KINDS.map((kind) => [`sw_hooks_${kind}=(); sw_call_hooks ${kind}`, 0, ''] as const),
    ],
    { before },
  );
});

test('an option was given when it is just this one', () => {
  expectAnswers(temporaryHost(), [
    ['sw_taken --resume', 1],
    ['sw_taken_options=(--resume); sw_taken --resume', 0],
    ['sw_taken_options=(--a --b); sw_taken --b', 0],
    ['sw_taken_options=(--resume-not); sw_taken --resume', 1],
    ['sw_taken_options=(--a); sw_taken "*"', 1],
  ]);
});
