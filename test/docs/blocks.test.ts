import { describe, expect, test } from 'vitest';
import { code, line, lineOf, plain } from '../../src/docs/blocks.ts';
import { escapeMarkdown, printMarkdown, printLine } from '../../src/docs/markdown.ts';
import { escapeLabel } from '../../src/docs/diagram.ts';
import { escapeHtml, markup } from '../../src/docs/html/html.ts';
import { printRestructured } from '../../src/docs/restructured.ts';
import { parameter, path, text } from '../../src/index.ts';

const dir = parameter.path('backup-dir', { default: '/b', help: 'x' });
const port = parameter.integer('port', { default: 1, help: 'x' });

describe('values in prose', () => {
  test.each([
    ['plain', ['plain']],
    [7, ['7']],
    [dir, [{ code: '$backup_dir' }]],
    [text`saved in ${path(dir, 'x.dump')}.`, ['saved in ', { code: '$backup_dir/x.dump' }, '.']],
    [
      text`--to=${dir} (${port}), then`,
      [{ code: '--to=$backup_dir' }, ' (', { code: '$port' }, '), then'],
    ],
    [text`${dir} and ${port}`, [{ code: '$backup_dir' }, ' and ', { code: '$port' }]],
    [text`${dir}:${port}`, [{ code: '$backup_dir:$port' }]],
    ['holds $databases.', ['holds ', { code: '$databases' }, '.']],
    ['$(touch x) $PATH $5', ['$(touch x) $PATH $5']],
    [text`"${dir}"`, ['"', { code: '$backup_dir' }, '"']],
  ])('%j', (value, pieces) => {
    expect(lineOf(value)).toEqual(pieces);
  });

  test('a line keeps what is put into it', () => {
    const made = line`a ${code('b')} c ${['d ', code('e')]}`;
    expect(made).toEqual(['a ', { code: 'b' }, ' c ', 'd ', { code: 'e' }]);
    expect(plain(made)).toBe('a b c d e');
  });
});

describe('Markdown', () => {
  test.each([
    ['a_b_c', 'a_b_c'],
    ['_a_', '\\_a\\_'],
    ['*a* [b](c) `d` <e> | ~f~ $g$', '\\*a\\* \\[b\\](c) \\`d\\` \\<e\\> \\| \\~f\\~ \\$g\\$'],
    ['a & b &amp; &#60;', 'a & b \\&amp; \\&#60;'],
    ['\\', '\\\\'],
  ])('%s', (literal, escaped) => {
    expect(escapeMarkdown(literal)).toBe(escaped);
  });

  test.each([
    ['# a', '\\# a'],
    ['- a', '\\- a'],
    ['1. a', '1\\. a'],
    ['12) a', '12\\) a'],
    ['+ a', '\\+ a'],
    ['---', '\\---'],
    ['1.5 a', '1.5 a'],
    ['-a', '-a'],
  ])('at the start of a line: %s', (literal, escaped) => {
    expect(printLine([literal])).toBe(escaped);
  });

  test.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['a``b`', '``` a``b` ```'],
  ])('code that holds backticks: %s', (literal, span) => {
    expect(printLine([code(literal)])).toBe(span);
  });

  test('a fence is longer than any within', () => {
    const printed = printMarkdown([{ type: 'code', language: 'bash', text: 'a\n````\nb\n' }]);
    expect(printed).toBe('`````bash\na\n````\nb\n`````');
  });

  test('pipes in cells are escaped, in code as well', () => {
    const table = { type: 'table', head: [['A|B']], rows: [[[code('c|d')]]] } as const;
    expect(printMarkdown([{ ...table, rows: [[[code('c|d')]]] }])).toBe(
      '| A\\|B |\n| --- |\n| `c\\|d` |',
    );
  });
});

describe('reStructuredText', () => {
  test.each([
    [['a ', code('b'), '.'], 'a ``b``.'],
    [['a', code('b'), 'c'], 'a\\ ``b``\\ c'],
    [[code('a`b')], ':code:`a\\`b`'],
    [['*a* |b| c_ `d`'], '\\*a\\* \\|b\\| c\\_ \\`d\\`'],
    [['- a'], '\\- a'],
  ])('%j', (pieces, printed) => {
    expect(printRestructured([{ type: 'paragraph', line: pieces }])).toBe(printed);
  });

  test('code is indented below its directive', () => {
    const printed = printRestructured([{ type: 'code', language: 'bash', text: 'a\n\n  b\n' }]);
    expect(printed).toBe('.. code-block:: bash\n\n   a\n\n     b');
  });

  test('a table is a list of lists', () => {
    const printed = printRestructured([
      { type: 'table', head: [['A'], ['B']], rows: [[['c'], [code('d')]]] },
    ]);
    expect(printed).toBe(
      '.. list-table::\n   :header-rows: 1\n\n   * - A\n     - B\n   * - c\n     - ``d``',
    );
  });
});

describe('Mermaid and HTML', () => {
  test('what Mermaid could read as its own is a number', () => {
    expect(escapeLabel('a "b" <c> #d; %%e `f` $g$')).toBe(
      'a #34;b#34; #60;c#62; #35;d#59; #37;#37;e #96;f#96; #36;g#36;',
    );
  });

  test('what is put into markup is escaped, markup is not', () => {
    const attack = `"><script>'&`;
    expect(escapeHtml(attack)).toBe('&quot;&gt;&lt;script&gt;&#39;&amp;');
    const inner = markup`<b>${attack}</b>`;
    expect(markup`<p title="${attack}">${inner}${[inner]}${undefined}${1}</p>`.text).toBe(
      `<p title="${escapeHtml(attack)}"><b>${escapeHtml(attack)}</b><b>${escapeHtml(attack)}</b>1</p>`,
    );
  });
});

test('the name of a file beside the page leads to it', () => {
  const page = [{ type: 'paragraph', line: ['see ', { file: 'a_b.sh' }, '.'] }] as const;
  expect(printMarkdown(page)).toBe('see [`a_b.sh`](a_b.sh).');
  expect(printRestructured(page)).toBe('see `a_b.sh <a_b.sh>`__.');
});
