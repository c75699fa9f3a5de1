import { expect, test } from 'vitest';
import { temporaryHost } from '../../support/kinds.ts';
import { all, expectAnswers, expectApplied, stops } from '../../support/modules.ts';

/** A python whose pip lists $packages and ends with $ends; other calls are shown. */
const PYTHON = `step one One; sw_index=0 packages='' ends=0 version='pip 23.0.1 from /x (python 3.11)'
sw_pip() {
  case $2 in
    list) printf "$packages" ;;
    --version) echo "$version" ;;
  esac
  return "$ends"
}
py() { printf '<%s>' py "$@"; echo; }
python3() { printf '<%s>' python3 "$@"; echo; return "$ends"; }
type() { [[ $1 == -P ]] && { [[ \${!#} == py || \${!#} == */python3 ]] || builtin type "$@"; } || builtin type "$@"; }
half() { mkdir -p "$sw_state/unfinished"; printf '%s\\n' "$1" >"$sw_state/unfinished/one"; }
sync() { :; }
cd "\${sw_state%/*}"
`;

const least = (version: string, minimum: string): string =>
  `sw_is_at_least '${version}' '${minimum}'`;

const is = (found: string, wanted: string): string => `sw_is_version '${found}' '${wanted}'`;

const name = (text: string, as: string) =>
  [`name=; sw_pip_name '${text}'; printf '%s' "$name"`, 0, as] as const;

test('names and versions are compared as pip compares them', () => {
  expectAnswers(temporaryHost(), [
    ...all(0, [
      least('5', '5.0'),
      least('5.0.1', '5'),
      least('10', '9'),
      least('1.010', '1.9'),
      least('5.0rc1', '5'),
      least('2024.1', '2023.12'),
      least('1', '0'),
    ]),
    ...all(1, [
      least('5', '5.0.1'),
      least('9', '10'),
      least('', '1'),
      least('x', '1'),
      least('1.08', '1.9'),
    ]),
    ...all(0, [
      is('5.0', '5'),
      is('5', '5.0.0'),
      is('5+local', '5'),
      is('5RC1', '5rc1'),
      is('5+a', '5+A'),
      // As PEP 440 has them, and pip tells them.
      is('5.0b2', '5.0-beta.2'),
      is('5.0.0b2', '5_Beta2'),
      is('5a0.dev1', '5.alpha.dev1'),
      is('5rc2', 'v5-preview2'),
      is('5rc0', '5pre'),
      is('5rc1', '5c1'),
      is('5.post4', '5-4'),
      is('5.post4', '5.0rev4'),
      is('5.dev0', '5-dev'),
      is('5+a.1', '5+a-1'),
      is('2024.1.5rc1', '2024.01.05-rc.1'),
      is('1!5', '1!5'),
    ]),
    ...all(1, [
      is('5.0.1', '5'),
      is('5rc1', '5'),
      is('5', '5rc1'),
      is('5rc2', '5-rc1'),
      is('5.1b2', '5b2'),
      is('5.post1', '5.1'),
      is('5.dev1', '5.1'),
      is('1!5', '5'),
      is('5', '5+local'),
      is('5+b', '5+a'),
      is('5', '5.*'),
    ]),
    name('A_b.-C', 'a-b-c'),
    name('x--._y', 'x-y'),
    name('plain', 'plain'),
  ]);
});

test('which packages there are, and what is not told is not made up', () => {
  expectAnswers(
    temporaryHost(),
    [
      ...all(0, [
        "packages='A.b==1.0\\nx===weird\\n'; pip_has py a-b==1 X a_b",
        'pip_has py',
        'pip_lacks py x',
        'pip_lacks nosuch x',
        "packages='xy==1\\n'; pip_lacks py x '*'",
      ]),
      ...all(1, [
        'pip_has py x',
        'pip_has nosuch',
        "packages='x==1\\n'; pip_has py x==2",
        "packages='x==1\\n'; pip_lacks py y X",
        "half py; packages='x==1\\n'; pip_has py x",
      ]),
      ...all(2, [
        'rm -r "$sw_state/unfinished"; ends=1; pip_has py x',
        'ends=1; pip_lacks py x',
        "ends=1 packages='x==1\\n'; pip_lacks py y",
      ]),
      [
        'packages=\'warning: x\\n-e git+x@y#egg=z\\nz @ file:///z\\nA==1\'; declare -A pip_found=(); sw_list_pip py; echo "${!pip_found[*]} ${pip_found[a]}"',
        0,
        'a 1\n',
      ],
      ...all(0, ['pip_is_there py', 'pip_is_there py 23', 'pip_is_there py 23.0.1']),
      ...all(1, [
        'pip_is_there py 23.1',
        'pip_is_there nosuch',
        'ends=1; pip_is_there py',
        'half py; pip_is_there py',
      ]),
      ['rm -r "$sw_state/unfinished"; version=none; pip_is_there py', 2],
      ['mkdir -p "v e/bin"; venv_is_there "$PWD/v e"', 1],
      [': >"v e/bin/python3"; chmod +x "v e/bin/python3"; venv_is_there "$PWD/v e"', 0, ''],
      ['ends=1; venv_is_there "$PWD/v e"', 1],
      ['half "$PWD/v e"; venv_is_there "$PWD/v e"', 1],
      ['half "$PWD/v"; venv_is_there "$PWD/v e"', 0, ''],
      ['half /other; venv_is_there "$PWD/v e"', 0, ''],
    ],
    { before: PYTHON },
  );
});

test('what is installed is whole, or is known not to be', () => {
  const pip = '<py><-m><pip><--disable-pip-version-check>';
  expectApplied(
    temporaryHost(),
    [
      ["pip_install py 'a==1' -x | grep '<'", 0, `${pip}<install><--><a==1><-x>\n`],
      ['ls "$sw_state/unfinished"', 0, ''],
      [
        'py() { return 1; }; pip_install py a; echo went on',
        1,
        expect.not.stringContaining('went on'),
      ],
      ['sw_is_half_done py && cat "$sw_state/unfinished/one"', 0, 'py\n'],
      ['sw_is_half_done other', 1, ''],
      [
        "pip_install py a | grep '<'",
        0,
        `<py><-><HOST/state/unfinished/one>\n${pip}<install><--><a>\n`,
      ],
      ['sw_is_half_done py; echo went on', 1, ''],
      stops('sw_replace() { return 1; }; pip_install py a', 'could not be kept'),
      [
        'sw_planning=yes; pip_install py a; ls "$sw_state/unfinished"',
        0,
        '           py -m pip --disable-pip-version-check install -- a\n',
      ],
      [
        'fetch_url() { echo "fetch $*"; }; get_pip py http://h/x 0 | grep -v \'^+\'',
        0,
        'fetch http://h/x HOST/state/get-pip.py 0\n<py><HOST/state/get-pip.py>\n',
      ],
      [
        "packages='B==1\\n'; py() { echo \"py $*\"; packages=; }; pip_remove py a b | grep -v '^+'",
        0,
        'py -m pip --disable-pip-version-check uninstall --yes -- b\n',
      ],
      ['pip_remove py a', 0, ''],
      stops('ends=1; pip_remove py a', 'pip of py does not tell which packages there are'),
      ["packages='b==1\\n'; pip_remove py b | grep -c '^<'", 0, '3\n'],
      ["make_venv '/d e' | grep '<'", 0, '<python3><-m><venv><--></d e>\n'],
      [
        "mkdir 'd e'; make_venv \"$PWD/d e\" | grep '<'; [[ ! -e 'd e' ]]",
        0,
        '<python3><-m><venv><--><HOST/d e>\n',
      ],
      [
        "mkdir 'd e'; : >'d e/x'; make_venv \"$PWD/d e\" 2>/dev/null; echo went on",
        1,
        "+ rmdir -- 'HOST/d e'\n",
      ],
      [
        "mv 'd e/x' 'd e/pyvenv.cfg'; make_venv \"$PWD/d e\" | grep '<'",
        0,
        '<python3><-m><venv><--><HOST/d e>\n',
      ],
      [
        'half "$PWD/d e"; make_venv "$PWD/d e" | grep \'<\'',
        0,
        '<python3><-><HOST/state/unfinished/one><HOST/d e/lib/python3*/site-packages>\n<python3><-m><venv><--><HOST/d e>\n',
      ],
      [
        'half py; fetch_url() { echo "fetch $*"; }; get_pip py http://h/x | grep -v \'^+\'',
        0,
        'fetch http://h/x HOST/state/get-pip.py \n<py><-><HOST/state/unfinished/one>\n<py><HOST/state/get-pip.py>\n',
      ],
    ],
    { before: PYTHON },
  );
});

const note = (content: string) =>
  `mkdir -p "$sw_state/unfinished"; printf '${content}' >"$sw_state/unfinished/one"; `;

test('what was cut off elsewhere is no reason to empty this, or to install over it', () => {
  const pip = '<py><-m><pip><--disable-pip-version-check>';
  const elsewhere = ['/opt/x/2.1\\n', '', 'HOST\\n', 'py'].map(note);
  expectApplied(
    temporaryHost(),
    elsewhere.flatMap((before) => [
      ['mkdir -p used full; : >used/pyvenv.cfg; : >full/x', 0],
      [`${before}make_venv "$PWD/used" | grep '<'`, 0, '<python3><-m><venv><--><HOST/used>\n'],
      [`${before}make_venv "$PWD/full" 2>/dev/null; echo went on`, 1, "+ rmdir -- 'HOST/full'\n"],
      [`${before}pip_install py a | grep '<'`, 0, `${pip}<install><--><a>\n`],
      [
        `${before}fetch_url() { :; }; get_pip py http://h/x | grep '<'`,
        0,
        '<py><HOST/state/get-pip.py>\n',
      ],
    ]),
    { before: PYTHON },
  );
});

test('the note says what was worked on', () => {
  expectApplied(
    temporaryHost(),
    [
      ['ends=1; make_venv "$PWD/2.1" >/dev/null; echo went on', 1, ''],
      ['cat "$sw_state/unfinished/one"', 0, 'HOST/2.1\n'],
      [
        'make_venv "$PWD/2.1" | grep \'<\'',
        0,
        '<python3><-><HOST/state/unfinished/one><HOST/2.1/lib/python3*/site-packages>\n<python3><-m><venv><--><HOST/2.1>\n',
      ],
      ['ls "$sw_state/unfinished"', 0, ''],
      [
        'py() { return 1; }; fetch_url() { :; }; get_pip py http://h/x >/dev/null; echo went on',
        1,
        '',
      ],
      ['cat "$sw_state/unfinished/one"; pip_is_there py', 1, 'py\n'],
      ['pip_is_there /x/python3', 0, ''],
    ],
    { before: PYTHON },
  );
});

test('pip runs from /, with just these arguments', () => {
  const host = temporaryHost();
  host.stub('python', 'printf "<%s>" "$PWD" "$@"; exit 4');
  expectAnswers(host, [
    ["sw_pip python list 'a b' -x", 4, '</><-m><pip><--disable-pip-version-check><list><a b><-x>'],
  ]);
});
