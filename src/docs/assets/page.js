// The page's own script: copying, searching, and the form that writes command lines.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);

for (const part of all('[data-tools], [data-ways], [data-reset], [data-copy]')) {
  part.hidden = false;
}

/** Says `text` to who cannot see the page. */
function say(text) {
  const place = one('[data-said]');
  place.textContent = '';
  place.textContent = text;
}

// Copying

/** For browsers that keep the clipboard from pages that came as files. */
function copyBySelection(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr';
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return copied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

async function copyBeside(button) {
  const copied = await copy(`${button.nextElementSibling.textContent.trimEnd()}\n`);
  const text = copied ? 'Copied' : 'Failed';
  button.textContent = text;
  button.classList.toggle('done', copied);
  say(copied ? 'Copied.' : 'It could not be copied: select it.');
  setTimeout(() => {
    button.textContent = 'Copy';
    button.classList.remove('done');
  }, 2000);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]');
  if (button) void copyBeside(button);
});

// Steps: opening and searching

const steps = all('[data-step]').map((item) => ({
  item,
  details: item.querySelector('details'),
  text: item.textContent.toLowerCase(),
}));
const search = one('#search');

function openTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id === '' ? null : document.getElementById(id);
  const details = target?.matches('[data-step]') ? target.querySelector('details') : null;
  if (details) details.open = true;
}

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { item, text } of steps) {
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) shown += 1;
  }
  for (const part of all('.part')) {
    part.hidden = words.length > 0 && part.querySelector('[data-step]:not([hidden])') === null;
  }
  const of = `${shown} of ${steps.length} steps`;
  one('#found').textContent = words.length === 0 ? '' : shown === 0 ? 'No step has that.' : of;
}

search.addEventListener('input', find);
search.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || search.value === '') return;
  event.preventDefault();
  search.value = '';
  find();
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, select, textarea') !== null;
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});
for (const button of all('[data-open]')) {
  button.addEventListener('click', () => {
    for (const { item, details } of steps) {
      if (!item.hidden) details.open = button.dataset.open === 'all';
    }
  });
}
addEventListener('hashchange', openTarget);
openTarget();

// Paper shows every step open, and the page afterwards as it was.

let closed = [];
addEventListener('beforeprint', () => {
  closed = all('.step > details:not([open]), .settings:not([open])');
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});

// The form

const form = one('#parameters-form');
const fields = all('[data-parameter]', form);
const unprintable = JSON.parse(form.dataset.unprintable).map((source) => new RegExp(source, 'u'));

function valueOf(field) {
  if (field.type === 'checkbox') return field.checked ? 'yes' : 'no';
  return field.value;
}

/** Why the script would refuse the value, or nothing. */
function whyRefused(field) {
  const { type, accept, reject, is } = field.dataset;
  if (type === 'choice') return '';
  const value = valueOf(field);
  const obeys =
    unprintable.every((pattern) => !pattern.test(value)) &&
    new RegExp(accept, 'u').test(value) &&
    (reject === undefined || !new RegExp(reject, 'u').test(value));
  if (!obeys) return `It must be ${is}.`;
  if (type !== 'integer') return '';
  if (field.min !== '' && Number(value) < Number(field.min))
    return `It must be ${field.min} or more.`;
  if (field.max !== '' && Number(value) > Number(field.max))
    return `It must be ${field.max} or less.`;
  return '';
}

/** `text` as one word of bash. */
function quoted(text) {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function check(field) {
  const wrong = whyRefused(field);
  one(`#${field.id}-wrong`).textContent = wrong;
  field.setAttribute('aria-invalid', String(wrong !== ''));
  return wrong === '';
}

function settings() {
  return fields
    .filter((field) => valueOf(field) !== field.dataset.default)
    .map((field) => ` --set ${quoted(`${field.dataset.parameter}=${valueOf(field)}`)}`);
}

function showCommands(right) {
  const way = form.elements.way.value;
  const option = way === '' ? '' : ` ${way}`;
  for (const command of all('[data-command]', form)) {
    const { command: file, first } = command.dataset;
    const given = first === undefined ? '' : settings().join('');
    command.textContent = `bash ${file}${option}${given}`;
  }
  form.classList.toggle('refused', !right);
  one('#form-wrong').textContent = right ? '' : 'Mend the values that are marked above first.';
  for (const block of all('.commands .code', form)) block.hidden = !right;
}

/** The variables of who goes by hand have the values of the form. */
function showVariables() {
  for (const line of all('[data-setting]')) {
    const field = fields.find(({ dataset }) => dataset.parameter === line.dataset.setting);
    if (field === undefined) continue;
    const value = valueOf(field);
    const words = value === '' ? '' : value.split(' ').map(quoted).join(' ');
    const { variable, setting } = line.dataset;
    line.textContent =
      variable === setting
        ? `${variable}=${value === '' ? "''" : quoted(value)}`
        : `${variable}=(${words})`;
  }
}

function update() {
  const right = fields.map(check).every(Boolean);
  showCommands(right);
  if (right) showVariables();
}

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', update);
form.addEventListener('reset', () => setTimeout(update));
// A browser may have kept what was typed before the page was loaded again.
update();
