import { variableName } from '../../compile/names.ts';
import type { Parameter } from '../../model/parameter.ts';
import { RULES, UNPRINTABLE, type Rule } from '../../model/rules.ts';
import type { View } from '../describe.ts';
import { acceptedLine, capital, ended } from '../requirements.ts';
import { codeBlock } from './bash.ts';
import { markup, type Html } from './html.ts';

/** A way to run the first script, and what it is called with. */
const WAYS = [
  { option: '--check', title: 'Look', help: 'what would keep it from starting' },
  { option: '--dry-run', title: 'Dry run', help: 'what each step would do' },
  { option: '', title: 'Run', help: 'do it' },
] as const;

function numberField({ minimum, maximum, default: value }: Parameter, about: Html): Html {
  const least = markup` min="${minimum ?? 0}"`;
  const most = maximum === undefined ? undefined : markup` max="${maximum}"`;
  return markup`<input type="number" step="1" ${least}${most} value="${value}" ${about} />`;
}

function field(parameter: Parameter, about: Html): Html {
  const { type, default: value, choices = [] } = parameter;
  if (type === 'boolean') {
    const on = value === 'yes' ? markup` checked` : undefined;
    return markup`<input type="checkbox" ${on}${about} />`;
  }
  if (type === 'choice') {
    const options = choices.map(
      (choice) =>
        markup`<option value="${choice}"${choice === value ? markup` selected` : undefined}>${choice}</option>`,
    );
    return markup`<select${about}>${options}</select>`;
  }
  if (type === 'integer') return numberField(parameter, about);
  const keyboard = type.startsWith('url') ? markup` inputmode="url"` : undefined;
  return markup`<input
    type="text"
    ${keyboard}
    autocomplete="off"
    autocapitalize="off"
    spellcheck="false"
    value="${value}"
    ${about}
  />`;
}

function ruleOf({ type }: Parameter): Html {
  if (type === 'choice') return markup``;
  const rule: Rule = RULES[type];
  const reject = rule.reject === undefined ? undefined : markup` data-reject="${rule.reject}"`;
  return markup` data-accept="${rule.accept}" data-is="${rule.is}"${reject}`;
}

/** A field with its label, what it is for and what it takes; the field's id is its variable. */
function parameterHtml(parameter: Parameter): Html {
  const { name, type, help, default: value } = parameter;
  const variable = variableName(name);
  const id = `set-${variable}`;
  const about = markup` id="${id}" data-parameter="${variable}" data-type="${type}"
  data-default="${value}"${ruleOf(parameter)} aria-describedby="${id}-help ${id}-wrong"`;
  const takes =
    type === 'boolean' || type === 'choice'
      ? undefined
      : markup` <span class="takes">${capital(lineText(parameter))}.</span>`;
  return markup`<div class="field ${type}">
    <label for="${id}"><code>${variable}</code></label>
    ${field(parameter, about)}
    <p class="help" id="${id}-help">${capital(ended(help))}${takes}</p>
    <p class="wrong" id="${id}-wrong" role="alert"></p>
  </div>`;
}

function lineText(parameter: Parameter): string {
  return acceptedLine(parameter)
    .filter((piece) => typeof piece === 'string')
    .join('');
}

function wayHtml({ option, title, help }: (typeof WAYS)[number]): Html {
  const checked = option === '' ? markup` checked` : undefined;
  return markup`<label class="way"
    ><input type="radio" name="way" value="${option}" ${checked} />
    <span><strong>${title}</strong> ${help}</span></label
  >`;
}

/** The commands that the form writes: one for each script, the parameters at the first. */
function commandsHtml({ parts }: View): Html {
  return markup`${parts.map(
    ({ file, when }, index) =>
      markup`<p class="step-of">${index === 0 ? 'Run' : `Then, ${when}`}</p>
        ${codeBlock(markup`<span data-command="${file}" ${index === 0 ? markup` data-first` : undefined}>bash ${file}</span>`, `the command that runs ${file}`)}
`,
  )}`;
}

/** The form of the parameters, which writes the command lines to run. */
export function form(view: View): Html {
  const { parameters } = view.procedure;
  const fields =
    parameters.length === 0
      ? markup`<p>There is nothing to set.</p>`
      : markup`<fieldset>
          <legend>Parameters</legend>
          <p>
            Each has a value already; change those that do not fit. What is set once is remembered
            by later runs and scripts.
          </p>
          ${parameters.map(parameterHtml)}
          <p class="buttons">
            <button type="reset" data-reset hidden>Back to the defaults</button>
          </p>
        </fieldset>`;
  return markup`<form
    id="parameters-form"
    novalidate
    autocomplete="off"
    data-unprintable="${JSON.stringify(UNPRINTABLE)}"
  >
    ${fields}
    <fieldset class="ways" data-ways hidden>
      <legend>What the script is to do</legend>
      ${WAYS.map(wayHtml)}
    </fieldset>
    <div class="commands" role="group" aria-label="Commands to run">
      ${commandsHtml(view)}
      <p class="wrong" id="form-wrong" role="status"></p>
    </div>
  </form>`;
}
