import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MARKER } from '../../compile/script.ts';
import type { View } from '../describe.ts';
import { beforeYouBegin, howToCheck, howToRun, overview, whatItPrints } from '../sections.ts';
import { howToGoBack, whenItFails } from '../trouble.ts';
import { bashBlock } from './bash.ts';
import { blocksHtml } from './blocks.ts';
import { form } from './form.ts';
import { markup, trusted, type Html } from './html.ts';
import { timeline } from './timeline.ts';

const FOLDER = new URL('../../../src/docs/assets/', import.meta.url);

/** In the order in which they take precedence. */
const STYLES = ['colours', 'page', 'code', 'form', 'steps', 'screens', 'paper'] as const;

function asset(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8').trim();
}

/** The source that a content security policy knows an inline text by. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/** Nothing is fetched, nothing is sent, and no script or style runs but the page's own. */
function policy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

function scripts({ parts }: View): Html {
  return markup`<p>As they are in this folder, whole.</p>
    ${parts.map(
      ({ file, script }) =>
        markup`<details class="script">
          <summary><code>${file}</code></summary>
          ${bashBlock(script.trimEnd(), file)}
        </details>
`,
    )}`;
}

/** A copied run; without one the steps below say what there is to come. */
function transcript(view: View): Html | undefined {
  return view.transcript === undefined ? undefined : blocksHtml(whatItPrints(view));
}

function sectionsOf(view: View): Section[] {
  return [
    { id: 'begin', title: 'Before you begin', content: blocksHtml(beforeYouBegin(view)) },
    {
      id: 'run',
      title: 'Run the scripts',
      content: markup`${blocksHtml(howToRun(view))}${form(view)}${transcript(view)}`,
    },
    { id: 'steps', title: 'The steps', content: timeline(view) },
    { id: 'check', title: 'Check that it worked', content: blocksHtml(howToCheck(view)) },
    { id: 'failed', title: 'When a step fails', content: blocksHtml(whenItFails(view)) },
    { id: 'back', title: 'Go back', content: blocksHtml(howToGoBack(view)) },
    { id: 'scripts', title: 'The scripts', content: scripts(view) },
  ];
}

function sectionHtml({ id, title, content }: Section): Html {
  return markup`<section id="${id}" class="chapter" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>
`;
}

function body(view: View): Html {
  const { procedure } = view;
  const sections = sectionsOf(view);
  return markup`<a class="skip" href="#main">To the content</a>
    <header class="top">
      <h1>${procedure.title}</h1>
      <p class="lead">${procedure.summary}</p>
    </header>
    <nav class="contents" aria-label="On this page">
      <ul>
        ${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
    <main id="main">
      <section class="overview" aria-label="What it does">${blocksHtml(overview(view))}</section>
      ${sections.map(sectionHtml)}
    </main>
    <footer>
      <p>${MARKER} <code>${procedure.id}</code>.</p>
    </footer>
    <p class="sr" role="status" data-said></p>`;
}

/**
 * The page of a procedure as one HTML file that needs nothing else: no network, no other file. It
 * can be read without its script. The same procedure gives the same bytes.
 */
export function htmlPage(view: View): string {
  const style = STYLES.map((name) => asset(`${name}.css`)).join('\n');
  const script = asset('page.js');
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${view.procedure.title}</title>
        <link rel="icon" href="data:," />
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        ${body(view)}
        ${trusted(`<script type="module">${script}</script>`)}
      </body>
    </html>
`.text;
}
