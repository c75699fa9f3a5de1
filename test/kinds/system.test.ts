import { lstatSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { system } from '../../src/dsl/index.ts';
import { aptHost, aptPlaces, SUITE } from '../support/apt.ts';
import { expectGoldenStep, stepOn, type Host } from '../support/kinds.ts';

const why = 'it could be wanted back';
const path = (name: string) => ({ reference: 'parameter', name, type: 'path' }) as const;

/** A tar that keeps to the arguments that matter: what it is asked to pack, it writes down. */
const TAR = `
for word; do case $word in --file=*) file=\${word#--file=} ;; esac; done
case $1 in
  --create) printf 'whole\\n' >"$file"; [[ ! -e $host/tar-fails ]] || exit 2 ;;
  --list) [[ $(<"$file") == whole ]] || { echo 'Unexpected EOF' >&2; exit 2; } ;;
esac`;

function hostWithTar(): Host {
  const host = aptHost();
  host.stub('tar', TAR);
  host.stub('dpkg', 'case $1 in --get-selections) printf "bash\\tinstall\\n" ;; esac');
  return host;
}

describe('system.saved', () => {
  const saved = system.saved({ id: 'saved', why, to: path('archive'), also: [path('data')] });
  const on = (host: Host) =>
    stepOn(host, saved, {
      ...aptPlaces(host),
      archive: host.path('backup/it is.tar.gz'),
      data: host.write('data/-x $(touch y)', 'x'),
    });

  test('an archive is made beside, looked at, and then given its name', async () => {
    await expectGoldenStep(saved);
    const host = hostWithTar();
    const step = on(host);
    const untouched = host.snapshot();
    expect(step.check()).toEqual({ status: 1, output: '' });
    expect(step.plan()).toContain('--file=');
    expect(host.snapshot()).toEqual(untouched);
    expect(step.apply()).toMatchObject({ status: 0 });
    const create = host.calls('tar').find(({ args }) => args[0] === '--create');
    expect(create?.args).toContain('./etc');
    expect(create?.args.at(-1)).toBe(`.${host.path('data/-x $(touch y)')}`);
    expect(lstatSync(host.path('backup/it is.tar.gz')).mode & 0o777).toBe(0o600);
    expect(lstatSync(host.path('backup')).mode & 0o777).toBe(0o700);
    expect(host.read('backup/it is.tar.gz.selections')).toBe('bash\tinstall\n');
    expect(step.check()).toEqual({ status: 0, output: '' });
    host.forgetCalls();
    expect(step.apply().status).toBe(0);
    expect(host.calls('tar').map(({ args }) => args[0])).toEqual(['--list']);
  });

  test('a tar that fails leaves no archive, and the next run makes one', () => {
    const host = hostWithTar();
    host.write('tar-fails', '');
    const step = on(host);
    const { status, output } = step.apply();
    expect(status).toBe(1);
    expect(output).toContain('tar ended with status 2');
    expect(step.check().status).toBe(1);
    host.stub('tar', TAR.replace('tar-fails', 'other'));
    expect(step.apply().status).toBe(0);
    expect(step.check().status).toBe(0);
  });

  test('an archive that is there is never written over', () => {
    const host = hostWithTar();
    host.write('backup/it is.tar.gz', 'cut sho');
    host.write('backup/it is.tar.gz.selections', 'old\n');
    const step = on(host);
    expect(step.check().status).toBe(1);
    expect(step.apply().output).toContain('is there, and it is not whole');
    expect(host.read('backup/it is.tar.gz')).toBe('cut sho');
    expect(host.read('backup/it is.tar.gz.selections')).toBe('old\n');
  });
});

describe('system.verified', () => {
  const verified = system.verified({ id: 'verified', why, release: SUITE });
  const on = (host: Host, step = verified) => stepOn(host, step, aptPlaces(host));

  test('it holds, or says what is wrong', async () => {
    await expectGoldenStep({ ...verified, release: 'buster' } as typeof verified);
    const host = aptHost();
    host.stub('find');
    expect(on(host).check()).toEqual({ status: 0, output: '' });
    host.write('audit', 'half-installed: bash\n');
    host.stub('find', 'printf "vmlinuz-%s\\n" "$(uname -r)" 999.1-1-amd64');
    const { status, output } = on(
      host,
      system.verified({ id: 'verified', why, release: 'x' }),
    ).apply();
    expect(status).toBe(1);
    expect(output).toContain(`the release is ${SUITE}, not x`);
    expect(output).toContain('there are packages that are half-installed');
    expect(output).toContain('the newest installed one is 999.1-1-amd64');
  });

  test('the kernel is asked for only when it is wanted', () => {
    const host = aptHost();
    host.stub('find', 'printf "vmlinuz-%s\\n" "$(uname -r)" 999.1');
    expect(on(host).check().status).toBe(1);
    const any = system.verified({ id: 'verified', why, release: SUITE, kernel: false });
    expect(on(host, any).check().status).toBe(0);
    host.stub('uname', 'echo 999.1');
    expect(on(host).check().status).toBe(0);
  });
});
