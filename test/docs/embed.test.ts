import { describe, expect, test } from 'vitest';
import { contentOf, isMissing } from '../../src/docs/embed/content.ts';
import { fill, findRegions, markupOf, type Markup } from '../../src/docs/embed/fill.ts';
import { linesOf } from '../../src/docs/embed/text.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { HOSTILE, hostile, shop, viewOf } from './fixture.ts';

const views = [await viewOf(shop), await viewOf(hostile)];
const library = { views, ids: ['shop', 'hostile', 'other'] };

/** `text` with its regions filled; throws what is wrong with it. */
async function filled(text: string, markup: Markup = 'markdown'): Promise<string> {
  const target = { file: 'a.md', text, markup };
  const { regions, problems } = await findRegions(target);
  const result = fill(target, regions, library);
  const all = [...problems, ...result.problems];
  if (all.length > 0) throw new Error(all.map(formatProblem).join('\n'));
  return result.text;
}

async function problemsOf(text: string, markup: Markup = 'markdown'): Promise<string[]> {
  try {
    await filled(text, markup);
    return [];
  } catch (error) {
    return String((error as Error).message)
      .split('\n')
      .filter((line) => !line.startsWith('  '));
  }
}

const STOPPED = views[0]?.parts[0]?.steps[2]?.bash ?? '';

test.each(['', 'a', 'a\n', 'a\r\nb', '\r\n\n\r', '\u2028a\n\ufeffb', 'a\n\nb\n'])(
  'lines joined again are the text: %j',
  (text) => {
    expect(
      linesOf(text)
        .map((line) => line.text + line.ending)
        .join(''),
    ).toBe(text);
  },
);

test.each([
  ['README.md', 'markdown'],
  ['a/b.MARKDOWN', 'markdown'],
  ['index.rst', 'restructured'],
  ['a.txt', undefined],
  ['md', undefined],
])('the name of %s tells how it is written', (name, markup) => {
  expect(markupOf(name)).toBe(markup);
});

describe('Markdown', () => {
  test('a region gets what it asks for, and nothing else changes', async () => {
    const before =
      '# Title  \n<!-- stepwright:begin step shop/shop-stopped -->\nold\n<!--stepwright:end-->\n\ttail ';
    expect(await filled(before)).toBe(
      `# Title  \n<!-- stepwright:begin step shop/shop-stopped -->\n\n\`\`\`bash\n${STOPPED}\n\`\`\`\n\n<!--stepwright:end-->\n\ttail `,
    );
  });

  test('filled again, it stays as it is', async () => {
    const markers = ['script shop/pre-reboot.sh', 'manual shop/post-reboot.sh', 'parameters shop']
      .map((words) => `<!-- stepwright:begin ${words} -->\n<!-- stepwright:end -->\n`)
      .join('\n');
    const once = await filled(markers);
    expect(once).toContain('mapfile -t');
    expect(await filled(once)).toBe(once);
  });

  test('line ends are kept, and taken over', async () => {
    const before =
      'a\r\n<!-- stepwright:begin step shop/shop-stopped -->\r\n<!-- stepwright:end -->\r\nb';
    const after = await filled(before);
    expect(after.replaceAll('\r\n', '').includes('\n')).toBe(false);
    expect(after.startsWith('a\r\n<!--')).toBe(true);
    expect(after.endsWith('<!-- stepwright:end -->\r\nb')).toBe(true);
    expect(await filled(after)).toBe(after);
  });

  test('in a list, the content belongs to the item', async () => {
    const before =
      '- item\n\n  <!-- stepwright:begin step shop/shop-stopped -->\n  <!-- stepwright:end -->\n';
    const after = await filled(before);
    expect(after).toContain('\n\n  ```bash\n  # shop-stopped:');
    expect(await filled(after)).toBe(after);
  });

  test('a fence is longer than those in the content', async () => {
    const after = await filled(
      '<!-- stepwright:begin step hostile/end -->\n<!-- stepwright:end -->\n',
    );
    expect(after).toContain('\n````bash\n');
    expect(after).toContain("echo '```'");
    expect(await filled(after)).toBe(after);
  });

  test('markers in the content are none', async () => {
    const markers = '<!-- stepwright:begin parameters hostile -->\n<!-- stepwright:end -->\n';
    const after = await filled(markers);
    expect(after).toContain(HOSTILE.slice(0, 8).replaceAll(/[<>]/g, '\\$&'));
    expect(await filled(after)).toBe(after);
  });

  test.each([
    ['a fence', '```md\n<!-- stepwright:begin nothing -->\n```\n'],
    ['a longer fence', '````\n```\n<!-- stepwright:begin nothing -->\n````\n'],
    ['a fence of tildes', '~~~\n<!-- stepwright:end -->\n~~~\n'],
    ['a fence in a list', '- a\n\n  ```\n  <!-- stepwright:end -->\n  ```\n'],
    ['an indented block', 'a\n\n    <!-- stepwright:begin nothing -->\n'],
    ['a span of code', 'a `<!-- stepwright:end -->` b\n'],
    ['a fence that is never closed', '```\n<!-- stepwright:end -->\n'],
  ])('a marker in %s is an example', async (_, text) => {
    expect(await filled(text)).toBe(text);
  });

  test.each([
    [
      'unclosed',
      'a\n<!-- stepwright:begin parameters shop -->\n',
      ['a.md:2: the region that begins here has no end'],
    ],
    ['unopened', 'a\n\n<!-- stepwright:end -->\n', ['a.md:3: no region ends here']],
    [
      'nested',
      '<!-- stepwright:begin parameters shop -->\n<!-- stepwright:begin parameters shop -->\n<!-- stepwright:end -->\n',
      ['a.md:2: a region begins within the one of line 1'],
    ],
    ['of no known word', '<!-- stepwright:start x -->\n', ['a.md:1: there is no marker "start x"']],
    ['end with more', '<!-- stepwright:end x -->\n', ['a.md:1: there is no marker "end x"']],
    [
      'without a name',
      '<!-- stepwright:begin script -->\n<!-- stepwright:end -->\n',
      ['a.md:1: it does not say what to embed: "begin script"'],
    ],
    [
      'among other things',
      'a <!-- stepwright:begin parameters shop --> b\n',
      ['a.md:1: the marker shares its line with something else'],
    ],
    [
      'in a quotation',
      '> <!-- stepwright:begin parameters shop -->\n> <!-- stepwright:end -->\n',
      [
        'a.md:1: the marker shares its line with something else',
        'a.md:2: the marker shares its line with something else',
      ],
    ],
    [
      'several',
      '<!-- stepwright:end -->\n<!-- stepwright:begin tale shop -->\n<!-- stepwright:end -->\n<!-- stepwright:begin parameters shop -->\n',
      [
        'a.md:1: no region ends here',
        'a.md:4: the region that begins here has no end',
        'a.md:2: there is no kind of content "tale"',
      ],
    ],
    [
      'with its end in a fence',
      '<!-- stepwright:begin parameters shop -->\n\n```\n<!-- stepwright:end -->\n```\n',
      ['a.md:1: the region that begins here has no end'],
    ],
  ])('a marker that is wrong: %s', async (_, text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });
});

describe('reStructuredText', () => {
  test('a region gets what it asks for, and nothing else changes', async () => {
    const before =
      'T\n=\n\n.. stepwright:begin step shop/shop-stopped\n\nold\n\n.. stepwright:end\n\nb';
    const after = await filled(before, 'restructured');
    expect(after).toBe(
      `T\n=\n\n.. stepwright:begin step shop/shop-stopped\n\n.. code-block:: bash\n\n${STOPPED.replace(/^(?=.)/gm, '   ')}\n\n.. stepwright:end\n\nb`,
    );
    expect(await filled(after, 'restructured')).toBe(after);
  });

  test('parameters are a table, steps too', async () => {
    const before =
      '.. stepwright:begin parameters shop\n\n.. stepwright:end\n\n.. stepwright:begin steps shop/post-reboot.sh\n\n.. stepwright:end\n';
    const after = await filled(before, 'restructured');
    expect(after.match(/\.\. list-table::/g)).toHaveLength(2);
    expect(after).toContain('   * - ``backup_dir``\n     - where copies go\n');
    expect(after).toContain('   * - ``users-told``\n');
    expect(await filled(after, 'restructured')).toBe(after);
  });

  test.each([
    ['a literal block', 'So::\n\n  .. stepwright:begin nothing\n\nb\n'],
    ['a block of code', '.. code-block:: rst\n\n   .. stepwright:end\n\nb\n'],
    ['a block of code in a list', '- .. code-block:: rst\n\n     .. stepwright:end\n'],
  ])('a marker in %s is an example', async (_, text) => {
    expect(await filled(text, 'restructured')).toBe(text);
  });

  test.each([
    [
      'unclosed',
      '.. stepwright:begin parameters shop\n',
      ['a.md:1: the region that begins here has no end'],
    ],
    ['after a literal block', 'a::\n\n  b\n\n.. stepwright:end\n', ['a.md:5: no region ends here']],
  ])('a marker that is wrong: %s', async (_, text, problems) => {
    expect(await problemsOf(text, 'restructured')).toEqual(problems);
  });
});

test.each([
  [
    'tale',
    'shop',
    'there is no kind of content "tale"',
    'there are: script, step, manual, steps, parameters',
  ],
  [
    'script',
    'none/pre-reboot.sh',
    'there is no procedure "none"',
    'there are: shop, hostile, other',
  ],
  [
    'script',
    'shop/x.sh',
    'there is no script "shop/x.sh"',
    'there are: shop/pre-reboot.sh, shop/post-reboot.sh',
  ],
  [
    'script',
    'shop',
    'script needs PROCEDURE/FILE, got "shop"',
    'write `begin script PROCEDURE/FILE`',
  ],
  [
    'parameters',
    'shop/x',
    'parameters needs PROCEDURE, got "shop/x"',
    'write `begin parameters PROCEDURE`',
  ],
  ['step', 'hostile/x', 'there is no step "hostile/x"', 'there are: end'],
  [
    'toString',
    'shop',
    'there is no kind of content "toString"',
    'there are: script, step, manual, steps, parameters',
  ],
])('what is not there: %s %s', (kind, subject, what, mend) => {
  const found = contentOf({ kind, subject }, library);
  expect(isMissing(found) && found).toEqual({ what, mend });
});
