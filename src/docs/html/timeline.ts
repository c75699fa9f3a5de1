import type { PartView, StepView, View } from '../describe.ts';
import { answerBlocks } from '../manual-section.ts';
import { capital, ended } from '../requirements.ts';
import { bashBlock, codeBlock, highlighted } from './bash.ts';
import { blocksHtml, lineHtml } from './blocks.ts';
import { markup, type Html } from './html.ts';

const ARROW = markup`<svg
  class="turn"
  viewBox="0 0 24 24"
  width="20"
  height="20"
  aria-hidden="true"
  focusable="false"
>
  <path
    d="M20 12a8 8 0 1 1-2.6-5.9M20 3v5h-5"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
  />
</svg>`;

function manualHtml({ id, manual, answers }: StepView): Html | undefined {
  if (manual === '') return undefined;
  return markup`<h4>By hand</h4>
    ${bashBlock(manual, `the commands of ${id}`)} ${blocksHtml(answerBlocks(answers))}`;
}

function remarksHtml({ condition, remarks }: StepView): Html[] {
  const lines = condition === undefined ? remarks : [condition, ...remarks];
  return lines.map((line) => markup`<p class="remark">${lineHtml(line)}</p>`);
}

function detailHtml(step: StepView): Html {
  const { why, sentence, undo, bash, id } = step;
  const back =
    undo === undefined
      ? undefined
      : markup`<h4>To take it back</h4>
          <p>${capital(ended(undo))}</p>`;
  const script =
    bash === ''
      ? undefined
      : markup`<h4>In the script</h4>
          ${bashBlock(bash, `the bash of ${id}`)}`;
  return markup`<div class="detail">
    <p class="why"><strong>Why</strong> ${capital(ended(why))}</p>
    <p>${lineHtml(sentence)}</p>
    ${remarksHtml(step)} ${manualHtml(step)} ${script} ${back}
  </div>`;
}

function stepHtml(step: StepView): Html {
  const { id, title, reboot } = step;
  return markup`<li class="${reboot ? 'step reboot' : 'step'}" id="step-${id}" data-step>
    <details>
      <summary>
        ${reboot ? ARROW : undefined}<span class="name"><code>${id}</code> <span class="title">${lineHtml(title)}</span></span>
      </summary>
      ${detailHtml(step)}
    </details>
  </li>`;
}

/** What is set before the commands by hand; the form of the parameters changes it. */
function settingsHtml({ file, settings, part }: PartView): Html | undefined {
  if (settings.length === 0) return undefined;
  const lines = settings.map(({ parameter, text }) => {
    const name = parameter?.name.replaceAll('-', '_');
    const line = highlighted(text);
    return name === undefined
      ? markup`${line}\n`
      : markup`<span data-setting="${name}" data-variable="${text.slice(0, text.indexOf('='))}">${line}</span>\n`;
  });
  return markup`<details class="settings" id="variables-${part.number}">
    <summary>Going by hand? Set these variables first</summary>
    ${codeBlock(markup`${lines}`, `the variables of ${file}`)}
  </details>`;
}

function partHtml(view: PartView): Html {
  const { part, file, when, steps } = view;
  return markup`<section class="part" aria-labelledby="part-${part.number}">
    <h3 id="part-${part.number}">${capital(when)} <code>${file}</code></h3>
    ${settingsHtml(view)}
    <ol class="timeline">
      ${steps.map(stepHtml)}
    </ol>
  </section>
`;
}

/** The steps on both sides of the reboot, each to be opened, and a field that searches them. */
export function timeline({ parts }: View): Html {
  return markup`<div class="tools" role="search" data-tools hidden>
      <label for="search">Search the steps</label>
      <input
        id="search"
        type="search"
        autocomplete="off"
        spellcheck="false"
        aria-describedby="found"
      />
      <span class="buttons">
        <button type="button" data-open="all">Open all</button>
        <button type="button" data-open="none">Close all</button>
      </span>
      <p id="found" class="found" role="status"></p>
    </div>
    ${parts.map(partHtml)}`;
}
