import { describe, expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { aptHost, aptPlaces } from '../../support/apt.ts';
import { expectAnswers } from '../../support/modules.ts';
import { runtimeOn, type Host } from '../../support/kinds.ts';

function run(host: Host, body: string, more = {}) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    ...aptPlaces(host),
    ...more,
  });
}

/** `known` and `nowhere`: what debconf answers about grub's disks, and about there being none. */
function hostWithGrub(known = '0 ', nowhere = '0 false'): Host {
  const host = aptHost();
  host.write('dpkg', 'ii |grub-pc|amd64|2\n');
  host.stub(
    'debconf-communicate',
    `read -r asked; case $asked in
  'GET grub-pc/install_devices') echo ${quote(known)} ;;
  'GET grub-pc/install_devices_empty') echo ${quote(nowhere)} ;;
esac`,
  );
  host.stub('findmnt', 'echo "/dev/mapper/vg-root[/@root]"');
  host.stub(
    'lsblk',
    'printf "%s\\n" "disk /dev/nosuch-b" "lvm /dev/mapper/vg-root" "raid1 /dev/md0" "disk /dev/nosuch-a" "part /dev/x1"',
  );
  return host;
}

const answers = (host: Host, grub: string) => {
  const outcome = run(host, `apt_begin; answer_questions ${quote(`grub=${grub}`)}`);
  let said = '';
  try {
    said = host.read('answers');
  } catch {
    // Nothing was answered.
  }
  return { ...outcome, said };
};

describe('grub', () => {
  test('every disk under /boot gets it', () => {
    const host = hostWithGrub();
    const { status, said } = answers(host, 'boot-disk');
    expect(status).toBe(0);
    expect(said).toBe(
      'grub-pc grub-pc/install_devices multiselect /dev/nosuch-a, /dev/nosuch-b\n' +
        'grub-pc grub-pc/install_devices_empty boolean false\n',
    );
    expect(host.calls('lsblk')[0]?.args.slice(-2)).toEqual(['--', '/dev/mapper/vg-root']);
  });

  test('an answer with a disk that is gone does not count', () => {
    expect(answers(hostWithGrub('0 /dev/gone'), 'boot-disk').said).toContain('/dev/nosuch-a');
  });

  test('that it goes nowhere stays, as somebody has answered it', () => {
    const host = hostWithGrub('0 ', '0 true');
    expect(answers(host, 'boot-disk')).toMatchObject({ status: 0, said: '' });
    expect(host.calls('lsblk')).toEqual([]);
  });

  test.each(['', "10 grub-pc/install_devices_empty doesn't exist", '0 ', '0 false', '1 true'])(
    'to be asked whether it goes nowhere, and told %j, is no such answer',
    (nowhere) => {
      expect(answers(hostWithGrub('0 ', nowhere), 'boot-disk').said).toContain('/dev/nosuch-a');
      expectAnswers(hostWithGrub('0 ', nowhere), [['sw_is_grub_nowhere', 1, '']]);
    },
  );

  test('without grub-pc nothing is answered', () => {
    const host = hostWithGrub();
    host.write('dpkg', 'rc |grub-pc|amd64|2\n');
    expect(answers(host, 'boot-disk')).toMatchObject({ status: 0, said: '' });
  });

  test.each([
    ['/dev/nosuch', 'there is no disk /dev/nosuch'],
    ['boot-disk', 'the disk that holds /boot was not found'],
  ])('grub=%s stops when there is no disk', (grub, message) => {
    const host = hostWithGrub();
    host.stub('findmnt', 'exit 1');
    const { status, output, said } = answers(host, grub);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(said).toBe('');
  });
});
