import { apt, parameter, path, pip, procedure, requires, service, shell } from 'stepwright';

const version = parameter.version('version', {
  default: '2.0',
  help: 'the version of shop that is installed',
});

const home = parameter.path('home', {
  default: '/opt/shop',
  help: 'the folder of the service; each version has an environment of its own in it, and `current` leads to the one in use',
});

/** Each version has an environment of its own: the way back is the old one. */
const environment = path(home, version);
const current = path(home, 'current');

export default procedure({
  id: 'python-service',
  title: 'A Python service, in a new environment',
  summary:
    'For a Debian 12 server with the service shop, which runs from the virtual environment that ' +
    '/opt/shop/current leads to. The new version is installed beside the old one while that runs; ' +
    'then the link is turned, and the service is restarted.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  takes: { total: 10, downtime: 1, basis: 'packages that need not be compiled' },
  parameters: [version, home],
  requires: [
    requires.unit({ unit: 'shop' }),
    requires.packagesInOrder(),
    requires.holds({
      check: '[[ -L $current || ! -e $current ]]',
      refusal: 'what is to lead to the environment in use is no link',
      remedy: 'move it to the name of its version, beside it, and make a link to that in its place',
      values: { current },
    }),
    requires.space({ path: home, mebibytes: 500, purpose: 'the new environment' }),
  ],
  steps: [
    apt.indexes({
      id: 'indexes-fetched',
      why: 'apt has to know what there is',
      suite: 'bookworm',
    }),
    apt.installed({
      id: 'venv-there',
      why: 'Debian has the module that makes environments in a package of its own',
      packages: ['python3-venv'],
    }),
    pip.venv({
      id: 'environment-there',
      why: "the system's own Python takes no packages from pip",
      path: environment,
      undo: 'remove it, when the link does not lead to it',
    }),
    pip.installed({
      id: 'shop-installed',
      why: 'it is made ready while the old version still runs',
      venv: environment,
      packages: [{ name: 'shop', version }],
    }),
    service.stopped({
      id: 'shop-stopped',
      why: 'it must not find half of each version',
      unit: 'shop',
      until: 'link-turned',
    }),
    shell({
      id: 'link-turned',
      title: 'the link leads to the new environment',
      why: 'the unit starts what is there',
      undo: 'turn it to the environment of the old version, and restart shop',
      values: { current, environment },
      check: '[[ "$(readlink -- "$current")" == "$environment" ]]',
      // A link that is renamed is never missing, not even for a moment.
      apply: [
        'run ln -sfnT -- "$environment" "$current.new"',
        'run mv -T -- "$current.new" "$current"',
      ].join('\n'),
    }),
    service.started({
      id: 'shop-started',
      why: 'it is what the machine is for',
      unit: 'shop',
    }),
  ],
});
