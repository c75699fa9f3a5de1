import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import { markup, trusted, type Html } from './html.ts';

highlighter.registerLanguage('bash', bash);

/** Bash, with its words told apart by classes. */
export function highlighted(text: string): Html {
  return trusted(highlighter.highlight(text, { language: 'bash' }).value);
}

/** A block of bash; `name` says what its copy button copies, and none has no button. */
export function bashBlock(text: string, name?: string): Html {
  return codeBlock(highlighted(text), name);
}

/** The same for what is no bash, or is marked up already. */
export function codeBlock(content: Html, name?: string): Html {
  const button =
    name === undefined
      ? undefined
      : markup`<button class="copy" type="button" data-copy hidden aria-label="Copy ${name}">Copy</button>`;
  return markup`<div class="code">
    ${button}
    <pre><code>${content}</code></pre>
  </div>`;
}
