import { describe, expect, test } from 'vitest';
import { quote } from '../../../src/bash/quote.ts';
import { aptHost, aptPlaces } from '../../support/apt.ts';
import { runtimeOn, type Host } from '../../support/kinds.ts';

function run(host: Host, body: string, more = {}) {
  return runtimeOn(host, `exec 7>/dev/null; set -eE; shopt -s inherit_errexit; ${body}`, {
    ...aptPlaces(host),
    ...more,
  });
}

function hostWithGrub(known = '0 '): Host {
  const host = aptHost();
  host.write('dpkg', 'ii |grub-pc|amd64|2\n');
  host.stub('debconf-communicate', `echo ${quote(known)}`);
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
