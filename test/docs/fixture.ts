import { compile } from '../../src/compile/compile.ts';
import { describe, type View } from '../../src/docs/describe.ts';
import {
  apt,
  carried,
  file,
  learn,
  parameter,
  path,
  postgres,
  procedure,
  reboot,
  requires,
  service,
  shell,
  text,
} from '../../src/index.ts';
import type { ProcedureInput } from '../../src/model/procedure.ts';

const backups = parameter.path('backup-dir', {
  default: '/var/backups/shop',
  help: 'where copies go',
});
const unit = parameter.identifier('unit', { default: 'shop', help: 'the service' });
const names = parameter.identifiers('databases', { default: 'shop stock', help: 'its databases' });
const port = parameter.integer('port', {
  default: 80,
  minimum: 1,
  maximum: 65535,
  help: 'its port',
});
const mode = parameter.choice('mode', { default: 'fast', choices: ['fast', 'safe'], help: 'how' });
const extra = parameter.boolean('extra', { default: 'no', help: 'whether extras are wanted' });
const users = carried.lines('users', 'who may log in');
const kernel = carried.text('old-kernel', 'the kernel before');

const found = carried.text('found', 'what was found');
const place = carried.path('place', 'where it goes');

/** A procedure whose steps read what others of the same part have learnt. */
export const learning: ProcedureInput = procedure({
  id: 'learning',
  title: 'It learns',
  summary: 'It is tried.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  steps: [
    learn({ id: 'looked', title: 'it was looked', why: 'x', into: found, from: 'hostname' }),
    learn({ id: 'placed', title: 'it has a place', why: 'x', into: place, from: 'pwd' }),
    file.line({ id: 'noted', why: 'x', path: '/srv/a', line: text`x=${found}` }),
    file.content({ id: 'written', why: 'x', path: place, lines: [found] }),
  ],
});

/** A procedure with every type of parameter, of two parts. */
export const shop: ProcedureInput = procedure({
  id: 'shop',
  title: 'The shop, on the next Debian',
  summary: 'For whoever runs the shop. It upgrades the machine below it.',
  from: { release: 'bullseye', name: 'Debian 11' },
  to: { release: 'bookworm', name: 'Debian 12' },
  architecture: 'amd64',
  takes: { total: 90, downtime: 45, basis: 'a shop with few users' },
  parameters: [backups, unit, names, port, mode, extra],
  requires: [
    requires.unit({ unit }),
    requires.space({ path: backups, mebibytes: 500, purpose: 'the copies' }),
    requires.holds({
      check: 'test -d /srv/shop',
      refusal: 'there is no shop',
      remedy: 'build one',
    }),
  ],
  steps: [
    learn({
      id: 'users-known',
      title: 'the users are known',
      why: 'they are told afterwards',
      into: users,
      from: 'cut -d: -f1 /etc/passwd',
    }),
    learn({
      id: 'kernel-known',
      title: 'the old kernel is known',
      why: 'it is looked for in logs',
      into: kernel,
      from: 'uname -r',
    }),
    service.stopped({
      id: 'shop-stopped',
      why: 'nothing may be sold',
      unit,
      undo: 'start it again',
    }),
    postgres.dump({
      id: 'stock-saved',
      why: 'it cannot be counted again',
      database: 'stock',
      to: path(backups, 'stock.dump'),
    }),
    file.replaced({
      id: 'sources-new',
      why: 'packages come from the new release',
      path: '/etc/apt/sources.list',
      from: 'bullseye',
      to: 'bookworm',
    }),
    apt.distUpgraded({
      id: 'upgraded',
      why: 'it is what this is for',
      suite: 'bookworm',
      answers: {
        libcUpgrade: 'yes',
        restartServices: 'yes',
        conffiles: 'keep',
        postgresqlNotice: 'ignore',
        grub: 'boot-disk',
      },
    }),
    reboot({
      id: 'rebooted',
      why: 'the kernel is new',
      release: 'bookworm',
      releaseName: 'Debian 12',
    }),
    shell({
      id: 'users-told',
      title: 'users are told',
      why: 'they wait',
      when: { parameter: mode, is: 'fast' },
      once: true,
      values: { users, port, names },
      apply: 'for user in "${users[@]}"; do run mail "$user" "$port" "${names[@]}"; done',
    }),
    file.content({
      id: 'extras-there',
      why: 'they are liked',
      when: extra,
      path: '/etc/shop/extras',
      lines: [text`unit=${unit}`],
    }),
  ],
});

/** Text that every markup could trip over. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '</details><img src=x onerror=alert(2)>',
  '`code` | **bold** _it_ [a](javascript:b) ![i](http://example.org/i.png)',
  '"]; click a href "x"; %%{init: {}}%% #quot; end',
  '--> <!-- stepwright:end --> $(touch /tmp/x) \\ &lt; ``` ~~~',
].join(' ');

/** A procedure with that text wherever text can be. */
export const hostile: ProcedureInput = procedure({
  id: 'hostile',
  title: `T ${HOSTILE}`,
  summary: `S ${HOSTILE}`,
  from: { release: 'bookworm', name: `N ${HOSTILE}` },
  to: { release: 'bookworm', name: `N ${HOSTILE}` },
  parameters: [
    parameter.path('where', { default: '/a b/$(touch x)/`id`/<b>|"\'', help: HOSTILE }),
    parameter.choice('which', { default: HOSTILE, choices: [HOSTILE, 'b'], help: HOSTILE }),
  ],
  requires: [
    requires.holds({
      check: 'test -n "$x"',
      values: { x: { reference: 'parameter', name: 'where', type: 'path' } },
      refusal: HOSTILE,
      remedy: HOSTILE,
    }),
  ],
  steps: [
    shell({
      id: 'end',
      title: HOSTILE,
      why: HOSTILE,
      undo: HOSTILE,
      sentence: HOSTILE,
      check: 'test -e /etc/thing',
      values: { which: { reference: 'parameter', name: 'which', type: 'choice' } },
      apply: "run echo '```' '</details>' '</script>' \"$which\"",
    }),
  ],
});

/** `input` as a reader needs it. */
export async function viewOf(input: ProcedureInput, transcript?: string): Promise<View> {
  return describe(await compile('steps/x.ts', input), transcript);
}
